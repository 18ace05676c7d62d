"""The data plane beside Azure Resource Manager: discovery, run history, resolved URIs of outputs (as recorded).

What the runner leaves for it in a job Document's `private` dict, all keys optional:
    "error":    {"code": …, "message": …}      why the job failed
    "warnings": [text, …]
    "started", "ended": seconds since the epoch
    "assets":   {output name: asset id}         versions that were registered
"""

import re

from azext_ml.local import auth, blobs, envelopes, live, root
from azext_ml.local.request import Response, of_type
from azext_ml.local.router import Router
from azext_ml.local.stamps import stamp

SCOPE = ("/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.MachineLearningServices/workspaces/{workspace}")
RUN = "/history/v1.0" + SCOPE + "/runs/{run}"
MUTABLE = ("displayName", "description", "tags", "properties")
_OUTPUT_ASSET = (r"/data/azureml_(?P<job>.+)_output_data_(?P<output>[^/]+)/versions/1$")


def _discovery(request, **_):
    names = ("api", "history", "experimentation", "hyperdrive", "pipelines", "modelmanagement", "studio")
    return Response(200, dict.fromkeys(names, request.base))


def _web_view(request, run, **_):
    """Where the `Studio` service of a job leads: its document. `wsid` is the workspace's id."""
    return request.app.forward(request, f"{request.query.get('wsid', '')}/jobs/{run}")


def _run(request, run, **_):
    with request.app.store.reading() as tx:
        _, job = _job(request, tx, run)
        return Response(200, _history(job))


def _details(request, run, **_):
    with request.app.store.reading() as tx:
        ws, job = _job(request, tx, run)
        names = _logs(request.app, tx, ws, job)
    if job.body["properties"]["status"] not in ("Completed", "Failed", "Canceled"):
        request.app.look_after(ws.key)
    private = job.private or {}
    container = live.artifact_container(ws.guid)
    files = {name: f"{request.url(f'/{auth.ACCOUNT}/{container}/{blob}')}?{auth.sign_blob(request.app, container, blob)}"
             for name, blob in ((name, f"{live.PREFIX}{job.name}/{name}") for name in names)}
    body = {"runId": job.name, "status": job.body["properties"]["status"], "logFiles": files,
            "warnings": [{"message": text} for text in private.get("warnings", [])],
            "properties": job.body["properties"].get("properties") or {}, "error": _error(private)}
    return Response(200, {**body, **_times(private)})


def _children(request, run, **_):
    """Child runs that a job's script began with MLflow."""
    with request.app.store.reading() as tx:
        ws, job = _job(request, tx, run)
        rows = tx.execute("SELECT r.id, r.name, r.status, r.started, r.ended FROM run_tags t JOIN runs r"
                          " ON r.workspace = t.workspace AND r.id = t.run WHERE t.workspace = ? AND t.key = 'mlflow.parentRunId'"
                          " AND t.value = ? ORDER BY r.seq", (ws.key, job.name)).fetchall()
    return Response(200, {"value": [{
        "runId": run, "parentRunId": job.name, "displayName": name, "status": _FROM_MLFLOW.get(status, status),
        **_times({"started": started and started / 1000, "ended": ended and ended / 1000})}
        for run, name, status, started, ended in rows]})


def _service_instances(request, run, node, **_):
    """No interactive service is served locally, so a node has none."""
    with request.app.store.reading() as tx:
        _job(request, tx, run)
    return Response(200, {"instances": {}})


def _run_data(request, **_):
    wanted = request.json()
    with request.app.store.reading() as tx:
        ws, job = _job(request, tx, of_type("runId", wanted.get("runId"), str) or "")
    assets = (job.private or {}).get("assets", {})
    metadata = _history(job)
    metadata["outputs"] = {
        name: {"assetId": assets.get(name) or _output_asset(ws, job.name, name),
               "type": _TYPES.get(output.get("jobOutputType"), "UriFolder")}
        for name, output in (job.body["properties"].get("outputs") or {}).items() if output}
    return Response(200, {"runMetadata": metadata})


def _edit(request, run, **_):
    """Display name, description, tags, properties, and `hidden`, which is how a job is archived. Tags and properties are what
    the request says, all of them: unlike a PUT, an edit can remove one."""
    change = request.json()
    for name, shape in (("displayName", str), ("description", str), ("tags", dict), ("properties", dict), ("hidden", bool)):
        of_type(name, change.get(name), shape)
    with request.app.store.writing() as tx:
        ws, job = _job(request, tx, run)
        properties = dict(job.body["properties"])
        properties.update({name: change[name] for name in MUTABLE if name in change})
        if "hidden" in change:
            properties["isArchived"] = bool(change["hidden"])
        jobs = request.app.services["jobs"]
        body = jobs.without_secrets({**job.body, "properties": properties})
        job = tx.put(ws.key, "jobs", run, body, archived=bool(properties.get("isArchived")), kind=job.kind, private=job.private)
    return Response(200, _history(job))


