"""The local workspace as one WSGI app.

    app = App(root, services, wake=None, clock=time.time)

`services` are the nouns' service classes (subclasses of resource.Resource), `wake(workspace key)` is called after a job was
queued or asked to end. An app is cheap: a command makes one. It keeps no state of its own beyond the store's connection, so
any number of them, in any number of processes, may serve one root.

What answers what:

    /subscriptions/…/workspaces/{w}/<collection>…      resource.py and the nouns' service.py
    /subscriptions/…/locations/…                       operations.py
    /discovery, /history, /data, /modelregistry        history.py
    /mlflow/v1.0/subscriptions/…                       mlflow.answer(request, rest), see `_mlflow`
    /azml/{container}/{blob}                           blobapi.py

Who may ask: a caller in the same process (`azml.trusted` in the environ); else a bearer token: the root's own opens
everything, a run's (tokens.py) only that run's MLflow and artifacts; blobs also by SAS or account key (auth.py).
"""

import json
import os
import time

from azext_ml.local import auth, codes, envelopes, operations
from azext_ml.local.needs_azure import VERBS
from azext_ml.local.request import ABSENT, CANONICAL, Request, Response, swap
from azext_ml.local.router import Router
from azext_ml.local.stamps import guid
from azext_ml.local.store import Store

SUBSCRIPTION = "/subscriptions/{subscription}"
PROVIDER = "/providers/Microsoft.MachineLearningServices"
GROUP = SUBSCRIPTION + "/resourceGroups/{group}" + PROVIDER
WORKSPACE = GROUP + "/workspaces/{workspace}"
ACCOUNT = "azml"
_REASONS = {200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content", 304: "Not Modified",
            400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
            409: "Conflict", 411: "Length Required", 412: "Precondition Failed", 416: "Range Not Satisfiable",
            500: "Internal Server Error", 501: "Not Implemented"}
# As recorded from the service.
_HEADERS = [("Cache-Control", "no-cache"), ("Pragma", "no-cache"), ("Expires", "-1"), ("X-Content-Type-Options", "nosniff")]


LOOK_SECONDS = 5


