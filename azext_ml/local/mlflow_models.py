"""What runs are linked with in the MLflow API: logged models, inputs and outputs.

A model that a run logs lies in the run's artifacts under its name, so that `runs:/<run>/<name>` and
`azureml://jobs/<job>/outputs/artifacts/paths/<name>` both lead to it. The rows of these tables are kept by the workspace's guid:
a workspace that is deleted and made again starts without them.
"""

import json
import os
from typing import NamedTuple

from azext_ml.local import mlflow_artifacts, mlflow_search
from azext_ml.local.mlflow_call import invalid, not_found, own_run, pairs

# Beyond the tables of schema.py, which hold runs and what is logged to them. `kind` of a link: "inputs" or "outputs"; `body` is
# the JSON that was sent.
TABLES = ("mlflow", 1, (
    """CREATE TABLE IF NOT EXISTS experiment_tags (
        workspace TEXT NOT NULL, experiment TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (workspace, experiment, key)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS run_links (
        workspace TEXT NOT NULL, run TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (workspace, run, kind, body)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS logged_models (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, workspace TEXT NOT NULL, id TEXT NOT NULL, experiment TEXT NOT NULL,
        run TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, status TEXT NOT NULL, folder TEXT NOT NULL,
        created INTEGER NOT NULL, updated INTEGER NOT NULL, tags TEXT NOT NULL, params TEXT NOT NULL,
        UNIQUE (workspace, id))""",
))
_COLUMNS = "id, experiment, run, name, type, status, folder, created, updated, tags, params"
_STATUSES = {1: "LOGGED_MODEL_PENDING", 2: "LOGGED_MODEL_READY", 3: "LOGGED_MODEL_UPLOAD_FAILED"}
HISTORY_TAG = "mlflow.log-model.history"


class LoggedModel(NamedTuple):
    """A row. `folder` is the path of its artifacts, beginning with the run; `tags` and `params` are JSON objects."""

    id: str
    experiment: str
    run: str
    name: str
    type: str
    status: str
    folder: str
    created: int
    updated: int
    tags: str
    params: str


def links(call, run):
    """{"inputs": …, "outputs": …} of a run, with the keys that there are."""
    found = {}
    rows = call.tx.execute("SELECT kind, body FROM run_links WHERE workspace = ? AND run = ?", (call.workspace.guid, run))
    for kind, body in rows:
        for key, value in json.loads(body).items():
            found.setdefault(kind, {}).setdefault(key, []).append(value)
    return found


def _log_inputs(call):
    run = own_run(call, call.need("run_id"))
    _link(call, run, "inputs", "dataset_inputs", call.args.get("datasets"))
    _link(call, run, "inputs", "model_inputs", call.args.get("models"))


def _log_outputs(call):
    _link(call, own_run(call, call.need("run_id")), "outputs", "model_outputs", call.args.get("models"))


def _link(call, run, kind, key, values):
    for value in values or []:
        call.tx.execute("INSERT OR IGNORE INTO run_links VALUES (?, ?, ?, ?)",
                        (call.workspace.guid, run, kind, json.dumps({key: value})))


def _log_model(call):
    """What clients before 3.0 tell of a model that they have uploaded: kept in a tag, as MLflow's own server keeps it."""
    run = own_run(call, call.need("run_id"))
    row = call.tx.execute("SELECT value FROM run_tags WHERE workspace = ? AND run = ? AND key = ?",
                          (call.ws, run, HISTORY_TAG)).fetchone()
    history = (json.loads(row[0]) if row else []) + [json.loads(call.need("model_json"))]
    call.tx.execute("INSERT OR REPLACE INTO run_tags VALUES (?, ?, ?, ?)", (call.ws, run, HISTORY_TAG, json.dumps(history)))


def _create(call):
    run = call.args.get("source_run_id") or call.only or ""
    if run:
        own_run(call, run)
    id = "m-" + os.urandom(16).hex()
    name = call.args.get("name") or id
    folder = f"{run or 'models'}/{name}"
    taken = call.tx.execute("SELECT 1 FROM logged_models WHERE workspace = ? AND folder = ?",
                            (call.workspace.guid, folder)).fetchone()
    model = LoggedModel(id, str(call.args.get("experiment_id") or "0"), run, name, call.args.get("model_type") or "", _STATUSES[1],
                        f"{folder}-{id}" if taken else folder, call.now, call.now, _object(call.args.get("tags")),
                        _object(call.args.get("params")))
    call.tx.execute(f"INSERT INTO logged_models (workspace, {_COLUMNS}) VALUES ({', '.join('?' * 12)})",
                    (call.workspace.guid, *model))
    return {"model": _wire(model)}


