"""`--set a.b=1 c[0].d=x`: changes to a loaded document before it is checked. Misspelt keys are found by that check."""

import os
import re

from azext_ml.core.errors import SpecError
from azext_ml.spec.diagnostics import Diagnostic, Mark, Wrong, spelled
from azext_ml.spec.types import Text, shown
from azext_ml.spec.walk import branch, children

_NAME = re.compile(r"(?:[^.\[\]]+|\[\d+\])(?:\.[^.\[\]]+|\[\d+\])*")
_PART = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def apply(document, pairs, kind):
    """Applies `key.path=value` texts in order. Values are read as YAML, but stay as they are written where `kind` (a Spec or
    Type) wants text. `path=` alone is empty text; an index just behind the last one of a list appends. Relative paths go on to count from
    where     the file counts them.

    Raises SpecError with every fault.
    """
    faults = []
    for pair in pairs:
        name, sign, raw = pair.partition("=")
        path = _path(name.strip()) if sign else None
        try:
            if path is None:
                raise Wrong(f"{shown(pair)} is not of the form key.path=value",
                            "write it as in inputs.rate=0.1 or resources.locations[0]=westeurope")
            _assign(document, path, _value(raw))
            _as_text(document.value, path, raw.strip(), kind)
        except Wrong as wrong:
            faults.append(Diagnostic("--set", 0, 0, spelled(path or ()), wrong.fault.what, wrong.fault.fix))
    if faults:
        raise SpecError(faults)


def put(document, path, value):
    """Sets a value that came from an option of its own (`--name`); its relative paths count from the working directory."""
    here = document.value
    for part in path[:-1]:
        if not isinstance(here.get(part), dict):
            here[part] = {}
        here = here[part]
    here[path[-1]] = value
    _mark(document, path, Mark("", 0, 0, os.getcwd()))


def _path(name):
    """("a", 0, "b") of a[0].b, None for what is no path."""
    if not _NAME.fullmatch(name):
        return None
    return tuple(int(index) if index else word for word, index in _PART.findall(name))


def _value(raw):
    from azext_ml.spec.load import parse  # only when there is something to read
    try:
        return parse(raw, "--set", os.getcwd()).value if raw.strip() else ""
    except SpecError:
        return raw


def _assign(document, path, value):
    """Sets `path`, making the mappings and lists on the way to it. Raises Wrong for what is in the way."""
    here = document.value
    for end, (part, following) in enumerate(zip(path, path[1:] + (None,))):
        if not isinstance(here, (dict, list)):
            raise Wrong(f"cannot go into '{spelled(path[:end])}', which is {shown(here)}", "set the whole value instead")
        if isinstance(here, list):
            if not isinstance(part, int) or part > len(here):
                raise Wrong(f"the list '{spelled(path[:end])}' has {len(here)} item{'s' if len(here) != 1 else ''}",
                            f"use an index up to [{len(here)}]")
            here += [None] * (part == len(here))
        old = here.get(part) if isinstance(here, dict) else here[part]
        if following is None or old is None:
            here[part] = value if following is None else [] if isinstance(following, int) else {}
            _mark(document, path[:end + 1], Mark("--set", 0, 0, document.base(path[:end + 1])))
        here = here[part]


def _as_text(value, path, raw, kind):
    """Puts back what was written, `raw`, for a number or truth value where the spec wants text."""
    for part in path:
        around, kind = value, next((child for key, child, _ in children(kind, value) if key == part), None)
        if kind is None:                # a misspelt key, or one of a union that something else decides
            return
        value = around[part]
    if isinstance(branch(kind, value), Text) and isinstance(value, (bool, int, float)):
        around[path[-1]] = raw


def _mark(document, path, mark):
    """Everything at and below `path` now stands where `mark` says."""
    document.marks = {place: old for place, old in document.marks.items() if place[:len(path)] != path}
    document.marks[path] = mark
    document.keys = {place: old for place, old in document.keys.items() if place[:len(path)] != path}
