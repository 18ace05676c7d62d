"""Declarative bases of the nouns' service classes: how collections of a workspace answer.

A service class says in class attributes what its collection is called and how writes are answered (as recorded), and in
a few methods what the service does to a body: `accept` what is stored, `reveal` what is shown. All fields that these do not
name are stored and echoed as they came.

A noun's service.py imports from this module and from core only; what it may use beside the bases is imported here.
"""

from typing import Any, Dict, Optional, Sequence, Tuple

from azext_ml.local import auth, blobs, datastores, envelopes, jobqueue, live, operations, tokens, versions
from azext_ml.local.needs_azure import COMPUTE_TYPES
from azext_ml.local.request import ABSENT, CANONICAL, Response, Workspace, number, of_type
from azext_ml.local.stamps import guid, stamp, stamp_z
from azext_ml.local.store import ACTIVE, ALL, ARCHIVED, workspace_key
from azext_ml.local.versions import system_data

__all__ = ["ABSENT", "ASSET", "CANONICAL", "COMPUTE_TYPES", "NOT_FOUND", "Resource", "Response", "Versioned", "Workspace", "auth",
           "blobs", "datastores", "envelopes", "guid", "jobqueue", "live", "of_type", "operations", "shown", "stamp",
           "stamp_z", "system_data", "tag_filters", "tokens", "whole", "workspace_key"]

PAGE = 50
TYPE = "Microsoft.MachineLearningServices/workspaces/"
NOT_FOUND = "The specified resource was not found."
# What every version of an asset has (E11, E14).
ASSET: Dict[str, Any] = {"description": None, "tags": {}, "properties": {}, "isArchived": False, "isAnonymous": False}
SHAPES: Dict[str, type] = {"tags": dict, "properties": dict, "description": str, "isArchived": bool, "isAnonymous": bool}


