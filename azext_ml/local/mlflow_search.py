"""Searches of the MLflow API, as SQL.

The filter language: comparisons joined by AND, of `metrics.x`, `params.x`, `tags.x`, attributes
(mlflow.org/docs/latest/search-runs.html). Values are bound, never pasted into the statement.
"""

import ast
import re

from azext_ml.local.mlflow_call import invalid, whole

_VIEWS = {"ACTIVE_ONLY": ("active",), "DELETED_ONLY": ("deleted",), "ALL": ("active", "deleted"), 1: ("active",), 2: ("deleted",),
          3: ("active", "deleted")}
_CONDITION = re.compile(
    r"""\s*(?:(?P<kind>attributes?|attr|run|metrics?|params?|parameters?|tags?)\s*\.\s*)?
        (?P<key>`[^`]+`|"[^"]+"|[\w.\-/ ]*?[\w.\-/])\s*
        (?P<operator>!=|<=|>=|=|<|>|\bNOT\s+I?LIKE\b|\bI?LIKE\b|\bNOT\s+IN\b|\bIN\b|\bIS\s+NOT\s+NULL\b|\bIS\s+NULL\b)\s*
        (?P<value>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*"|\([^)]*\)|-?[\d.]+(?:[eE][+-]?\d+)?|)\s*
        (?:\bAND\b|$)""", re.I | re.X | re.S)
_ORDER = re.compile(r"""^\s*(?:(?P<kind>attributes?|attr|run|metrics?|params?|parameters?|tags?)\s*\.\s*)?
                        (?P<key>`[^`]+`|"[^"]+"|[\w.\-/ ]*?[\w.\-/])\s*(?:\s(?P<way>ASC|DESC))?\s*$""", re.I | re.X)
_RUN_COLUMNS = {
    "run_id": "r.id", "id": "r.id", "run_name": "r.name", "name": "r.name", "run name": "r.name", "status": "r.status",
    "user_id": "r.user", "user": "r.user", "start_time": "r.started", "started": "r.started", "created": "r.started",
    "end_time": "r.ended", "ended": "r.ended", "experiment_id": "r.experiment"}
_EXPERIMENT_COLUMNS = {"name": "r.name", "experiment_id": "r.id", "creation_time": "r.created", "last_update_time": "r.updated"}
_MODEL_COLUMNS = {"name": "r.name", "model_id": "r.id", "model_type": "r.type", "status": "r.status", "source_run_id": "r.run",
                  "creation_timestamp": "r.created", "creation_time": "r.created", "last_updated_timestamp": "r.updated"}
_NUMBERS = ("latest_metrics", "r.started", "r.ended", "r.created", "r.updated")
_OF_RUN = "x.workspace = r.workspace AND x.run = r.id AND x.key = ?"
_TABLES = {"m": "latest_metrics", "p": "params", "t": "run_tags"}


def runs(call, show):
    """{"runs", "next_page_token"} of runs/search. `show(call, id)` makes the wire form."""
    where, values = ["r.workspace = ?"], [call.ws]
    experiments = [str(id) for id in call.args.get("experiment_ids") or []]
    if experiments:
        where.append(f"r.experiment IN ({', '.join('?' * len(experiments))})")
        values += experiments
    _add_view(call.args.get("run_view_type"), where, values)
    if call.only is not None:
        where.append("(r.id = ? OR EXISTS (SELECT 1 FROM run_tags o WHERE o.workspace = r.workspace AND o.run = r.id"
                     " AND o.key = 'mlflow.rootRunId' AND o.value = ?))")
        values += [call.only, call.only]
    _add_filter(call.args.get("filter"), _RUN_COLUMNS, _TABLES, where, values)
    order, order_values = _order(call.args.get("order_by"), _RUN_COLUMNS, _TABLES, "r.started DESC, r.seq DESC")
    rows, token = _page(call, f"SELECT r.id FROM runs r WHERE {' AND '.join(where)} ORDER BY {order}", values + order_values)
    return {"runs": [show(call, id) for id, in rows], **token}


def experiments(call, show):
    """{"experiments", "next_page_token"} of experiments/search. `show(call, row)` makes the wire form."""
    where, values = ["r.workspace = ?"], [call.ws]
    _add_view(call.args.get("view_type"), where, values)
    _add_filter(call.args.get("filter"), _EXPERIMENT_COLUMNS, {}, where, values)
    order, _ = _order(call.args.get("order_by"), _EXPERIMENT_COLUMNS, {}, "r.updated DESC, r.seq DESC")
    rows, token = _page(call, f"SELECT r.id, r.name, r.stage, r.created, r.updated FROM experiments r WHERE {' AND '.join(where)}"
                              f" ORDER BY {order}", values)
    return {"experiments": [show(call, row) for row in rows], **token}


