"""Artifacts of runs: the mlflow-artifacts API over the blobs of the workspace's artifact store.

A run's artifacts lie where a job's do, `ExperimentRun/dcid.<run>/…`, so what a script logs is found by `az ml job download`
and by `azureml://jobs/<job>/outputs/artifacts/paths/…`.

`@models/<name>/<version>/…` in place of a run leads to the files of a registered model, wherever they lie; it can be read only.
"""

from azext_ml.local import blobs, live
from azext_ml.local.mlflow_call import Problem, invalid, is_own, not_found
from azext_ml.local.request import Response
from azext_ml.local.runner import locations
from azext_ml.local.runner.failure import Failure

MODELS = "@models"
API = "api/2.0/mlflow-artifacts/artifacts"


def uri(run):
    return f"mlflow-artifacts:/{run}"


def answer(request, path):
    """`path` is `<run>/<artifact>`; empty with `?path=` for a list."""
    run, _, artifact = (path or request.query.get("path", "")).strip("/").partition("/")
    if not run:
        raise invalid("Missing value for required parameter 'path'.")
    if any(part in (".", "..") for part in (run, *artifact.split("/"))) or "\0" in artifact:
        raise invalid("Invalid path")
    store = request.app.store
    with store.reading() as tx:
        workspace = request.workspace(tx)
        if run == MODELS and request.method != "GET":
            raise invalid("Files of registered models cannot be changed.")
        if run != MODELS and not is_own(tx, workspace.key, request.run, run):
            raise Problem(403, "PERMISSION_DENIED", f"The token of run {request.run} does not open run {run}.")
        if request.method == "GET" and not path:
            return Response(200, listing(tx, workspace, run, artifact))
        blob = blobs.get(tx, *_place(tx, workspace, run, artifact))
    if request.method == "GET":
        if blob is None:
            raise not_found(f"There is no artifact {artifact} in run {run}.")
        headers = [("Content-Length", str(blob.size)), ("Content-Type", blob.content_type)]
        return Response(200, _chunks(store.root, blob.sha256), headers)
    if request.method == "PUT" and artifact:
        content = blobs.write(store.root, request.chunks())
        with store.writing() as tx:
            blobs.put(tx, *_place(tx, workspace, run, artifact), content, now=store.clock(),
                      content_type=request.environ.get("CONTENT_TYPE") or "application/octet-stream")
        return Response(200, {})
    if request.method == "DELETE":
        with store.writing() as tx:
            container, name = _place(tx, workspace, run, artifact)
            for each in [blobs.get(tx, container, name), *blobs.list(tx, container, f"{name.rstrip('/')}/")]:
                if each is not None:
                    blobs.delete(tx, container, each.name)
        return Response(200, {})
    raise Problem(404, "ENDPOINT_NOT_FOUND", f"{request.method} is not served for artifacts.")


def listing(tx, workspace, run, folder, whole_paths=False):
    """{"files": …} of what lies directly in a folder of a run's artifacts, in name order. Paths are names in that folder, or
    begin at the run's root."""
    container, base = _place(tx, workspace, run, folder)
    base = f"{base.rstrip('/')}/"
    files, seen = [], set()
    for blob in blobs.list(tx, container, base):
        name, slash, _ = blob.name[len(base):].partition("/")
        if name and name not in seen:
            seen.add(name)
            path = f"{folder}/{name}" if folder and whole_paths else name
            files.append({"path": path, "is_dir": True} if slash else {"path": path, "is_dir": False, "file_size": blob.size})
    return {"files": files}


def has(tx, place, name):
    """Whether a file of that name lies directly in the folder `place`."""
    return blobs.get(tx, place.container, f"{place.name.rstrip('/')}/{name}") is not None


def _place(tx, workspace, run, artifact):
    """(container, blob name)"""
    if run == MODELS:
        name, _, rest = artifact.partition("/")
        version, _, path = rest.partition("/")
        try:
            place = locations.locate(tx, workspace, f"{workspace.scope}/models/{name}/versions/{version}")
        except Failure as failure:
            raise not_found(failure.message) from None
        return place.container, f"{place.name.rstrip('/')}/{path}" if path else place.name
    return live.artifact_container(workspace.guid), f"{live.PREFIX}{run}/{artifact}"


def _chunks(root, sha256):
    with blobs.open_content(root, sha256) as file:
        while chunk := file.read(blobs.CHUNK):
            yield chunk
