"""Long-running operations: what Azure-AsyncOperation and Location lead to (as recorded).

An operation is recorded in the transaction that begins it. Most are over at once here; one that watches a job is over when
the job is.
"""

from azext_ml.local import envelopes
from azext_ml.local.request import ABSENT, Response
from azext_ml.local.stamps import guid, stamp

KEPT_SECONDS = 24 * 3600
PROVIDER = "/subscriptions/{subscription}/providers/Microsoft.MachineLearningServices/locations/{location}"
OVER = ("Completed", "Failed", "Canceled", "NotResponding")


def begin(tx, request, family, *, prefix="", ws=None, job=None, result=None):
    """Records an operation and returns its id. `family`: compute | workspace | registry | mfe. `prefix` and `ws`, the Workspace,
    of an mfe operation's name. `job`: the job of `ws` to wait for. `result`: path of the resource that Location answers with
    at the end."""
    now = request.app.clock()
    name = f"{prefix}:{ws.guid}:{guid()}" if prefix else guid()
    tx.execute("DELETE FROM operations WHERE started < ?", (now - KEPT_SECONDS,))
    tx.execute("INSERT INTO operations VALUES (?, ?, ?, ?, ?, ?)", (name, family, ws.key if ws else "", job, result, now))
    return name


def status_url(request, family, name):
    """Value of Azure-AsyncOperation."""
    return _url(request, f"{family}OperationsStatus", name, "async")


def result_url(request, family, name):
    """Value of Location."""
    return _url(request, f"{family}OperationsStatus" if family != "mfe" else "mfeOperationResults", name, "location")


def _url(request, kind, name, answer):
    path = PROVIDER.format(subscription=request.params["subscription"], location="local")
    version = request.query.get("api-version", "")
    return request.url(f"{path}/{kind}/{name}", f"api-version={version}&type={answer}")


def _status(request, operation, **_):
    if request.query.get("type") == "location":
        return _result(request, operation)
    family, over, started, _ = _look_up(request, operation)
    if family != "mfe":
        # Compute, workspace and registry polls name nothing but the status.
        return Response(200, {"status": "Succeeded", "percentComplete": 100.0} if over else {"status": "InProgress"})
    body = {"id": request.path, "name": operation, "startTime": stamp(started), "percentComplete": 100.0 if over else 0.0,
            "status": "Succeeded" if over else "InProgress"}
    if over:
        body["endTime"] = stamp(request.app.clock())
    return Response(200, body)


def _result(request, operation, **_):
    _, over, _, result = _look_up(request, operation)
    if not over:
        return Response(202, ABSENT, [("Location", request.base + request.path + "?" + request.environ.get("QUERY_STRING", "")),
                                      ("Retry-After", "1")])
    return request.app.forward(request, result) if result else Response(200, ABSENT)


def _look_up(request, operation):
    with request.app.store.reading() as tx:
        row = tx.execute("SELECT family, workspace, job, result, started FROM operations WHERE id = ?", (operation,)).fetchone()
        if row is None:
            raise envelopes.mfe(404, "NotFound", "The specified resource was not found.")
        family, ws, job, result, started = row
        document = tx.get(ws, "jobs", job) if job else None
    over = document is None or document.body["properties"]["status"] in OVER
    return family, over, started, result


# (method, pattern, handler) of the poll endpoints.
ROUTES = [("GET", f"{PROVIDER}/{family}OperationsStatus/{{operation}}", _status)
          for family in ("compute", "workspace", "registry", "mfe")]
ROUTES.append(("GET", f"{PROVIDER}/mfeOperationResults/{{operation}}", _result))