def logged_models(call, columns, show):
    """{"models", "next_page_token"} of logged-models/search. `show(row)` makes the wire form."""
    where, values = ["r.workspace = ?"], [call.workspace.guid]
    experiments = [str(id) for id in call.args.get("experiment_ids") or []]
    if experiments:
        where.append(f"r.experiment IN ({', '.join('?' * len(experiments))})")
        values += experiments
    if call.only is not None:
        where.append("(r.run = ? OR EXISTS (SELECT 1 FROM run_tags o WHERE o.workspace = ? AND o.run = r.run"
                     " AND o.key = 'mlflow.rootRunId' AND o.value = ?))")
        values += [call.only, call.ws, call.only]
    _add_filter(call.args.get("filter"), _MODEL_COLUMNS, {}, where, values)
    rows, token = _page(call, f"SELECT {columns} FROM logged_models r WHERE {' AND '.join(where)} ORDER BY r.seq DESC", values)
    return {"models": [show(row) for row in rows], **token}


def _page(call, sql, values):
    limit = min(max(whole(call.args.get("max_results"), 1000), 1), 50000)
    offset = whole(call.args.get("page_token"), 0)
    rows = call.tx.execute(sql + " LIMIT ? OFFSET ?", [*values, limit + 1, offset]).fetchall()
    return rows[:limit], {"next_page_token": str(offset + limit)} if len(rows) > limit else {}


def _add_view(view, where, values):
    stages = _VIEWS.get(view or "ACTIVE_ONLY", ("active",))
    where.append(f"r.stage IN ({', '.join('?' * len(stages))})")
    values += stages


def _add_filter(text, columns, tables, where, values):
    text, at = (text or "").strip(), 0
    while at < len(text):
        match = _CONDITION.match(text, at)
        if not match:
            raise invalid(f"Invalid clause in filter string: '{text[at:]}'.")
        operator = re.sub(r"\s+", " ", match["operator"].upper())
        target, named = _target(match["kind"], match["key"], columns, tables)
        comparison, bound = _comparison("x.value" if named else target, operator, match["value"], target in _NUMBERS)
        if named:
            key = _unquoted(match["key"])
            if operator == "IS NULL":
                where.append(f"NOT EXISTS (SELECT 1 FROM {target} x WHERE {_OF_RUN})")
                values.append(key)
            else:
                where.append(f"EXISTS (SELECT 1 FROM {target} x WHERE {_OF_RUN} AND {comparison})")
                values += [key, *bound]
        else:
            where.append(comparison)
            values += bound
        at = match.end()


def _target(kind, key, columns, tables):
    """(column, False) of an attribute, (table, True) of a metric, param or tag."""
    kind = (kind or "attribute").lower()
    if kind[0] in "mpt":
        if kind[0] not in tables:
            raise invalid(f"'{kind}' cannot be searched for here.")
        return tables[kind[0]], True
    column = columns.get(_unquoted(key).lower())
    if column is None:
        raise invalid(f"Invalid attribute key '{key}'. Valid keys are {sorted(columns)}.")
    return column, False


def _comparison(column, operator, text, is_number):
    """(SQL, [values])."""
    if operator in ("IS NULL", "IS NOT NULL"):
        return f"{column} {operator}", []
    if text.startswith("("):
        values = _list(text)
        if operator not in ("IN", "NOT IN") or not values:
            raise invalid(f"Invalid list in filter string: {text}")
        return f"{column} {operator} ({', '.join('?' * len(values))})", values
    if not text or operator in ("IN", "NOT IN"):
        raise invalid(f"Missing value in filter string after {operator}.")
    if operator.endswith("LIKE"):
        negation = "NOT " if operator.startswith("NOT ") else ""
        if operator.endswith("ILIKE"):
            return f"{column} {negation}LIKE ?", [_unquoted(text)]
        # LIKE of SQLite does not mind case, GLOB does.
        pattern = re.sub(r"[*?\[]", r"[\g<0>]", _unquoted(text)).replace("%", "*").replace("_", "?")
        return f"{column} {negation}GLOB ?", [pattern]
    if is_number:
        try:
            return f"{column} {operator} ?", [float(_unquoted(text))]
        except ValueError:
            raise invalid(f"Expected a number in filter string, not {text}.") from None
    return f"{column} {operator} ?", [_unquoted(text)]


def _order(keys, columns, tables, default):
    """(SQL of ORDER BY, values)."""
    parts, values = [], []
    for text in keys or []:
        match = _ORDER.match(text)
        if not match:
            raise invalid(f"Invalid order_by clause '{text}'.")
        target, named = _target(match["kind"], match["key"], columns, tables)
        if named:
            value = "CASE WHEN x.nan THEN NULL ELSE x.value END" if target == "latest_metrics" else "x.value"
            target = f"(SELECT {value} FROM {target} x WHERE {_OF_RUN})"
            values += [_unquoted(match["key"])] * 2
        # Runs without a value come last, whichever way.
        parts += [f"{target} IS NULL", f"{target} {(match['way'] or 'ASC').upper()}"]
    return ", ".join([*parts, default]), values


def _unquoted(text):
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"`":
        return text[1:-1].replace("''", "'") if text[0] == "'" else text[1:-1]
    return text


def _list(text):
    try:
        values = ast.literal_eval(text if text.rstrip(") ").endswith(",") else text[:-1] + ",)")
    except (ValueError, SyntaxError):
        return []
    return [str(value) for value in values]
