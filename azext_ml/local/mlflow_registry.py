"""The model registry of the MLflow API: the workspace's models under MLflow's names for them.

A registered model is a model container, a model version one of its versions; versions that a job's output or a command
made are in it too. Stages and aliases have no counterpart in Azure ML and are not served.
"""

import calendar
import re
import time

from azext_ml.local import mlflow_artifacts, mlflow_models
from azext_ml.local.mlflow_call import already_exists, invalid, not_found, own_run, pairs, whole
from azext_ml.local.runner import locations
from azext_ml.local.versions import parent

_RUN_PATH = re.compile(r"^(?:runs:/+|mlflow-artifacts:/+)(?P<run>[^/]+)/(?P<path>.+)$", re.S)
_JOB_PATH = re.compile(r"^azureml://jobs/(?P<run>[^/]+)/outputs/artifacts/paths/(?P<path>.+?)/*$", re.S)
_CONDITION = re.compile(r"""^\s*(?P<key>name|run_id)\s*(?P<operator>=|I?LIKE)\s*['"](?P<value>.*)['"]\s*$""", re.I | re.S)
_PROMPTS = re.compile(r"tags?\.`?mlflow\.prompt\.is_prompt`?\s*!=\s*'true'", re.I)       # clients put it to every search


def _create(call):
    name = call.need("name")
    if call.tx.get(call.ws, "models", name):
        raise already_exists(f"Registered Model (name={name}) already exists.")
    properties = {"description": call.args.get("description"), "tags": _tags(call.args.get("tags"))}
    call.app.services["models"].write(call.tx, call.workspace, name, {"properties": properties})
    return _get(call)


def _get(call):
    return {"registered_model": _model_wire(call, _model(call))}


def _search(call):
    wanted = _conditions(call.args.get("filter"))
    found = [model for model in call.tx.list(call.ws, "models") if _matches(wanted, name=model.name)]
    return {"registered_models": [_model_wire(call, model) for model in found[:whole(call.args.get("max_results"), 100)]]}


def _update(call):
    model = _model(call)
    _change(call, "models", model, description=call.args.get("description"))
    return _get(call)


def _set_tag(call):
    model = _model(call)
    tags = {**(model.body["properties"].get("tags") or {}), call.need("key"): str(call.args.get("value", ""))}
    _change(call, "models", model, tags=tags)


def _latest_versions(call):
    model = _model(call)
    return {"model_versions": _latest(call, model)}


def _create_version(call):
    name, source = call.need("name"), call.need("source")
    container = _model(call)
    run, uri = _place(call, source)
    place = locations.locate(call.tx, call.workspace, uri)
    is_mlflow = bool(mlflow_artifacts.has(call.tx, place, "MLmodel"))
    properties = {"modelUri": uri, "modelType": "mlflow_model" if is_mlflow else "custom_model",
                  "jobName": call.args.get("run_id") or run, "description": call.args.get("description"),
                  "tags": _tags(call.args.get("tags"))}
    version = call.app.register(call.tx, call.workspace, "models", container.name, None, properties)
    return {"model_version": _version_wire(container.name, call.tx.get(call.ws, parent("models", name), version))}


def _get_version(call):
    return {"model_version": _version_wire(_model(call).name, _version(call))}


def _search_versions(call):
    wanted, found = _conditions(call.args.get("filter")), []
    for model in call.tx.list(call.ws, "models"):
        if _matches(wanted, name=model.name):
            for version in call.tx.list(call.ws, parent("models", model.name)):
                if _matches(wanted, run_id=version.body["properties"].get("jobName") or ""):
                    found.append(_version_wire(model.name, version))
    return {"model_versions": found[:whole(call.args.get("max_results"), 10000)]}


def _update_version(call):
    version = _version(call)
    _change(call, parent("models", call.need("name")), version, description=call.args.get("description"))
    return _get_version(call)


def _set_version_tag(call):
    version = _version(call)
    tags = {**(version.body["properties"].get("tags") or {}), call.need("key"): str(call.args.get("value", ""))}
    _change(call, parent("models", call.need("name")), version, tags=tags)


def _download_uri(call):
    return {"artifact_uri": _source(_model(call).name, _version(call))}


