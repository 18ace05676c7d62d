"""How the local workspace answers for jobs. Wire names: recorded traffic of the service."""

import re

from azext_ml.core.ids import ArmId
from azext_ml.local.resource import (
    ABSENT,
    CANONICAL,
    Resource,
    Response,
    blobs,
    envelopes,
    jobqueue,
    live,
    of_type,
    operations,
    stamp,
    tag_filters,
    tokens,
)

OVER = ("Completed", "Failed", "Canceled", "NotResponding")
# What a PUT may change in an existing job; the service names these itself.
CHANGEABLE = ("description", "tags", "displayName", "properties", "isArchived")
SERVED = ("status", "services")                  # the service's own, ignored in a request
FIRST_STATUS = {"Command": "Starting"}           # job types that the runner knows
_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}"
# https://user:token@host/…: the user part of a repository's address is a secret.
_GIT_SECRET = r"(https?://)[^/@\s]*@"


class Jobs(Resource):
    collection = "jobs"
    label = "Job"
    views = True
    shapes = {"jobType": str, "displayName": str, "experimentName": str, "computeId": str, "codeId": str, "inputs": dict,
              "outputs": dict, "resources": dict, "environmentVariables": dict, "services": dict}

    def routes(self):
        yield from super().routes()
        yield "POST", "/jobs/{name}/cancel", self.cancel

    def missing(self, name):
        return envelopes.mfe(404, "UserError", f"Job {name} not found.")

    def kind(self, body):
        return body["properties"].get("jobType") or ""

    def list(self, request, **_):
        """Newest first. `tag` and `jobType` filter."""
        return self.page(request, self.parent, lambda ws, job: self.wire(request, ws, job),
                         tags=tag_filters(request.query.get("tag")), kind=request.query.get("jobtype") or None)

    def accept(self, tx, ws, name, body, old):
        if old is not None:
            return self._changed(body, old, name, ws), old.private
        kind = body["properties"].get("jobType")
        if kind not in FIRST_STATUS:
            raise envelopes.malformed(f"Jobs of type {kind} are not run by the local workspace.")
        if not re.fullmatch(_NAME, name):
            raise envelopes.malformed(f"'{name}' is not a name of a job: letters, digits, '_', '-' and '.', at most 255.")
        self._refuse_missing_compute(tx, ws, body["properties"].get("computeId"))
        filled = self.without_secrets(self._filled(ws, name, body))
        return filled, {"sent": filled["properties"]}

    def system_data(self, old):
        """Jobs carry no lastModified."""
        if old is not None:
            return old.body["systemData"]
        return {"createdAt": stamp(self.app.clock()), "createdBy": self.app.user, "createdByType": "User"}

    def after_put(self, tx, ws, document, old):
        if old is None:
            jobqueue.enqueue(tx, ws.key, document.name)

    def committed(self, ws, old):
        if old is None:
            self.app.wake(ws.key)

    def cancel(self, request, name, **_):
        """A job that nobody has claimed is canceled at once (200). One that runs is asked to end: 202, and Location answers 200
        when it is over."""
        with self.store.writing() as tx:
            ws = request.workspace(tx)
            job = tx.get(ws.key, self.parent, name)
            if job is None:
                raise self.missing(name)
            if job.body["properties"]["status"] in OVER:
                raise _is_over(job)
            entry = jobqueue.entry(tx, ws.key, name)
            if entry is None or entry.owner is None:
                self._set_status(tx, ws, job, "Canceled", {"ended": self.app.clock()})
                jobqueue.remove(tx, ws.key, name)
                answer = Response(200, ABSENT)
            else:
                self._set_status(tx, ws, job, "CancelRequested", {})
                jobqueue.request_cancel(tx, ws.key, name)
                operation = operations.begin(tx, request, "mfe", prefix="jc", ws=ws, job=job.name)
                url = operations.result_url(request, "mfe", operation)
                answer = Response(202, ABSENT, [("Location", url), ("Retry-After", "1")])
        self.app.wake(ws.key)
        return answer

    def delete(self, request, name, **_):
        with self.store.reading() as tx:
            ws = request.workspace(tx)
            job = tx.get(ws.key, self.parent, name)
        answer = super().delete(request, name)
        with self.store.reading() as tx:
            runs = jobqueue.entry(tx, ws.key, name) is not None
        if job and not runs:
            live.remove_folder(self.app, ws.key, job.name)
        return answer

    def after_delete(self, tx, ws, document):
        """A job that runs is asked to end first; whoever runs it finds no document any more."""
        entry = jobqueue.entry(tx, ws.key, document.name)
        if entry and entry.owner:
            jobqueue.request_cancel(tx, ws.key, document.name)
        else:
            jobqueue.remove(tx, ws.key, document.name)
        tokens.revoke(tx, ws.key, document.name)
        for table in ("runs", "metrics", "latest_metrics", "params", "run_tags"):
            column = "id" if table == "runs" else "run"
            tx.execute(f"DELETE FROM {table} WHERE workspace = ? AND {column} = ?", (ws.key, document.name))
        for blob in blobs.list(tx, live.artifact_container(ws.guid), f"{live.PREFIX}{document.name}/"):
            blobs.delete(tx, live.artifact_container(ws.guid), blob.name)

    @staticmethod
    def without_secrets(body):
        """The same body with the user parts cut out of git addresses."""
        properties = dict(body["properties"])
        for place in ("properties", "tags"):
            if isinstance(properties.get(place), dict):
                properties[place] = {key: re.sub(_GIT_SECRET, r"\1", value) if isinstance(value, str) else value
                                     for key, value in properties[place].items()}
        return {**body, "properties": properties}

    def _set_status(self, tx, ws, job, status, facts):
        tx.put(ws.key, self.parent, job.name, {**job.body, "properties": {**job.body["properties"], "status": status}},
               etag=job.etag, archived=job.archived, kind=job.kind, private={**(job.private or {}), **facts})

    def _changed(self, body, old, name, ws):
        """The stored body with what may change changed; tags are merged, so that a removed one stays."""
        new, stored, sent = body["properties"], old.body["properties"], (old.private or {}).get("sent", {})
        filled = self._filled(ws, name, body)["properties"]
        for field in new:
            known = (_bare(stored.get(field)), _bare(sent.get(field)))
            same = _bare(new[field]) in known or _bare(filled[field]) in known
            if not same and field not in CHANGEABLE + SERVED:
                raise _settings_changed()
        properties = {**stored, **{field: new[field] for field in CHANGEABLE if field in new}}
        for field in ("tags", "properties"):
            properties[field] = {**(stored.get(field) or {}), **(new.get(field) or {})}
        return self.without_secrets({**old.body, "properties": properties})

    def _filled(self, ws, name, body):
        """What the service fills in on a command job."""
        given = body["properties"]
        properties = {
            "description": None, "tags": {}, "displayName": name, "experimentName": "Default", "componentId": None, "codeId": None,
            "computeId": None, "identity": None, "distribution": None, "limits": None, "queueSettings": None, "isArchived": False,
            "parameters": {}, **given}
        properties["properties"] = {**(given.get("properties") or {}), "_azureml.ComputeTargetType": "amlctrain"}
        code = ArmId.parse(given.get("codeId"))
        if code:
            properties["properties"]["ContentSnapshotId"] = code.name
        properties["environmentVariables"] = given.get("environmentVariables") or {}
        properties["resources"] = {"instanceCount": 1, "instanceType": None, "properties": None, "shmSize": "2g",
                                   "dockerArgs": None, **(given.get("resources") or {})}
        properties["inputs"] = {key: _input(value) for key, value in (given.get("inputs") or {}).items()}
        properties["outputs"] = {key: _output(value) for key, value in (given.get("outputs") or {}).items()}
        properties["outputs"].setdefault("default", _output({
            "jobOutputType": "uri_folder", "uri": f"azureml://datastores/workspaceartifactstore/{live.PREFIX}{name}"}))
        properties["services"] = {
            **(given.get("services") or {}),
            "Tracking": _service("Tracking", f"{CANONICAL}/mlflow/v1.0{ws.scope}?"),
            "Studio": _service("Studio", f"{CANONICAL}/runs/{name}?wsid={ws.scope}")}
        properties["status"] = FIRST_STATUS.get(given.get("jobType"))
        return {**body, "properties": properties}

    def _refuse_missing_compute(self, tx, ws, compute):
        """As recorded: No compute, `local` and serverless need none."""
        found = ArmId.parse(compute)
        name = found.name if found else compute
        if name and name.lower() not in ("local", "serverless") and tx.get(ws.key, "computes", name) is None:
            raise envelopes.mfe(404, "ResourceNotFound", f"Not found compute with name {name}")


