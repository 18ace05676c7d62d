"""A recording stand-in for Azure Resource Manager and blob storage, over loopback http.

It answers just enough for a client to finish one `create`: a PUT is stored and echoed, what was never PUT exists when a
spec may refer to it and does not when a client stores it by content. It checks nothing, so it proves nothing about a
service: it only shows what a client sends.

A client that names the Azure host it meant (header ``X-Recorded-Host``; see `tools/record_official.py`) gets Azure URLs
back. Any other client gets every URL rewritten to lead back here, blobs as ``http://127.0.0.1:PORT/<account>/...``;
what it sends is recorded under the Azure names again, so that two recordings compare.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SUBSCRIPTION = "00000000-0000-0000-0000-00000000000a"
GROUP = "parity-group"
WORKSPACE = "parity-workspace"
REGISTRY = "parity-registry"
TENANT = "00000000-0000-0000-0000-00000000000b"
WORKSPACE_GUID = "00000000-0000-0000-0000-00000000000c"
PROVIDER = "Microsoft.MachineLearningServices"
SCOPE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/{PROVIDER}/workspaces/{WORKSPACE}"
REGION = "westeurope"
ACCOUNT = "parityaccount"
CONTAINER = f"azureml-blobstore-{WORKSPACE_GUID}"
ARM = "https://management.azure.com"
BLOBS = f"https://{ACCOUNT}.blob.core.windows.net"
PLANE = f"https://{REGION}.api.azureml.ms"
MOMENT = "2024-05-06T07:08:09.123456+00:00"  # the SDK cuts a seventh digit, which the service has
SYSTEM_DATA = {
    "createdAt": MOMENT,
    "createdBy": "A Person",
    "createdByType": "User",
    "lastModifiedAt": MOMENT,
    "lastModifiedBy": "A Person",
    "lastModifiedByType": "User",
}
# Clients store these under a name made from the content; everything else that a spec names is taken to exist.
CONTENT_ADDRESSED = ("codes",)
ANONYMOUS_NAMES = ("azureml_anonymous", "cliv2anonymousenvironment")
LONG_RUNNING = (
    *("computes", "onlineendpoints", "batchendpoints", "deployments", "schedules", "serverlessendpoints"),
    *("marketplacesubscriptions", "registries", "workspaces", "featuresets", "featurestoreentities", "capabilityhosts"),
)
SECRETS = ("secrets", "adminUserPassword", "administratorAccount")
# What the service knows and a client does not say.
PLAN = {"publisherId": "contoso", "offerId": "models", "planId": "monthly"}
POOL = {
    "autoScaleProperties": {"enabled": True, "minNodeCount": 3, "maxNodeCount": 5},
    "autoPauseProperties": {"enabled": True, "delayInMinutes": 15},
    "sparkVersion": "3.4",
    "nodeCount": 3,
    "nodeSize": "Medium",
    "nodeSizeFamily": "MemoryOptimized",
}

Answer = tuple[int, Any, dict[str, str]]


class Recorder:
    """What was asked, and what a later GET must be able to see. One lock: requests are recorded one at a time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.start()

    def start(self, creates: tuple[str, str] | None = None) -> None:
        """Forget everything. `creates` is the collection and the name that the next command is going to make."""
        self.requests: list[dict[str, Any]] = []
        self.resources: dict[str, dict[str, Any]] = {}
        self.blobs: dict[str, dict[str, str]] = {}
        self.absent = "/{}/{}".format(*creates).lower() if creates else None

    def answer(self, method: str, path: str, query: dict[str, str], headers: dict[str, str], body: bytes) -> Answer:
        with self.lock:
            document = _document(body, headers)
            self.requests.append({"method": method, "path": path, "query": query, "body": document})
            if path.startswith(f"/{ACCOUNT}/"):
                return self._blob(method, path, query, headers)
            if not path.lower().startswith("/subscriptions/"):
                return self._data_plane(method, path, document)
            if "/microsoft.resources/deployments/" in path.lower() and method == "PUT":
                return self._deployment(document["properties"])
            if "/operations-of-the-recording/" in path:
                return 200, {"status": "Succeeded"}, {}
            if method == "PUT":
                return self._put(path, document)
            if method == "PATCH":
                return self._put(path, _merged(self.resources.get(path.lower(), {}), document))
            if method == "POST":
                return self._post(path)
            if method == "DELETE":
                self.resources.pop(path.lower(), None)
                return 200, None, {}
            return self._get(path)

    def _put(self, path: str, document: dict[str, Any]) -> Answer:
        known = path.lower() in self.resources
        collection = _collection(path)
        stored = _without_secrets(document)
        stored.update(id=path, name=path.rsplit("/", 1)[1], type=_type(path))
        properties = stored.setdefault("properties", {})
        properties.setdefault("provisioningState", "Succeeded")
        if collection != "computes":  # a compute is the one resource without systemData
            stored["systemData"] = SYSTEM_DATA
        if collection == "jobs":
            properties["status"] = "Starting"
            properties["services"] = {**_job_services(path), **(properties.get("services") or {})}
        if collection == "models":
            properties.setdefault("flavors", {})
        if collection == "marketplacesubscriptions":
            properties.setdefault("marketplacePlan", PLAN)
        if properties.get("computeType") == "SynapseSpark":
            properties["properties"] = {**POOL, **(properties.get("properties") or {})}
        if collection == "deployments" and "/onlineendpoints/" in path.lower():
            properties.setdefault("scaleSettings", {"scaleType": "Default"})
        self.resources[path.lower()] = stored
        headers = {}
        if collection in LONG_RUNNING:
            operation = uuid.uuid5(uuid.NAMESPACE_URL, path.lower())
            headers["Azure-AsyncOperation"] = f"{ARM}{SCOPE}/operations-of-the-recording/{operation}?api-version=2024"
            headers["Retry-After"] = "0"
        # The official client takes 201 of a connection for an error, as recorded.
        return (200 if known or collection == "connections" else 201), stored, headers

    def _data_plane(self, method: str, path: str, document: Any) -> Answer:
        """Assets that stand in no ARM collection, below /genericasset; for the rest, where everything is."""
        if "/genericasset/" not in path:
            where = {"subscriptionId": SUBSCRIPTION, "resourceGroup": GROUP, "primaryRegion": REGION}
            return 200, {"api": PLANE, "history": PLANE, "value": [], **where}, {}
        if path.endswith(":getNextVersion"):
            return 200, {"nextVersion": "7"}, {}
        if method == "GET" and path.lower() not in self.resources:
            return 404, {"error": {"code": "UserError", "message": "The recording has no such asset."}}, {}
        if method != "GET":
            identity = f"azureml://locations/{REGION}/workspaces/{WORKSPACE_GUID}/{'/'.join(path.split('/')[-4:])}"
            self.resources[path.lower()] = {**document, "id": identity, "systemData": SYSTEM_DATA}
        return 200, self.resources[path.lower()], {}

    def _deployment(self, properties: dict[str, Any]) -> Answer:
        """Of a template, which makes a workspace."""
        values = {name: parameter["value"] for name, parameter in properties["parameters"].items()}
        path = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/{PROVIDER}/workspaces/{values['workspaceName']}"
        made = {**_workspace(path), "kind": values["kind"].title(), "tags": values["tagValues"]}
        if values["workspace_hub"]:
            made["properties"]["hubResourceId"] = values["workspace_hub"]
        self.resources[path.lower()] = made
        return 201, {"properties": {"provisioningState": "Succeeded"}}, {}

    def _post(self, path: str) -> Answer:
        action = path.rsplit("/", 1)[1].lower()
        if action == "listsecrets":
            return 200, {"secretsType": "Sas", "sasToken": "sv=2024-01-01&sr=c&sp=rwl&sig=bm90IGEgc2FzCg%3D%3D"}, {}
        if action == "startpendingupload":
            container = f"{BLOBS}/snapshots"
            reference = {
                "blobUri": container,
                "storageAccountArmId": "",
                "credential": {"credentialType": "SAS", "sasUri": f"{container}?sr=c&sig=bm90IGEgc2FzCg%3D%3D"},
            }
            return 200, {"pendingUploadType": "TemporaryBlobReference", "blobReferenceForConsumption": reference}, {}
        return 200, {}, {}

    def _get(self, path: str) -> Answer:
        if path.lower() in self.resources:
            return 200, self.resources[path.lower()], {}
        parts = path.lower().split("/")
        if len(parts) == 5:
            return 200, {"location": REGION}, {}  # the resource group
        if len(parts) < 9:
            return 200, {"value": []}, {}  # of the steps of a deployment
        below = parts[9:] or ["workspace"]
        anonymous = below[0] in CONTENT_ADDRESSED or (len(below) > 1 and below[1] in ANONYMOUS_NAMES)
        made_later = self.absent is not None and (path.lower() + "/").find(self.absent + "/") >= 0
        if below == ["workspace"] and not made_later:
            # Only a hub has capability hosts.
            return 200, {**_workspace(path), **({"kind": "Hub"} if "/capabilityhosts/" in (self.absent or "") else {})}, {}
        if len(below) % 2 and below != ["workspace"]:  # a collection
            if anonymous or made_later or below[-1] != "versions":
                return 200, {"value": []}, {}
            return 200, {"value": [_existing_version(path + "/5")]}, {}
        if anonymous or made_later or below[0] == "jobs":
            error = {"code": "UserError", "message": "The recording has no such resource."}
            return 404, {"error": error}, {"x-ms-error-code": "ResourceNotFound"}
        if below[0] == "datastores":
            return 200, _datastore(path), {}
        if len(below) == 4:
            return 200, _existing_version(path), {}
        return 200, _existing(path, {"latestVersion": "5", "nextVersion": "6", "isArchived": False}), {}

    def _blob(self, method: str, path: str, query: dict[str, str], headers: dict[str, str]) -> Answer:
        answered = {"ETag": '"0x8D"', "Last-Modified": "Mon, 06 May 2024 07:08:09 GMT", "x-ms-version": "2024-05-04"}
        if query.get("comp") == "metadata":
            self.blobs[path] = {k.lower(): v for k, v in headers.items() if k.lower().startswith("x-ms-meta-")}
            return 200, None, answered
        if method == "PUT":
            self.blobs.setdefault(path, {})
            return 201, None, answered
        if method == "GET" and query.get("comp") == "list":
            return 200, b"<EnumerationResults><Blobs/><NextMarker/></EnumerationResults>", answered
        if path in self.blobs:
            return 200, None, {**answered, **self.blobs[path], "x-ms-blob-type": "BlockBlob"}
        return 404, None, {**answered, "x-ms-error-code": "BlobNotFound"}