class Resource:
    """A plain collection: jobs, datastores, computes.

    collection: as spelled in ids.  label: what messages call one.  created, updated, deleted: status codes.  family: set for
    collections whose writes are long-running, names their poll endpoint.  views: whether lists know archived items.
    shapes: types of the properties that the class acts on; null is always allowed.
    """

    collection = ""
    label = ""
    created = 201
    updated = 200
    deleted = 200
    family: Optional[str] = None
    location = True
    views = False
    shapes: Dict[str, type] = {}

    def __init__(self, app):
        self.app = app
        self.store = app.store

    # What a noun says of itself ---------------------------------------------------------------------------------------

    def accept(self, tx, ws, name, body, old) -> Tuple[Dict[str, Any], Optional[Dict[str, Any]]]:
        """(body to store, private part). `old` is the Document that is replaced, or None. Raises Refusal."""
        return body, old.private if old else None

    def reveal(self, request, ws, document) -> Dict[str, Any]:
        """The body to show."""
        return document.body

    def kind(self, body):
        """What lists can filter by."""
        return ""

    def system_data(self, old):
        """systemData of a body that is being written (as recorded)."""
        now = stamp(self.app.clock())
        if old is None:
            return system_data(now, self.app.user)
        created = {key: old.body["systemData"][key] for key in ("createdAt", "createdBy", "createdByType")}
        return {**system_data(now, self.app.user), **created}

    def missing(self, name):
        return envelopes.mfe(404, "UserError", NOT_FOUND, details=[("NotFound", f"{self.label} with name: {name} not found.")])

    def after_put(self, tx, ws, document, old):
        """More to write in the same transaction."""

    def after_delete(self, tx, ws, document):
        """More to remove in the same transaction."""

    def committed(self, ws, old):
        """The PUT is durable; `old` is what it replaced, or None."""

    # Routes -----------------------------------------------------------------------------------------------------------

    def routes(self):
        """(method, pattern below the workspace or from the root, handler)."""
        one = f"/{self.collection}/{{name}}"
        yield "GET", f"/{self.collection}", self.list
        yield "GET", one, self.get
        yield "PUT", one, self.put
        yield "DELETE", one, self.delete

    def get(self, request, name, **_):
        with self.store.reading() as tx:
            ws = request.workspace(tx)
            document = tx.get(ws.key, self.parent, name)
            if document is None:
                raise self.missing(name)
            return Response(200, self.wire(request, ws, document))

    def list(self, request, **_):
        return self.page(request, self.parent, lambda ws, document: self.wire(request, ws, document))

    def put(self, request, name, **_):
        body = self.body_of(request)
        with self.store.writing() as tx:
            ws = request.workspace(tx)
            document, old = self.write(tx, ws, name, body)
            headers = self.headers(tx, request, ws, document)
        self.committed(ws, old)
        return Response(self.updated if old else self.created, self.first_answer(request, ws, document), headers)

    def delete(self, request, name, **_):
        with self.store.writing() as tx:
            ws = request.workspace(tx)
            document = tx.get(ws.key, self.parent, name)
            if document is None:
                return Response(204, ABSENT)
            tx.delete(ws.key, self.parent, name)
            self.after_delete(tx, ws, document)
            headers = self.operation(tx, request, None) if self.family else []
        return Response(self.deleted, ABSENT, headers)

    # Pieces -----------------------------------------------------------------------------------------------------------

    @property
    def parent(self):
        return self.collection.lower()

    def body_of(self, request):
        """The request's body without what only the service writes, its properties an object of the right shapes."""
        body = {name: value for name, value in request.json().items() if name not in ("id", "name", "type", "systemData", "etag")}
        body["properties"] = of_type("properties", body.get("properties"), dict) or {}
        of_type("tags", body.get("tags"), dict)
        for name, shape in {**SHAPES, **self.shapes}.items():
            of_type(name, body["properties"].get(name), shape)
        return body

    def write(self, tx, ws, name, body):
        """Stores a body that came from outside. Returns (Document, the one before or None)."""
        old = tx.get(ws.key, self.parent, name)
        body, private = self.accept(tx, ws, name, body, old)
        system = self.system_data(old)
        if system is not None:
            body["systemData"] = system
        document = tx.put(ws.key, self.parent, name, body, archived=is_archived(body), kind=self.kind(body), private=private)
        self.after_put(tx, ws, document, old)
        return document, old

    def wire(self, request, ws, document):
        return shown(f"{ws.scope}/{self.collection}/{document.name}", document.name, TYPE + self.collection,
                     self.reveal(request, ws, document))

    def first_answer(self, request, ws, document):
        """Body of the answer to a PUT."""
        return self.wire(request, ws, document)

    def headers(self, tx, request, ws, document):
        headers = [("Location", request.url(request.path))] if self.location else []
        return headers + (self.operation(tx, request, document) if self.family else [])

    def operation(self, tx, request, document):
        """Headers of an operation that is over at once. Retry-After 0 spares the client a pause."""
        name = operations.begin(tx, request, self.family)
        return [("Azure-AsyncOperation", operations.status_url(request, self.family, name)), ("Retry-After", "0")]

    def page(self, request, parent, show, *, tags=(), kind=None, keep=None):
        """One page of a list, newest first, with an absolute nextLink exactly when there is a further page. `$top` bounds the
        whole list. `keep(document)` filters further."""
        query = request.query
        top = whole(query, "$top")
        size = min(PAGE, top) if top else PAGE
        ascending = query.get("$orderby", "").lower().split() in (["createdtime"], ["createdtime", "asc"])
        view = query.get("listviewtype", ACTIVE if self.views else ALL)
        if view not in (ACTIVE, ARCHIVED, ALL):
            raise envelopes.malformed(f"listViewType '{view}' is none of ActiveOnly, ArchivedOnly, All.")
        with self.store.reading() as tx:
            ws = request.workspace(tx)
            rows = tx.list(ws.key, parent, view=view, kind=kind, tags=tags, after=whole(query, "$skip"), ascending=ascending,
                           limit=size + 1)
            more, rows = len(rows) > size and (top is None or top > size), rows[:size]
            answer = {"value": [show(ws, document) for document in rows if keep is None or keep(document)]}
        if more:
            answer["nextLink"] = _next_link(request, rows[-1].seq, top and top - size)
        return Response(200, answer)