def _bare(value):
    """The value without nulls and empty objects: clients send back some of what they read and leave out the rest."""
    if isinstance(value, dict):
        return {key: each for key, each in ((key, _bare(each)) for key, each in value.items()) if each is not None} or None
    return value


def _input(value):
    value = of_type("inputs", value, dict) or {}
    return value if value.get("jobInputType") == "literal" else {"description": None, "mode": "ReadOnlyMount", **value}


def _output(value):
    value = of_type("outputs", value, dict) or {}
    return {"description": None, "uri": None, "mode": "ReadWriteMount", "jobOutputType": "uri_folder", **value}


def _service(kind, endpoint):
    return {"jobServiceType": kind, "port": None, "endpoint": endpoint, "status": None, "errorMessage": None, "properties": None}


def _is_over(job):
    what = "pipeline run" if job.kind == "Pipeline" else "run"
    return envelopes.mfe(400, "UserError", f"The {what} {job.name} is in terminal status, it can't be canceled.",
                         inner=("BadArgument", "ArgumentInvalid", "CancelPipelineRunInTerminalStatus"))


def _settings_changed():
    return envelopes.mfe(
        400, "UserError", "A job with this name already exists. If you are trying to create a new job, use a different name. If you"
        " are trying to update an existing job, the existing job's Settings,  Inputs, Outputs, or Compute cannot be changed. Only"
        " description, tags, displayName, properties, and isArchived can be updated.",
        inner=("BadArgument", "Immutable", "JobPropertyImmutable"))


SERVICES = (Jobs,)
