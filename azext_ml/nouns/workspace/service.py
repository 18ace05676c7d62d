"""How the local workspace answers for workspaces themselves. Wire names: recorded traffic of the service."""

import re

from azext_ml.local.resource import (
    ABSENT,
    CANONICAL,
    Resource,
    Response,
    Workspace,
    datastores,
    envelopes,
    guid,
    jobqueue,
    live,
    operations,
    shown,
    stamp,
    stamp_z,
    system_data,
    workspace_key,
)

PROVIDER = "/providers/Microsoft.MachineLearningServices/workspaces"
GROUP = "/subscriptions/{subscription}/resourceGroups/{group}" + PROVIDER
NOBODY = "00000000-0000-0000-0000-000000000000"
# Both become folder names of jobs.
_NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,89}"
_GROUP = r"[A-Za-z0-9_(][A-Za-z0-9_.()-]{0,89}"


class Workspaces(Resource):
    collection = "workspaces"
    label = "Workspace"

    def routes(self):
        yield "GET", GROUP, self.list
        yield "GET", "/subscriptions/{subscription}" + PROVIDER, self.list
        one = GROUP + "/{workspace}"
        yield "GET", one, self.get
        yield "PUT", one, self.put
        yield "PATCH", one, self.patch
        yield "DELETE", one, self.delete

    def get(self, request, **_):
        with self.store.reading() as tx:
            ws = request.workspace(tx)
            return Response(200, self.wire(ws, tx.get("", "workspaces", ws.key)))

    def list(self, request, subscription, group=None, **_):
        """All workspaces of a group or of the root: there are few, so there is one page. `kind` filters."""
        kinds = [kind.strip().lower() for kind in request.query.get("kind", "").split(",") if kind.strip()]
        with self.store.reading() as tx:
            found = [(_workspace(document, subscription), document) for document in tx.list("", "workspaces")]

        def wanted(ws, document):
            kind = (document.body["kind"] or "Default").lower()
            return (group is None or ws.group.lower() == group.lower()) and (not kinds or kind in kinds)
        return Response(200, {"value": [self.wire(ws, document) for ws, document in found if wanted(ws, document)]})

    def put(self, request, subscription, group, workspace, **_):
        """Makes a workspace with its built-in datastores, at once; an existing one keeps its identity."""
        if not re.fullmatch(_NAME, workspace) or not re.fullmatch(_GROUP, group) or (group + workspace).endswith("."):
            raise envelopes.malformed(f"'{group}/{workspace}' is not a name of a resource group and a workspace.")
        body = self.body_of(request)
        with self.store.writing() as tx:
            old = tx.get("", "workspaces", f"{group}/{workspace}")
            document = tx.put("", "workspaces", f"{group}/{workspace}", self._filled(body, group, workspace, old))
            ws = _workspace(document, subscription)
            if old is None:
                system = system_data(stamp(self.app.clock()), self.app.user)
                for name, properties in datastores.built_in(ws.guid).items():
                    tx.put(ws.key, "datastores", name, {"properties": properties, "systemData": system})
        return Response(200, self.wire(ws, document))

    def patch(self, request, **_):
        """Tags and properties are merged. 202 without a body; the operation is over at once."""
        change = self.body_of(request)
        with self.store.writing() as tx:
            ws = request.workspace(tx)
            document = tx.get("", "workspaces", ws.key)
            body = {**document.body, **change, "properties": {**document.body["properties"], **change["properties"]}}
            body["systemData"] = self.system_data(document)
            tx.put("", "workspaces", ws.key, body)
            headers = self._operation(tx, request, ws.scope)
        return Response(202, ABSENT, headers)

    def delete(self, request, subscription, group, workspace, **_):
        """Everything of the workspace goes. Jobs that run are asked to end; whoever runs them finds no document any more."""
        with self.store.writing() as tx:
            document = tx.get("", "workspaces", f"{group}/{workspace}")
            if document is None:
                return Response(204, ABSENT)
            ws = _workspace(document, subscription)
            for entry in jobqueue.entries(tx, ws.key):
                jobqueue.request_cancel(tx, ws.key, entry.job) if entry.owner else jobqueue.remove(tx, ws.key, entry.job)
            for properties in datastores.built_in(ws.guid).values():
                tx.execute("DELETE FROM blobs WHERE container = ?", (properties.get("containerName"),))
            for table in ("resources", "resource_tags", "snapshots", "run_tokens", *MLFLOW):
                tx.execute(f"DELETE FROM {table} WHERE workspace = ?", (ws.key,))
            tx.delete("", "workspaces", ws.key)
            running = bool(jobqueue.entries(tx, ws.key))
            headers = self._operation(tx, request, None)
        if running:
            self.app.wake(ws.key)
        else:
            live.remove_folder(self.app, ws.key, "")
        return Response(202, ABSENT, headers)

    def wire(self, ws, document):
        return shown(ws.scope, ws.name, "Microsoft.MachineLearningServices/workspaces",
                     {**document.body, "properties": {**document.body["properties"], **_addresses(ws)}})

    def system_data(self, old):
        """Times of workspaces end in Z."""
        now = stamp_z(self.app.clock())
        if old is None:
            return system_data(now, self.app.user)
        return {**old.body["systemData"], "lastModifiedAt": now, "lastModifiedBy": self.app.user, "lastModifiedByType": "User"}

    def _filled(self, body, group, name, old):
        own_id = old.body["properties"]["workspaceId"] if old else guid()
        properties = {
            "friendlyName": name, "description": "", "storageAccount": None, "keyVault": None, "applicationInsights": None,
            "containerRegistry": "", "hbiWorkspace": False, "tenantId": NOBODY, "imageBuildCompute": None, "v1LegacyMode": False,
            "softDeleteEnabled": False, "storageHnsEnabled": False, "linkedModelInventoryArmId": None, "privateLinkCount": 0,
            "publicNetworkAccess": "Enabled", "sdkTelemetryAppInsightsKey": "", "sasGetterUri": "", "notebookInfo": None,
            "managedNetwork": {"isolationMode": "Disabled"}, **body["properties"],
            "provisioningState": "Succeeded", "workspaceId": own_id}
        principal = old.body["identity"]["principalId"] if old else guid()
        identity = {"type": "SystemAssigned", **(body.get("identity") or {}), "principalId": principal, "tenantId": NOBODY}
        return {"location": "local", "tags": {}, "kind": "Default", "sku": {"name": "Basic", "tier": "Basic"}, **body, "etag": None,
                "identity": identity, "properties": properties, "systemData": self.system_data(old)}

    def _operation(self, tx, request, result):
        """Both headers."""
        name = operations.begin(tx, request, "workspace", result=result)
        return [("Azure-AsyncOperation", operations.status_url(request, "workspace", name)),
                ("Location", operations.result_url(request, "workspace", name)), ("Retry-After", "0")]


MLFLOW = ("experiments", "runs", "metrics", "latest_metrics", "params", "run_tags")


def _workspace(document, subscription):
    group, _, name = document.name.partition("/")
    return Workspace(workspace_key(group, name), subscription, group, name, document.body["properties"]["workspaceId"])


def _addresses(ws):
    """Where its data plane is. An http address: MLflow clients can use it as it is."""
    return {"discoveryUrl": f"{CANONICAL}/discovery", "mlFlowTrackingUri": f"{CANONICAL}/mlflow/v1.0{ws.scope}"}


SERVICES = (Workspaces,)