def _get(call):
    return {"model": _wire(_model(call))}


def _finalize(call):
    status = call.args.get("status")
    status = _STATUSES.get(status, status)
    if status not in _STATUSES.values():
        raise invalid(f"'{status}' is not a status of a model.")
    return {"model": _wire(_change(call, status=status))}


def _set_tags(call):
    model = _model(call)
    return {"model": _wire(_change(call, tags=json.dumps({**json.loads(model.tags), **_pairs(call.args.get("tags"))})))}


def _delete_tag(call):
    tags = json.loads(_model(call).tags)
    tags.pop(call.need("tag_key"), None)
    _change(call, tags=json.dumps(tags))


def _log_params(call):
    model = _model(call)
    return {"model": _wire(_change(call, params=json.dumps({**json.loads(model.params), **_pairs(call.args.get("params"))})))}


def _delete(call):
    model = _model(call)
    call.tx.execute("DELETE FROM logged_models WHERE workspace = ? AND id = ?", (call.workspace.guid, model.id))


def _search(call):
    return mlflow_search.logged_models(call, _COLUMNS, lambda row: _wire(LoggedModel(*row)))


def _directories(call):
    model = _model(call)
    run, _, folder = model.folder.partition("/")
    within = call.args.get("artifact_directory_path") or ""
    files = mlflow_artifacts.listing(call.tx, call.workspace, run, f"{folder}/{within}".rstrip("/"))["files"]
    return {"root_uri": mlflow_artifacts.uri(model.folder), "files": [
        {**file, "path": f"{within}/{file['path']}" if within else file["path"]} for file in files]}


def _model(call):
    row = call.tx.execute(f"SELECT {_COLUMNS} FROM logged_models WHERE workspace = ? AND id = ?",
                          (call.workspace.guid, call.need("model_id"))).fetchone()
    if row is None:
        raise not_found(f"Logged model with ID '{call.args['model_id']}' not found.")
    model = LoggedModel(*row)
    if call.only is not None:
        own_run(call, model.run)
    return model


def folder_of(call, id):
    """Path of a logged model's artifacts, beginning with its run. Raises Problem."""
    return _model(call._replace(args={"model_id": id})).folder


def _change(call, **columns):
    model = _model(call)._replace(updated=call.now, **columns)
    call.tx.execute("UPDATE logged_models SET status = ?, tags = ?, params = ?, updated = ? WHERE workspace = ? AND id = ?",
                    (model.status, model.tags, model.params, model.updated, call.workspace.guid, model.id))
    return model


def _wire(model):
    info = {"model_id": model.id, "experiment_id": model.experiment, "name": model.name, "creation_timestamp_ms": model.created,
            "last_updated_timestamp_ms": model.updated, "artifact_uri": mlflow_artifacts.uri(model.folder), "status": model.status,
            "model_type": model.type, "source_run_id": model.run, "tags": pairs(json.loads(model.tags).items())}
    return {"info": info, "data": {"params": pairs(json.loads(model.params).items()), "metrics": []}}


def _pairs(items):
    return {str(item["key"]): str(item.get("value", "")) for item in items or []}


def _object(items):
    return json.dumps(_pairs(items))


ROUTES = (
    ("POST", "/runs/log-inputs", _log_inputs, True),
    ("POST", "/runs/outputs", _log_outputs, True),
    ("POST", "/runs/log-model", _log_model, True),
    ("POST", "/logged-models", _create, True),
    ("POST", "/logged-models/search", _search, False),
    ("GET", "/logged-models/{model_id}", _get, False),
    ("PATCH", "/logged-models/{model_id}", _finalize, True),
    ("DELETE", "/logged-models/{model_id}", _delete, True),
    ("PATCH", "/logged-models/{model_id}/tags", _set_tags, True),
    ("DELETE", "/logged-models/{model_id}/tags/{tag_key}", _delete_tag, True),
    ("POST", "/logged-models/{model_id}/params", _log_params, True),
    ("GET", "/logged-models/{model_id}/artifacts/directories", _directories, False),
)
