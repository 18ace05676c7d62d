"""Code snapshots (as recorded). No `az ml` noun, so this service class stands here."""

from azext_ml.local import auth, blobs, envelopes, versions
from azext_ml.local.request import Response
from azext_ml.local.resource import Versioned
from azext_ml.local.stamps import guid


class Codes(Versioned):
    """A snapshot whose content is stored already is not stored again: the PUT is answered with the version that holds it."""

    collection = "codes"
    label = "Code"
    unchangeable = ("codeUri",)
    shapes = {"codeUri": str}

    def routes(self):
        yield from super().routes()
        yield "POST", "/codes/{name}/versions/{version}/startPendingUpload", self.start_pending_upload

    def accept(self, tx, ws, name, body, old):
        properties = {"description": None, "tags": {}, "properties": {}, "isArchived": False, **body["properties"],
                      "isAnonymous": False}        # the request says true, the reply false
        return {**body, "properties": properties}, None

    def list_versions(self, request, name, **_):
        """With `hash` the name does not count: whatever version holds that content is the answer."""
        digest = request.query.get("hash")
        if digest is None:
            return super().list_versions(request, name)
        with self.store.reading() as tx:
            ws = request.workspace(tx)
            found = _holder(tx, ws, digest)
            value = [self.version_wire(ws, found[0], found[1], self.reveal(request, ws, found[1]))] if found else []
        return Response(200, {"value": value})

    def put_version(self, request, name, version, **_):
        body = self.body_of(request)
        digest = (body["properties"].get("properties") or {}).get("hash_sha256")
        with self.store.writing() as tx:
            ws = request.workspace(tx)
            found = _holder(tx, ws, digest)
            if found is not None and (found[0].lower(), found[1].name) != (name.lower(), version):
                # Another client was quicker with the same folder: its snapshot is used, this upload forgotten.
                container = _container(body["properties"].get("codeUri"))
                if container and container != _container(found[1].body["properties"].get("codeUri")):
                    blobs.delete_container(tx, container)
                return Response(200, self.version_wire(ws, found[0], found[1], self.reveal(request, ws, found[1])),
                                [("Location", request.url(f"{ws.scope}/codes/{found[0]}/versions/{found[1].name}"))])
            document, created = self.register(tx, ws, name, version, body)
            if digest:
                tx.execute("INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?)", (ws.key, digest, name, document.name))
        return Response(self.created if created else self.updated,
                        self.version_wire(ws, name, document, self.reveal(request, ws, document)),
                        [("Location", request.url(request.path))])

    def delete_version(self, request, name, version, **_):
        with self.store.writing() as tx:
            ws = request.workspace(tx)
            tx.execute("DELETE FROM snapshots WHERE workspace = ? AND code = ? COLLATE NOCASE AND version = ?",
                       (ws.key, name, version))
        return super().delete_version(request, name, version)

    def after_delete(self, tx, ws, document):
        tx.execute("DELETE FROM snapshots WHERE workspace = ? AND code = ? COLLATE NOCASE", (ws.key, document.name))

    def start_pending_upload(self, request, name, version, **_):
        """A container of its own for every upload, so that two uploads never mix."""
        with self.store.reading() as tx:
            request.workspace(tx)
        upload = guid()
        container = PREFIX + upload
        uri = request.url(f"/{auth.ACCOUNT}/{container}")
        return Response(200, {
            "pendingUploadId": upload, "pendingUploadType": "TemporaryBlobReference",
            "blobReferenceForConsumption": {"blobUri": uri, "storageAccountArmId": "", "credential": {
                "credentialType": "SAS", "sasUri": f"{uri}?{auth.sign_container(self.app, container)}"}}})

    def missing_version(self, name, version):
        return envelopes.mfe(404, "UserError", "The specified resource was not found.",
                             details=[("NotFound", f"Code version with name: {name}, version: {version} not found.")])


PREFIX = "upload-"


def _holder(tx, ws, digest):
    """(code name, Document of the version) that holds the content, or None."""
    row = digest and tx.execute("SELECT code, version FROM snapshots WHERE workspace = ? AND hash = ?", (ws.key, digest)).fetchone()
    document = tx.get(ws.key, versions.parent("codes", row[0]), row[1]) if row else None
    return (row[0], document) if document else None


def _container(uri):
    """Name of the upload's container in a code URI of this app, else None."""
    parts = (uri or "").split("/")
    return parts[4] if len(parts) > 4 and parts[3] == auth.ACCOUNT and parts[4].startswith(PREFIX) else None