class Versioned(Resource):
    """A collection of containers with versions: models, data, environments, components.

    unchangeable: properties of a version that a later PUT may not change, compared by `same`.
    """

    views = True
    unchangeable: Sequence[str] = ()

    def accept_container(self, body, old):
        """Counts are the service's own."""
        counts = old.body["properties"] if old else versions.EMPTY_CONTAINER
        properties = {**versions.EMPTY_CONTAINER, **(body.get("properties") or {})}
        properties.update({name: counts[name] for name in ("latestVersion", "nextVersion")})
        return {**body, "properties": properties}

    def same(self, ws, field, old, new):
        return old == new

    def reveal_in_list(self, request, ws, document):
        """The body that lists show, where that differs."""
        return self.reveal(request, ws, document)

    def missing_version(self, name, version):
        return envelopes.mfe(404, "UserError", NOT_FOUND,
                             details=[("NotFound", f"{self.label} version with name: {name}, version: {version} not found.")])

    def tags_asked_for(self, query):
        return tag_filters(query.get("tags") or query.get("$tags"))

    def kind_asked_for(self, query):
        """What `kind` of versions a list wants, None for all."""
        return

    # Routes -----------------------------------------------------------------------------------------------------------

    def routes(self):
        yield from super().routes()
        all_versions = f"/{self.collection}/{{name}}/versions"
        yield "GET", all_versions, self.list_versions
        yield "GET", all_versions + "/{version}", self.get_version
        yield "PUT", all_versions + "/{version}", self.put_version
        yield "DELETE", all_versions + "/{version}", self.delete_version

    def reveal_container(self, document):
        return document.body

    def wire(self, request, ws, document):
        return shown(f"{ws.scope}/{self.collection}/{document.name}", document.name, TYPE + self.collection,
                     self.reveal_container(document))

    def write(self, tx, ws, name, body):
        old = tx.get(ws.key, self.parent, name)
        body = self.accept_container(body, old)
        body["systemData"] = self.system_data(old)
        return tx.put(ws.key, self.parent, name, body, archived=is_archived(body)), old

    def get_version(self, request, name, version, **_):
        with self.store.reading() as tx:
            ws = request.workspace(tx)
            container = tx.get(ws.key, self.parent, name)
            document = tx.get(ws.key, versions.parent(self.parent, name), version)
            if document is None:
                raise self.missing_version(name, version)
            return Response(200, self.version_wire(ws, container.name, document, self.reveal(request, ws, document)))

    def list_versions(self, request, name, **_):
        with self.store.reading() as tx:
            container = tx.get(request.workspace(tx).key, self.parent, name)
        spelled = container.name if container else name

        def show(ws, document):
            return self.version_wire(ws, spelled, document, self.reveal_in_list(request, ws, document))
        return self.page(request, versions.parent(self.parent, name), show, tags=self.tags_asked_for(request.query),
                         kind=self.kind_asked_for(request.query))

    def put_version(self, request, name, version, **_):
        body = self.body_of(request)
        with self.store.writing() as tx:
            ws = request.workspace(tx)
            document, created = self.register(tx, ws, name, version, body)
            container = tx.get(ws.key, self.parent, name)
        return Response(self.created if created else self.updated,
                        self.version_wire(ws, container.name, document, self.reveal(request, ws, document)),
                        [("Location", request.url(request.path))])

    def delete_version(self, request, name, version, **_):
        with self.store.writing() as tx:
            ws = request.workspace(tx)
            if not tx.delete(ws.key, versions.parent(self.parent, name), version):
                return Response(204, ABSENT)
            versions.recount(tx, ws.key, self.parent, name)
        return Response(self.deleted, ABSENT)

    def register(self, tx, ws, name, version, body):
        """Writes a version as its PUT does. Returns (Document, created: bool). Raises Refusal."""
        old = tx.get(ws.key, versions.parent(self.parent, name), version) if version is not None else None
        body, private = self.accept(tx, ws, name, body, old)
        if old is not None:
            self.refuse_changes(ws, old, body)
        return versions.register(tx, ws.key, self.parent, name, version, body, now=self.app.clock(), by=self.app.user,
                                 kind=self.kind(body), private=private)

    def refuse_changes(self, ws, old, body):
        before, after = old.body["properties"], body["properties"]
        for field in self.unchangeable:
            if field in after and not self.same(ws, field, before.get(field), after[field]):
                raise envelopes.mfe(400, "UserError", "Asset paths cannot be updated.")      # (as recorded)

    def version_wire(self, ws, name, document, body):
        return shown(f"{ws.scope}/{self.collection}/{name}/versions/{document.name}", document.name,
                     f"{TYPE}{self.collection}/versions", body)


def shown(path, name, kind, body):
    return {"id": path, "name": name, "type": kind, **body}


def is_archived(body):
    return bool(body["properties"].get("isArchived"))


def tag_filters(text):
    """`a,b=c` as [("a", None), ("b", "c")] (as recorded)."""
    pairs = (item.partition("=") for item in (text or "").split(",") if item)
    return [(name, value if equals else None) for name, equals, value in pairs]


def whole(query, name):
    """A whole number of the query, None when absent."""
    text = query.get(name)
    if not text:
        return None
    if number(text) is None:
        raise envelopes.malformed(f"{name} '{text}' is not a whole number.")
    return number(text)


def _next_link(request, seq, top):
    from urllib.parse import urlencode
    query = {name: value for name, value in request.query.items() if name not in ("$skip", "$top")}
    query["$skip"] = str(seq)
    if top:
        query["$top"] = str(top)
    return request.url(request.path, urlencode(query))