def _document(body: bytes, headers: dict[str, str]) -> Any:
    """The JSON that was sent; for any other content its length and hash."""
    if not body:
        return None
    if "json" in next((v for k, v in headers.items() if k.lower() == "content-type"), ""):
        return json.loads(body)
    return {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}


def _merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    return {**old, **{k: {**old.get(k, {}), **v} if isinstance(v, dict) else v for k, v in new.items()}}


def _without_secrets(value: Any) -> Any:
    """A service keeps secrets to itself: credentials come back by their type only (as recorded)."""
    if isinstance(value, dict):
        hidden = (*SECRETS, *(("credentials",) if "authType" in value else ()))
        return {k: _without_secrets(v) for k, v in value.items() if k not in hidden}
    return [_without_secrets(v) for v in value] if isinstance(value, list) else value


def _collection(path: str) -> str:
    segments = path.lower().split("/")
    return segments[-4] if segments[-2] == "versions" else segments[-2]


def _type(path: str) -> str:
    return "/".join([PROVIDER, *path.split("/")[7::2]])


def _existing(path: str, properties: dict[str, Any]) -> dict[str, Any]:
    name = path.rsplit("/", 1)[1]
    return {"id": path, "name": name, "type": _type(path), "systemData": SYSTEM_DATA, "properties": properties}