class App:
    """`token`: what a caller from outside has to bear; None lets only trusted callers, runs and signed blob URLs in. `user`:
    display name for systemData."""

    def __init__(self, root, services, *, wake=None, clock=time.time, token=None, user=None):
        self.root = os.fspath(root)
        self.store = Store(self.root, clock)
        self.clock = clock
        self.wake = wake or (lambda workspace: None)
        self._looked_after = {}             # workspace key -> when `look_after` last woke its agent
        self.token = token
        self.storage_key = None             # auth.account_key
        self.user = user or os.environ.get("USER") or os.environ.get("LOGNAME") or os.environ.get("USERNAME") or "local user"
        self.services = {}
        self._router = Router()
        for service in (*services, codes.Codes):
            self._add(service(self))
        for method, pattern, handler in operations.ROUTES:
            self._router.add(method, pattern, handler)
        for method, pattern, what in VERBS:
            self._router.add(method, WORKSPACE + pattern, _refuse(what))
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            self._router.add(method, "/mlflow/v1.0" + WORKSPACE + "/{*rest}", _mlflow)
            for top in ("discovery", "history", "data", "modelregistry", "runs"):
                self._router.add(method, f"/{top}/{{*rest}}", self._data_plane)

    def look_after(self, workspace):
        """Sees now and then that an agent runs while somebody waits for a job: one that died on its way must not keep a
        stream waiting for ever."""
        now = self.clock()
        if now - self._looked_after.get(workspace, now - LOOK_SECONDS) >= LOOK_SECONDS:
            self._looked_after[workspace] = now
            self.wake(workspace)

    def __call__(self, environ, start_response):
        path = environ.get("PATH_INFO", "/").encode("latin-1").decode("utf-8", "replace")
        request = Request(self, environ, path)
        blob = blob_path(request)
        if blob is not None:
            from azext_ml.local import blobapi  # lazy: most commands move no bytes
            return blobapi.answer(request, blob, start_response)
        began = time.perf_counter()
        operation = guid()
        try:
            auth.admit(request)
            response = self._dispatch(request)
        except envelopes.Refusal as refusal:
            body = refusal.body(self.clock(), operation)
            response = Response(refusal.status, ABSENT if body is None else body, refusal.headers)
        headers = list(response.headers) + _HEADERS + [
            ("x-ms-correlation-request-id", operation), ("x-request-time", f"{time.perf_counter() - began:.3f}"),
            ("x-ms-response-type", "error" if response.status >= 400 else "standard")]
        return _send(start_response, request, response, headers)

    def forward(self, request, path):
        """The answer to a GET of another path of this app, for the same caller."""
        other = Request(self, {**request.environ, "REQUEST_METHOD": "GET", "QUERY_STRING": ""}, path)
        return self._dispatch(other)

    def register(self, tx, workspace, collection, name, version, properties):
        """Registers an asset version as a PUT of `properties` would, inside a transaction of the caller's. `workspace` is a
        request.Workspace (`self.workspace(tx, key)`), `collection` "models" or "data". A version of None takes the next one.
        Returns the version. Raises Refusal for what the PUT would be refused for."""
        return self.services[collection.lower()].register(tx, workspace, name, version, {"properties": properties})[0].name

    def workspace(self, tx, key, subscription="00000000-0000-0000-0000-000000000000"):
        """The request.Workspace with a workspace key, or None."""
        from azext_ml.local.request import Workspace
        document = tx.get("", "workspaces", key)
        if document is None:
            return None
        group, _, name = document.name.partition("/")
        return Workspace(key, subscription, group, name, document.body["properties"]["workspaceId"])

    def _add(self, service):
        self.services[service.collection.lower()] = service
        for method, pattern, handler in service.routes():
            self._router.add(method, pattern if pattern.startswith("/subscriptions") else WORKSPACE + pattern, handler)

    def _data_plane(self, request, **_):
        from azext_ml.local import history  # lazy: lists and shows never come here
        return self._dispatch(request, history.ROUTER)

    def _dispatch(self, request, router=None):
        methods = (router or self._router).find(request.path)
        if not methods:
            raise envelopes.no_type(request.path)
        method = "GET" if request.method == "HEAD" else request.method
        if method not in methods:
            raise envelopes.arm(405, "MethodNotAllowed", f"{request.method} is not allowed on {request.path}.")
        handler, request.params = methods[method]
        return handler(request, **request.params)


def blob_path(request):
    """(container, blob name) of a request for a blob, else None. Azurite's style: /azml/<container>/<blob>."""
    head, _, rest = request.path.lstrip("/").partition("/")
    if head != ACCOUNT:
        return None
    container, _, name = rest.partition("/")
    return container, name


def _mlflow(request, rest, **_):
    """mlflow.answer(request, rest) -> Response: `rest` is what follows the workspace in the path ("api/2.0/mlflow/runs/get").
    request.workspace(tx) is the workspace; request.run is None or the only run that the caller may touch."""
    from azext_ml.local import mlflow  # lazy: only runs and MLflow clients come here
    return mlflow.answer(request, rest)


def _refuse(what):
    def handler(request, **_):
        raise envelopes.needs_azure(what)
    return handler


def _send(start_response, request, response, headers):
    body = response.body
    if body is ABSENT:
        data = b""
    elif isinstance(body, (dict, list, str, int, float, type(None))):
        data = swap(json.dumps(body), CANONICAL, request.base).encode()
        headers.append(("Content-Type", "application/json; charset=utf-8"))
    else:
        start_response(_status(response.status), headers)
        return body
    headers.append(("Content-Length", str(len(data))))
    start_response(_status(response.status), headers)
    return [] if request.method == "HEAD" else [data]


def _status(code):
    return f"{code} {_REASONS.get(code, 'Unknown')}"
