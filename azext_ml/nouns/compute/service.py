"""How the local workspace answers for compute: names for this machine's capacity. Wire names: recorded traffic of the service."""

from azext_ml.local.resource import ABSENT, COMPUTE_TYPES, Resource, Response, envelopes, of_type, stamp

COUNTS = ("preparing", "running", "idle", "unusable", "leaving", "preempted")
STATES = {"start": "Running", "restart": "Running", "stop": "Stopped"}


class Computes(Resource):
    """AmlCompute and ComputeInstance. What else there is are machines of the cloud."""

    collection = "computes"
    label = "Compute"
    updated = 201                    # an update is the same PUT with the same answer
    deleted = 202
    family = "compute"
    shapes = {"computeType": str, "computeLocation": str}
    location = False                 # Azure-AsyncOperation only

    def routes(self):
        yield from super().routes()
        yield "PATCH", "/computes/{name}", self.patch
        for verb in STATES:
            yield "POST", "/computes/{name}/" + verb, self.switch

    def missing(self, name):
        return envelopes.empty(404, f"Compute {name} not found.")        # the fourth envelope

    def system_data(self, old):
        return None                  # compute has none

    def kind(self, body):
        return body["properties"].get("computeType") or ""

    def accept(self, tx, ws, name, body, old):
        given = body["properties"]
        kind = given.get("computeType")
        if kind in COMPUTE_TYPES:
            raise envelopes.needs_azure(f"attach compute of type {kind}")
        if kind not in ("AmlCompute", "ComputeInstance"):
            raise envelopes.malformed(f"'{kind}' is not a type of compute.")
        now = stamp(self.app.clock())
        location = body.get("location") or given.get("computeLocation") or "local"
        inner = {**(given.get("properties") or {})}
        if isinstance(inner.get("vmSize"), str):
            inner["vmSize"] = inner["vmSize"].upper()
        inner = _cluster(inner, now) if kind == "AmlCompute" else _instance(inner, now, old)
        properties = {
            "description": None, "disableLocalAuth": False, "resourceId": None, **given, "computeLocation": location,
            "createdOn": old.body["properties"]["createdOn"] if old else now, "modifiedOn": now, "isAttachedCompute": False,
            "provisioningState": "Succeeded", "provisioningErrors": None, "properties": inner}
        return {**body, "location": location, "tags": body.get("tags") or {}, "properties": properties}, None

    def first_answer(self, request, ws, document):
        """The answer to the PUT is of a compute in the making."""
        wire = self.wire(request, ws, document)
        inner = dict(wire["properties"]["properties"])
        for name in ("currentNodeCount", "targetNodeCount", "nodeStateCounts", "allocationState"):
            if name in inner:
                inner[name] = None
        properties = {**wire["properties"], "provisioningState": "Creating", "properties": inner}
        return {**wire, "tags": wire["tags"] or None, "properties": properties}

    def patch(self, request, name, **_):
        """Scale settings and tags (1.4: 200)."""
        change = self.body_of(request)
        with self.store.writing() as tx:
            ws = request.workspace(tx)
            document = tx.get(ws.key, self.parent, name)
            if document is None:
                raise self.missing(name)
            properties = document.body["properties"]
            inner = change["properties"].get("properties") or {}
            document, _ = self.write(tx, ws, name, {
                **document.body, "tags": change.get("tags", document.body["tags"]),
                "properties": {**properties, "properties": {**properties["properties"], **inner}}})
        return Response(200, self.wire(request, ws, document))

    def switch(self, request, name, **_):
        """start, stop, restart: 202, empty body, Azure-AsyncOperation."""
        verb = request.path.rstrip("/").rpartition("/")[2].lower()
        with self.store.writing() as tx:
            ws = request.workspace(tx)
            document = tx.get(ws.key, self.parent, name)
            if document is None:
                raise self.missing(name)
            properties = document.body["properties"]
            if properties["computeType"] != "ComputeInstance":
                raise envelopes.malformed(f"Compute {document.name} is not a compute instance.")
            inner = {**properties["properties"], "state": STATES[verb],
                     "lastOperation": _operation(verb.capitalize(), stamp(self.app.clock()))}
            body = {**document.body, "properties": {**properties, "properties": inner}}
            tx.put(ws.key, self.parent, name, body, kind=document.kind)
            headers = self.operation(tx, request, document)
        return Response(202, ABSENT, headers)


def _cluster(given, now):
    account = of_type("userAccountCredentials", given.get("userAccountCredentials"), dict)
    inner = {"vmPriority": "Dedicated", "osType": "Linux", "subnet": None, "virtualMachineImage": None, "isolatedNetwork": False,
             "enableNodePublicIp": True, "remoteLoginPortPublicAccess": "NotSpecified", **given,
             "currentNodeCount": 0, "targetNodeCount": 0, "nodeStateCounts": {f"{name}NodeCount": 0 for name in COUNTS},
             "allocationState": "Steady", "allocationStateTransitionTime": now, "errors": None, "propertyBag": {}}
    if account:
        inner["userAccountCredentials"] = {**account, "adminUserPassword": None}     # never shown, never kept
    return inner


def _instance(given, now, old):
    last = old.body["properties"]["properties"] if old else {}
    return {"applicationSharingPolicy": "Shared", "computeInstanceAuthorizationType": "personal",
            "schedules": {"computeStartStop": []}, **given, "state": last.get("state", "Running"), "errors": [],
            "applications": [], "connectivityEndpoints": None,
            "lastOperation": last.get("lastOperation") or _operation("Create", now)}


def _operation(name, now):
    return {"operationName": name, "operationTime": now, "operationStatus": "Succeeded", "operationTrigger": "User"}


SERVICES = (Computes,)