def _existing_version(path: str) -> dict[str, Any]:
    name = path.split("/")[-3]
    uri = f"azureml://datastores/workspaceblobstore/paths/existing/{name}"
    shape = {
        "data": {"dataType": "uri_folder", "dataUri": uri},
        "models": {"modelType": "custom_model", "modelUri": uri, "flavors": {}},
        "environments": {"image": "docker.io/library/python:3.12-slim", "osType": "Linux"},
        "components": {
            "componentSpec": {"name": name, "version": "5", "type": "command", "command": "true", "environment": "azureml:e:1"}
        },
    }.get(_collection(path), {})
    return _existing(path, {"isArchived": False, "isAnonymous": False, "tags": {}, "properties": {}, **shape})


def _datastore(path: str) -> dict[str, Any]:
    return _existing(
        path,
        {
            "datastoreType": "AzureBlob",
            "accountName": ACCOUNT,
            "containerName": CONTAINER,
            "endpoint": "core.windows.net",
            "protocol": "https",
            "isDefault": path.endswith("/workspaceblobstore"),
            "credentials": {"credentialsType": "AccountKey"},
            "tags": {},
        },
    )


def _workspace(path: str) -> dict[str, Any]:
    properties = {
        "workspaceId": WORKSPACE_GUID,
        "tenantId": TENANT,
        "friendlyName": WORKSPACE,
        "discoveryUrl": f"{PLANE}/discovery",
        "mlFlowTrackingUri": f"azureml://{REGION}.api.azureml.ms/mlflow/v1.0{path}",
        "provisioningState": "Succeeded",
        "hbiWorkspace": False,
    }
    return {**_existing(path, properties), "location": REGION, "tags": {}, "identity": {"type": "SystemAssigned"}}


