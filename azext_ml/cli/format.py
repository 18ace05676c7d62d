"""Rows of `-o table`. Other formats print the result as it is."""

import re
from collections import OrderedDict

_TIME = re.compile(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?$")


def rows(result, columns):
    """`result`, a dict or a list of dicts, as ordered dicts heading -> text. `columns`: (heading, key) pairs; a key may be
    a dotted path. A missing value is an empty cell; a column without any value is left out, as `Version` of a list of names."""
    items = result if isinstance(result, list) else [result]
    cells = [[(heading, text(at(item, key))) for heading, key in columns] for item in items]
    filled = {heading for row in cells for heading, value in row if value} or {heading for heading, _ in columns}
    return [OrderedDict(cell for cell in row if cell[0] in filled) for row in cells]


def at(item, path):
    """The value at a dotted path below nested dicts, None when there is none. A key with dots in it is found first."""
    if isinstance(item, dict) and path in item:
        return item[path]
    for part in path.split("."):
        item = item.get(part) if isinstance(item, dict) else None
    return item


def text(value):
    """One cell: times to the second, nested values as `a=b, c=d`, on one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, dict):
        return ", ".join(f"{key}={text(inner)}" for key, inner in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(text(inner) for inner in value)
    match = _TIME.match(value) if isinstance(value, str) else None
    if match:
        zone = match[2] or ""
        return match[1] + ("Z" if zone in ("+00:00", "+0000") else zone)
    return " ".join(str(value).split("\n"))
