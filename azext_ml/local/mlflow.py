"""The MLflow tracking API, as an Azure ML workspace answers it below its mlFlowTrackingUri.

    answer(request, rest) -> Response         from app.py; `rest` is what follows the workspace in the path
    begin_run(tx, ws, job, …), end_run(…)     from the runner: a job is a run whose id is the job's name

Paths and messages: mlflow's own REST API 2.0 (mlflow.org/docs/latest/rest-api.html), tried with mlflow-skinny 2 and 3. A run
that is a job starts and ends with the job, whatever its script says of it: `mlflow.end_run()` does not end a job.

A job's token opens its own run and those that it began ("mlflow.rootRunId" tells); others it may neither read nor write.
"""

import math
import os

from azext_ml.local import mlflow_artifacts, mlflow_models, mlflow_registry, mlflow_search
from azext_ml.local.mlflow_call import (
    ROOT_TAG,
    Call,
    Problem,
    already_exists,
    invalid,
    not_found,
    number,
    own_run,
    pairs,
    point,
    whole,
)
from azext_ml.local.request import Response
from azext_ml.local.router import Router
from azext_ml.local.runner.failure import Failure

DEFAULT = "0"                                # id of the experiment "Default", which MLflow expects to be there
NAME_TAG, USER_TAG = "mlflow.runName", "mlflow.user"
API = "api/2.0/mlflow"
_STATUSES = ("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED")
_FROM_JOB = {"Completed": "FINISHED", "Failed": "FAILED", "Canceled": "KILLED"}
_LARGEST_PAGE = 50000