def _place(call, source):
    """(run or None, URI as the service keeps it) of what a client says a version is made of."""
    if source.startswith("models:/m-"):
        source = mlflow_artifacts.uri(mlflow_models.folder_of(call, source[len("models:/"):].split("/")[0]))
    match = _RUN_PATH.match(source)
    if match:
        run = own_run(call, match["run"])
        return run, f"azureml://jobs/{run}/outputs/artifacts/paths/{match['path'].rstrip('/')}"
    if source.startswith("azureml://"):
        return None, source
    raise invalid(f"The source {source} is not in this workspace.")


def _source(name, version):
    match = _JOB_PATH.match(version.body["properties"].get("modelUri") or "")
    if match:
        return mlflow_artifacts.uri(f"{match['run']}/{match['path']}")
    return mlflow_artifacts.uri(f"{mlflow_artifacts.MODELS}/{name}/{version.name}")


def _model(call):
    model = call.tx.get(call.ws, "models", call.need("name"))
    if model is None:
        raise not_found(f"Registered Model with name={call.args['name']} not found.")
    return model


def _version(call):
    version = call.tx.get(call.ws, parent("models", call.need("name")), call.need("version"))
    if version is None:
        raise not_found(f"Model Version (name={call.args['name']}, version={call.args['version']}) not found.")
    return version


def _change(call, collection, document, **changes):
    properties = {**document.body["properties"], **{key: value for key, value in changes.items() if value is not None}}
    call.tx.put(call.ws, collection, document.name, {**document.body, "properties": properties}, etag=document.etag,
                archived=document.archived, kind=document.kind, private=document.private)


def _model_wire(call, model):
    properties = model.body["properties"]
    return {"name": model.name, **_times(model), "description": properties.get("description") or "",
            "tags": pairs((properties.get("tags") or {}).items()), "latest_versions": _latest(call, model)}


def _latest(call, model):
    versions = call.tx.list(call.ws, parent("models", model.name), limit=1)
    return [_version_wire(model.name, version) for version in versions]


def _version_wire(name, version):
    properties = version.body["properties"]
    return {"name": name, "version": version.name, **_times(version), "description": properties.get("description") or "",
            "source": _source(name, version), "run_id": properties.get("jobName") or "", "status": "READY", "current_stage": "None",
            "tags": pairs((properties.get("tags") or {}).items())}


def _times(document):
    system = document.body.get("systemData") or {}
    return {"creation_timestamp": _milliseconds(system.get("createdAt")),
            "last_updated_timestamp": _milliseconds(system.get("lastModifiedAt"))}


def _milliseconds(stamp):
    """Of a stamp as systemData has it (stamps.py)."""
    return calendar.timegm(time.strptime(stamp[:19], "%Y-%m-%dT%H:%M:%S")) * 1000 + int(stamp[20:23]) if stamp else None


def _conditions(text):
    """The comparisons of a filter, as matches of _CONDITION."""
    parts = [part for part in re.split(r"\bAND\b", _PROMPTS.sub("", text or ""), flags=re.I) if part.strip()]
    found = [_CONDITION.match(part) for part in parts]
    if None in found:
        raise invalid(f"Invalid filter string: {text}. Only `name` and `run_id` can be searched for.")
    return found


def _matches(conditions, **facts):
    """Whether the conditions on these facts hold."""
    for each in conditions:
        value = facts.get(each["key"].lower())
        if value is None:
            continue
        pattern = re.escape(each["value"])
        if each["operator"] != "=":
            pattern = pattern.replace("%", ".*").replace("_", ".")
        if not re.fullmatch(pattern, value, re.S | (re.I if each["operator"].upper() == "ILIKE" else 0)):
            return False
    return True


def _tags(items):
    return {str(item["key"]): str(item.get("value", "")) for item in items or []}


ROUTES = (
    ("POST", "/registered-models/create", _create, True),
    ("GET", "/registered-models/get", _get, False),
    ("GET", "/registered-models/search", _search, False),
    ("GET", "/registered-models/get-latest-versions", _latest_versions, False),
    ("POST", "/registered-models/get-latest-versions", _latest_versions, False),
    ("PATCH", "/registered-models/update", _update, True),
    ("POST", "/registered-models/set-tag", _set_tag, True),
    ("POST", "/model-versions/create", _create_version, True),
    ("GET", "/model-versions/get", _get_version, False),
    ("GET", "/model-versions/search", _search_versions, False),
    ("GET", "/model-versions/get-download-uri", _download_uri, False),
    ("PATCH", "/model-versions/update", _update_version, True),
    ("POST", "/model-versions/set-tag", _set_version_tag, True),
)