def _job_services(path: str) -> dict[str, Any]:
    studio = f"https://ml.azure.com/runs/{path.rsplit('/', 1)[1]}?wsid={SCOPE}"
    tracking = f"azureml://{REGION}.api.azureml.ms/mlflow/v1.0{SCOPE}?"
    return {
        "Tracking": {"jobServiceType": "Tracking", "endpoint": tracking},
        "Studio": {"jobServiceType": "Studio", "endpoint": studio},
    }


def as_azure(text: str, own: str) -> str:
    """A text with the blob and data plane addresses of the recording server at `own` (host:port) under their Azure names."""
    text = text.replace(f"http://{own}/_plane", PLANE)
    return re.sub(rf"http://{re.escape(own)}/{ACCOUNT}\b", BLOBS, text)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    recorder: Recorder

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are recorded, not logged."""

    def _serve(self) -> None:
        body = self._body()
        address = urlsplit(self.path)
        path = unquote(address.path).rstrip("/")
        meant = self.headers.get("X-Recorded-Host")
        if meant is not None and meant.endswith(".blob.core.windows.net"):
            path = f"/{meant.split('.')[0]}{path}"
        elif path.startswith("/_plane"):
            path = path[len("/_plane") :]
        if meant is None:
            body = as_azure(body.decode("utf-8", "surrogateescape"), self._own).encode("utf-8", "surrogateescape")
        query = dict(parse_qsl(address.query, keep_blank_values=True))
        status, answer, headers = self.recorder.answer(self.command, path, query, dict(self.headers), body)
        data = answer if isinstance(answer, bytes) else b"" if answer is None else json.dumps(answer).encode()
        if meant is None:
            data = self._as_own(data.decode()).encode()
            headers = {k: self._as_own(v) for k, v in headers.items()}
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if data:
            self.send_header("Content-Type", "application/xml" if isinstance(answer, bytes) else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _body(self) -> bytes:
        if "chunked" not in (self.headers.get("Transfer-Encoding") or ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    @property
    def _own(self) -> str:
        return f"127.0.0.1:{self.server.server_address[1]}"

    def _as_own(self, text: str) -> str:
        text = text.replace(BLOBS, f"http://{self._own}/{ACCOUNT}").replace(ARM, f"http://{self._own}")
        text = text.replace(PLANE, f"http://{self._own}/_plane")
        if f'"accountName": "{ACCOUNT}"' in text:  # a datastore of the recording, not one that was made in it
            text = text.replace('"endpoint": "core.windows.net"', f'"endpoint": "{self._own}"')
            text = text.replace('"protocol": "https"', '"protocol": "http"')
        return text

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = do_HEAD = _serve


class RecordingServer:
    """``with RecordingServer() as server: ...``; `server.url`, `server.recorder`."""

    def __init__(self) -> None:
        self.recorder = Recorder()
        handler = type("Handler", (_Handler,), {"recorder": self.recorder})
        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.httpd.daemon_threads = True
        self.address = f"127.0.0.1:{self.httpd.server_address[1]}"
        self.url = f"http://{self.address}"

    def __enter__(self) -> RecordingServer:
        threading.Thread(target=self.httpd.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.httpd.shutdown()
        self.httpd.server_close()