def answer(request, rest):
    try:
        if rest.startswith(mlflow_artifacts.API):
            return mlflow_artifacts.answer(request, rest[len(mlflow_artifacts.API):].strip("/"))
        if not rest.startswith(API + "/"):
            raise Problem(404, "ENDPOINT_NOT_FOUND", f"{rest} is not served by the local workspace.")
        methods = _ROUTER.find(rest[len(API):])
        if request.method not in methods:
            raise Problem(404, "ENDPOINT_NOT_FOUND", f"{request.method} {rest} is not served by the local workspace.")
        (handler, writes), params = methods[request.method]
        args = {**(request.query if request.method == "GET" else request.json()), **params}
        store = request.app.store
        store.ensure(*mlflow_models.TABLES)
        with store.writing() if writes else store.reading() as tx:
            workspace = request.workspace(tx)
            _make_default(tx, workspace.key, store, writes)
            return Response(200, handler(Call(request.app, tx, workspace, args, request.run, int(store.clock() * 1000))) or {})
    except Problem as problem:
        return Response(problem.status, {"error_code": problem.code, "message": str(problem)})
    except Failure as failure:                               # a source that leads nowhere
        return Response(404, {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": failure.message})


def begin_run(tx, ws, job, experiment, *, name, user, now, tags=None):
    """Makes the run of a job, and its experiment if need be. `now` in seconds. Returns the experiment's id."""
    id = experiment_id(tx, ws, experiment, int(now * 1000))
    tx.execute("INSERT OR IGNORE INTO runs (workspace, id, experiment, name, user, started) VALUES (?, ?, ?, ?, ?, ?)",
               (ws, job, id, name, user, int(now * 1000)))
    for key, value in {**(tags or {}), NAME_TAG: name, USER_TAG: user}.items():
        tx.execute("INSERT OR IGNORE INTO run_tags VALUES (?, ?, ?, ?)", (ws, job, key, "" if value is None else str(value)))
    return id


def end_run(tx, ws, job, status, *, now):
    """Ends the run of a job with the job's status. `now` in seconds. Runs that its script began and did not end end with it."""
    tx.execute("UPDATE runs SET status = ?, ended = ? WHERE workspace = ? AND id = ?",
               (_FROM_JOB[status], int(now * 1000), ws, job))
    tx.execute("UPDATE runs SET status = ?, ended = ? WHERE workspace = ? AND ended IS NULL AND status = 'RUNNING' AND id IN"
               " (SELECT run FROM run_tags WHERE workspace = ? AND key = ? AND value = ?)",
               ("FINISHED" if status == "Completed" else _FROM_JOB[status], int(now * 1000), ws, ws, ROOT_TAG, job))


def experiment_id(tx, ws, name, now):
    """Id of the experiment of that name, which is made when there is none. `now` in milliseconds."""
    row = tx.execute("SELECT id FROM experiments WHERE workspace = ? AND name = ?", (ws, name)).fetchone()
    return row[0] if row else _insert_experiment(tx, ws, name, now)


# Experiments ----------------------------------------------------------------------------------------------------------


def _create_experiment(call):
    name = call.need("name")
    if call.tx.execute("SELECT 1 FROM experiments WHERE workspace = ? AND name = ?", (call.ws, name)).fetchone():
        raise already_exists(f"Experiment '{name}' already exists.")
    id = _insert_experiment(call.tx, call.ws, name, call.now)
    for tag in call.args.get("tags") or []:
        _set_experiment_tag(call._replace(args={**tag, "experiment_id": id}))
    return {"experiment_id": id}


def _get_experiment(call):
    return {"experiment": _experiment(call, _experiment_row(call, "id", call.need("experiment_id")))}


def _get_experiment_by_name(call):
    return {"experiment": _experiment(call, _experiment_row(call, "name", call.need("experiment_name")))}


def _search_experiments(call):
    return mlflow_search.experiments(call, _experiment)


def _update_experiment(call):
    row = _experiment_row(call, "id", call.need("experiment_id"))
    _refuse_runs(call)
    if call.args.get("new_name"):
        call.tx.execute("UPDATE experiments SET name = ?, updated = ? WHERE workspace = ? AND id = ?",
                        (call.args["new_name"], call.now, call.ws, row[0]))


def _stage_experiment(stage):
    def handler(call):
        row = _experiment_row(call, "id", call.need("experiment_id"))
        _refuse_runs(call)
        call.tx.execute("UPDATE experiments SET stage = ?, updated = ? WHERE workspace = ? AND id = ?",
                        (stage, call.now, call.ws, row[0]))
    return handler


def _set_experiment_tag(call):
    row = _experiment_row(call, "id", call.need("experiment_id"))
    call.tx.execute("INSERT OR REPLACE INTO experiment_tags VALUES (?, ?, ?, ?)",
                    (call.workspace.guid, row[0], call.need("key"), str(call.args.get("value", ""))))


def _delete_experiment_tag(call):
    call.tx.execute("DELETE FROM experiment_tags WHERE workspace = ? AND experiment = ? AND key = ?",
                    (call.workspace.guid, call.need("experiment_id"), call.need("key")))


def _experiment_row(call, column, value):
    row = call.tx.execute(f"SELECT id, name, stage, created, updated FROM experiments WHERE workspace = ? AND {column} = ?",
                          (call.ws, value)).fetchone()
    if row is None:
        raise not_found(f"Could not find experiment with {'ID' if column == 'id' else 'name'} {value}.")
    return row


def _experiment(call, row):
    id, name, stage, created, updated = row
    tags = call.tx.execute("SELECT key, value FROM experiment_tags WHERE workspace = ? AND experiment = ?",
                           (call.workspace.guid, id))
    return {"experiment_id": id, "name": name, "artifact_location": f"mlflow-artifacts:/experiments/{id}", "lifecycle_stage": stage,
            "creation_time": created, "last_update_time": updated, "tags": pairs(tags)}


def _insert_experiment(tx, ws, name, now):
    seq = tx.execute("INSERT INTO experiments (workspace, id, name, created, updated) VALUES (?, ?, ?, ?, ?)",
                     (ws, os.urandom(8).hex(), name, now, now)).lastrowid
    # Ids are numbers, as those of MLflow's own server. "0" is taken by "Default" alone.
    id = DEFAULT if name == "Default" else str(seq)
    tx.execute("UPDATE experiments SET id = ? WHERE seq = ?", (id, seq))
    return id


def _make_default(tx, ws, store, writes):
    """MLflow clients ask for experiment 0 without having made it."""
    if tx.execute("SELECT 1 FROM experiments WHERE workspace = ? AND id = ?", (ws, DEFAULT)).fetchone():
        return
    if writes:
        _insert_experiment(tx, ws, "Default", int(store.clock() * 1000))


# Runs -----------------------------------------------------------------------------------------------------------------


def _create_run(call):
    experiment = _experiment_row(call, "id", str(call.args.get("experiment_id") or DEFAULT))
    if experiment[2] != "active":
        raise invalid(f"The experiment {experiment[0]} must be in the 'active' state.")
    tags = {tag["key"]: str(tag.get("value", "")) for tag in call.args.get("tags") or []}
    id = os.urandom(16).hex()
    name = call.args.get("run_name") or tags.get(NAME_TAG) or f"run-{id[:8]}"
    user = str(call.args.get("user_id") or tags.get(USER_TAG) or "")
    tags[NAME_TAG] = name
    if call.only is not None:
        tags[ROOT_TAG] = call.only
    call.tx.execute("INSERT INTO runs (workspace, id, experiment, name, user, started) VALUES (?, ?, ?, ?, ?, ?)",
                    (call.ws, id, experiment[0], name, user, whole(call.args.get("start_time"), call.now)))
    for key, value in tags.items():
        _put_tag(call, id, key, value)
    return {"run": run_wire(call, id)}


def _get_run(call):
    return {"run": run_wire(call, _own(call))}


def _update_run(call):
    id = _own(call)
    if call.args.get("run_name"):
        call.tx.execute("UPDATE runs SET name = ? WHERE workspace = ? AND id = ?", (call.args["run_name"], call.ws, id))
        _put_tag(call, id, NAME_TAG, call.args["run_name"])
    if not _is_job(call, id):
        status = call.args.get("status")
        if status is not None:
            status = status if isinstance(status, str) else _BY_NUMBER.get(status)
            if status not in _STATUSES:
                raise invalid(f"'{call.args['status']}' is not a status of a run.")
            call.tx.execute("UPDATE runs SET status = ? WHERE workspace = ? AND id = ?", (status, call.ws, id))
        if call.args.get("end_time") is not None or status in ("FINISHED", "FAILED", "KILLED"):
            call.tx.execute("UPDATE runs SET ended = ? WHERE workspace = ? AND id = ?",
                            (whole(call.args.get("end_time"), call.now), call.ws, id))
    return {"run_info": run_wire(call, id)["info"]}


def _stage_run(stage):
    def handler(call):
        id = _own(call)
        if _is_job(call, id):
            raise invalid(f"The run {id} is a job; archive or delete the job.")
        call.tx.execute("UPDATE runs SET stage = ? WHERE workspace = ? AND id = ?", (stage, call.ws, id))
    return handler


def _search_runs(call):
    return mlflow_search.runs(call, run_wire)


def run_wire(call, id):
    """A run as clients read it."""
    row = call.tx.execute("SELECT experiment, name, user, status, stage, started, ended FROM runs WHERE workspace = ? AND id = ?",
                          (call.ws, id)).fetchone()
    experiment, name, user, status, stage, started, ended = row
    info = {"run_id": id, "run_uuid": id, "run_name": name, "experiment_id": experiment, "user_id": user, "status": status,
            "start_time": started, "artifact_uri": mlflow_artifacts.uri(id), "lifecycle_stage": stage}
    if ended is not None:
        info["end_time"] = ended
    of_run = (call.ws, id)
    metrics = call.tx.execute("SELECT key, value, nan, timestamp, step FROM latest_metrics WHERE workspace = ? AND run = ?", of_run)
    params = call.tx.execute("SELECT key, value FROM params WHERE workspace = ? AND run = ?", of_run)
    tags = call.tx.execute("SELECT key, value FROM run_tags WHERE workspace = ? AND run = ?", of_run)
    wire = {"info": info, "data": {"metrics": [point(*row) for row in metrics], "params": pairs(params), "tags": pairs(tags)}}
    wire.update(mlflow_models.links(call, id))
    return wire


# What is logged to a run ----------------------------------------------------------------------------------------------


def _log_metric(call):
    _put_metrics(call, _own(call), [call.args])


def _log_parameter(call):
    _put_param(call, _own(call), call.args)


def _log_batch(call):
    id = _own(call)
    _put_metrics(call, id, call.args.get("metrics") or [])
    for param in call.args.get("params") or []:
        _put_param(call, id, param)
    for tag in call.args.get("tags") or []:
        _set_tag(call._replace(args={**tag, "run_id": id}))


def _set_tag(call):
    id, key = _own(call), call.need("key")
    if key == ROOT_TAG and call.only is not None:
        return                                          # says whose the run is: not for the run to change
    value = str(call.args.get("value", ""))
    _put_tag(call, id, key, value)
    if key == NAME_TAG:
        call.tx.execute("UPDATE runs SET name = ? WHERE workspace = ? AND id = ?", (value, call.ws, id))


def _delete_tag(call):
    id, key = _own(call), call.need("key")
    gone = 0 if key == ROOT_TAG else call.tx.execute("DELETE FROM run_tags WHERE workspace = ? AND run = ? AND key = ?",
                                                     (call.ws, id, key)).rowcount
    if not gone:
        raise not_found(f"No tag with name: {key} in run with id {id}.")


def _history(call):
    """All points of a metric, in pages when `max_results` asks for them."""
    id, key = _own(call), call.need("metric_key")
    limit = min(whole(call.args.get("max_results"), _LARGEST_PAGE), _LARGEST_PAGE)
    after = whole(call.args.get("page_token"), 0)
    rows = call.tx.execute("SELECT rowid, key, value, nan, timestamp, step FROM metrics WHERE workspace = ? AND run = ? AND key = ?"
                           " AND rowid > ? ORDER BY rowid LIMIT ?", (call.ws, id, key, after, limit + 1)).fetchall()
    wire = {"metrics": [point(*row[1:]) for row in rows[:limit]]}
    if len(rows) > limit:
        wire["next_page_token"] = str(rows[limit - 1][0])
    return wire


def _put_metrics(call, run, metrics):
    for metric in metrics:
        key = str(metric.get("key") or "")
        if not key:
            raise invalid("Missing value for required parameter 'key'.")
        value = number(metric.get("value"))
        nan, value = (1, 0.0) if math.isnan(value) else (0, value)
        step, timestamp = whole(metric.get("step"), 0), whole(metric.get("timestamp"), call.now)
        row = call.ws, run, key, step, timestamp, value, nan
        call.tx.execute("INSERT OR IGNORE INTO metrics VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        # The latest is the one of the greatest step, then time, then value, as MLflow's own stores have it.
        call.tx.execute("INSERT INTO latest_metrics VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (workspace, run, key) DO UPDATE SET"
                        " step = excluded.step, timestamp = excluded.timestamp, value = excluded.value, nan = excluded.nan"
                        " WHERE (excluded.step, excluded.timestamp, excluded.value) >= (step, timestamp, value)", row)


def _put_param(call, run, param):
    key, value = str(param.get("key") or ""), str(param.get("value", ""))
    if not key:
        raise invalid("Missing value for required parameter 'key'.")
    old = call.tx.execute("SELECT value FROM params WHERE workspace = ? AND run = ? AND key = ?", (call.ws, run, key)).fetchone()
    if old is not None and old[0] != value:
        raise invalid(f"Changing param values is not allowed. Param with key='{key}' was already logged with value='{old[0]}'"
                      f" for run ID='{run}'. Attempted logging new value '{value}'.")
    call.tx.execute("INSERT OR IGNORE INTO params VALUES (?, ?, ?, ?)", (call.ws, run, key, value))


def _put_tag(call, run, key, value):
    call.tx.execute("INSERT OR REPLACE INTO run_tags VALUES (?, ?, ?, ?)", (call.ws, run, key, value))
    if not key.startswith("mlflow."):
        _put_job_tag(call, run, key, value)


def _put_job_tag(call, run, key, value):
    """In Azure ML a job and its run share their tags."""
    job = call.tx.get(call.ws, "jobs", run)
    if job is not None:
        properties = {**job.body["properties"], "tags": {**(job.body["properties"].get("tags") or {}), key: value}}
        call.tx.put(call.ws, "jobs", run, {**job.body, "properties": properties}, etag=job.etag, archived=job.archived,
                    kind=job.kind, private=job.private)


def _list_artifacts(call):
    id = _own(call)
    files = mlflow_artifacts.listing(call.tx, call.workspace, id, call.args.get("path") or "", whole_paths=True)
    return {"root_uri": mlflow_artifacts.uri(id), **files}


# Pieces ---------------------------------------------------------------------------------------------------------------


def _own(call):
    return own_run(call, call.need("run_id", "run_uuid"))


def _is_job(call, id):
    return call.tx.get(call.ws, "jobs", id) is not None


def _refuse_runs(call):
    if call.only is not None:
        raise Problem(403, "PERMISSION_DENIED", f"The token of run {call.only} does not open experiments for writing.")


_BY_NUMBER = dict(enumerate(_STATUSES, 1))


_ROUTES = (
    ("POST", "/experiments/create", _create_experiment, True),
    ("GET", "/experiments/get", _get_experiment, True),
    ("GET", "/experiments/get-by-name", _get_experiment_by_name, True),
    ("GET", "/experiments/search", _search_experiments, True),
    ("POST", "/experiments/search", _search_experiments, True),
    ("POST", "/experiments/update", _update_experiment, True),
    ("POST", "/experiments/delete", _stage_experiment("deleted"), True),
    ("POST", "/experiments/restore", _stage_experiment("active"), True),
    ("POST", "/experiments/set-experiment-tag", _set_experiment_tag, True),
    ("POST", "/experiments/delete-experiment-tag", _delete_experiment_tag, True),
    ("POST", "/runs/create", _create_run, True),
    ("GET", "/runs/get", _get_run, False),
    ("POST", "/runs/update", _update_run, True),
    ("POST", "/runs/search", _search_runs, False),
    ("POST", "/runs/delete", _stage_run("deleted"), True),
    ("POST", "/runs/restore", _stage_run("active"), True),
    ("POST", "/runs/log-metric", _log_metric, True),
    ("POST", "/runs/log-parameter", _log_parameter, True),
    ("POST", "/runs/log-batch", _log_batch, True),
    ("POST", "/runs/set-tag", _set_tag, True),
    ("POST", "/runs/delete-tag", _delete_tag, True),
    ("GET", "/metrics/get-history", _history, False),
    ("GET", "/artifacts/list", _list_artifacts, False),
)
_ROUTER = Router()
for _method, _path, _handler, _writes in (*_ROUTES, *mlflow_models.ROUTES, *mlflow_registry.ROUTES):
    _ROUTER.add(_method, _path, (_handler, _writes))