def _resolved_uris(request, **_):
    values, found = of_type("values", request.json().get("values"), list) or [], {}
    with request.app.store.reading() as tx:
        ws = request.workspace(tx)
        for asset in values:
            uri = _uri_of(tx, ws, of_type("values", asset, str) or "")
            if uri:
                found[asset] = {"uri": uri}
    return Response(200, {"values": found})


def _uri_of(tx, ws, asset):
    match = re.search(_OUTPUT_ASSET, asset)
    if match:
        job = tx.get(ws.key, "jobs", match["job"])
        output = (job.body["properties"].get("outputs") or {}).get(match["output"]) if job else None
        return _output_uri(job.name, match["output"], output) if output else None
    parts = asset.split("/")
    if len(parts) < 4 or parts[-2] != "versions" or parts[-4] not in ("data", "models"):
        return None
    document = tx.get(ws.key, f"{parts[-4]}/{parts[-3].lower()}/versions", parts[-1])
    properties = document.body["properties"] if document else {}
    return properties.get("dataUri") or properties.get("modelUri")


def _output_uri(job, name, output):
    return output.get("uri") or f"azureml://datastores/workspaceblobstore/paths/azureml/{job}/{name}/"


def _job(request, tx, run):
    ws = request.workspace(tx)
    job = tx.get(ws.key, "jobs", run)
    if job is None:
        raise envelopes.mfe(404, "UserError", f"Run {run} was not found.")
    return ws, job


def _history(job):
    properties, private = job.body["properties"], job.private or {}
    return {"runId": job.name, "rootRunId": job.name, "parentRunId": None, "dataContainerId": f"dcid.{job.name}",
            "status": properties["status"], "displayName": properties.get("displayName"),
            "description": properties.get("description"),
            "tags": properties.get("tags") or {}, "properties": properties.get("properties") or {},
            "hidden": bool(properties.get("isArchived")), "createdUtc": job.body["systemData"]["createdAt"],
            "experimentId": properties.get("experimentName"), "error": _error(private), **_times(private)}


def _times(private):
    started, ended = private.get("started"), private.get("ended")
    times = {"startTimeUtc": stamp(started) if started else None, "endTimeUtc": stamp(ended) if ended else None}
    if started and ended:
        times["duration"] = _duration(ended - started)
    return times


def _duration(seconds):
    """`00:01:08.7371020`."""
    micro = round(max(seconds, 0) * 1e6)
    hours, minutes = micro // 3600000000, micro // 60000000 % 60
    return f"{hours:02d}:{minutes:02d}:{micro // 1000000 % 60:02d}.{micro % 1000000:06d}0"


def _error(private):
    return {"error": private["error"]} if private.get("error") else None


def _output_asset(ws, job, name):
    return f"azureml://locations/local/workspaces/{ws.guid}/data/azureml_{job}_output_data_{name}/versions/1"


def _logs(app, tx, ws, job):
    """Names of the job's logs: files while it runs, blobs afterwards."""
    prefix = f"{live.PREFIX}{job.name}/"
    names = [blob.name[len(prefix):] for folder in live.FOLDERS
             for blob in blobs.list(tx, live.artifact_container(ws.guid), f"{prefix}{folder}/")]
    return names or list(live.log_files(root.job_folder(app.root, ws.key, job.name)))


_TYPES = {"uri_file": "UriFile", "uri_folder": "UriFolder", "mltable": "MLTable", "mlflow_model": "MLFlowModel",
          "custom_model": "CustomModel", "triton_model": "TritonModel"}
_FROM_MLFLOW = {"RUNNING": "Running", "SCHEDULED": "NotStarted", "FINISHED": "Completed", "FAILED": "Failed", "KILLED": "Canceled"}

ROUTER = Router()
for _method, _pattern, _handler in (
        ("GET", "/discovery", _discovery),
        ("GET", "/discovery" + SCOPE, _discovery),
        ("GET", RUN, _run),
        ("GET", RUN + "/details", _details),
        ("GET", RUN + "/children", _children),
        ("GET", RUN + "/serviceinstances/{node}", _service_instances),
        ("POST", "/history/v1.0" + SCOPE + "/rundata", _run_data),
        ("PATCH", "/history/v1.0" + SCOPE + "/experiments/{experiment}/runs/{run}", _edit),
        ("POST", "/data/v1.0" + SCOPE + "/dataversion/batchGetResolvedUris", _resolved_uris),
        ("POST", "/modelregistry/v1.0" + SCOPE + "/models/batchGetResolvedUris", _resolved_uris),
        ("GET", "/runs/{run}", _web_view)):
    ROUTER.add(_method, _pattern, _handler)
