"""What the parts of the MLflow API share: a call, its errors, who may touch which run, how values are written."""

import math
from typing import Any, Dict, NamedTuple, Optional

from azext_ml.local.request import Workspace

ROOT_TAG = "mlflow.rootRunId"               # set on runs that a job's script begins; the job's token opens them


class Problem(Exception):
    """An answer {"error_code", "message"}."""

    def __init__(self, status, code, message):
        super().__init__(message)
        self.status = status
        self.code = code


def not_found(message):
    return Problem(404, "RESOURCE_DOES_NOT_EXIST", message)


def invalid(message):
    return Problem(400, "INVALID_PARAMETER_VALUE", message)


def already_exists(message):
    return Problem(400, "RESOURCE_ALREADY_EXISTS", message)


class Call(NamedTuple):
    """What a handler is given. `only`: the run that the caller is limited to, or None. `now`: milliseconds since the epoch."""

    app: Any
    tx: Any
    workspace: Workspace
    args: Dict[str, Any]
    only: Optional[str]
    now: int

    @property
    def ws(self):
        return self.workspace.key

    def need(self, *names):
        """The first of these arguments that is given, as text."""
        for name in names:
            if self.args.get(name) not in (None, ""):
                return str(self.args[name])
        raise invalid(f"Missing value for required parameter '{names[0]}'.")


def own_run(call, id):
    """The id, if there is such a run and the caller may touch it."""
    row = call.tx.execute("SELECT id FROM runs WHERE workspace = ? AND id = ?", (call.ws, id)).fetchone()
    if row is None or not is_own(call.tx, call.ws, call.only, id):
        raise not_found(f"Run with id={id} not found.") if row is None else Problem(
            403, "PERMISSION_DENIED", f"The token of run {call.only} does not open run {id}.")
    return row[0]


def is_own(tx, ws, only, id):
    """Whether a caller limited to the run `only` (None: not limited) may touch run `id`."""
    if only is None or only == id:
        return True
    return tx.execute("SELECT 1 FROM run_tags WHERE workspace = ? AND run = ? AND key = ? AND value = ?",
                      (ws, id, ROOT_TAG, only)).fetchone() is not None


def point(key, value, nan, timestamp, step):
    """Numbers that JSON has no form for are written as protobuf writes them."""
    if nan:
        value = "NaN"
    elif math.isinf(value):
        value = "Infinity" if value > 0 else "-Infinity"
    return {"key": key, "value": value, "timestamp": timestamp, "step": step}


def pairs(rows):
    return [{"key": key, "value": value} for key, value in rows]


def number(value):
    try:
        return float(value)
    except (TypeError, ValueError):
        raise invalid(f"Got invalid value {value} for metric.") from None


def whole(value, default):
    if value in (None, ""):
        return default
    try:
        return int(value)
    except (TypeError, ValueError):
        raise invalid(f"'{value}' is not a whole number.") from None
