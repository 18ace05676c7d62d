"""`--set a.b=1 c[0].d=x`: changes to a loaded document before it is checked."""

import os
import re

from azext_ml.core.errors import SpecError
from azext_ml.spec.diagnostics import Diagnostic, Mark, nearest, spelled
from azext_ml.spec.walk import branch, children, is_spec

_PART = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def apply(document, pairs, kind=None):
    """Applies `key.path=value` texts in order. Values are read as YAML; `path=` alone is empty text.

    `kind` (a Spec or Type) lets a misspelt key be named. Raises SpecError with every fault.
    """
    faults = []
    if document.value is None and pairs:
        document.value = {}
    for pair in pairs:
        name, sign, raw = pair.partition("=")
        if not sign or not name.strip():
            faults.append(_fault(pair, "", f"'{pair}' is not of the form key.path=value"))
            continue
        path = tuple(int(index) if index else word for word, index in _PART.findall(name.strip()))
        problem = _assign(document, path, _value(raw), name.strip(), kind)
        if problem:
            faults.append(_fault(pair, spelled(path), *problem))
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
    document.marks = {place: mark for place, mark in document.marks.items() if place[:len(path)] != path}
    document.marks[path] = Mark("", 0, 0, os.getcwd())


def _fault(pair, path, what, fix=None):
    return Diagnostic("--set", 0, 0, path, what, fix)


def _value(raw):
    from azext_ml.spec.load import parse  # only when there is something to read
    try:
        return parse(raw, "--set", os.getcwd()).value if raw.strip() else ""
    except SpecError:
        return raw


def _assign(document, path, value, name, kind):
    here = document.value
    for end, part in enumerate(path[:-1], 1):
        if isinstance(here, str):
            return f"cannot go into '{spelled(path[:end - 1])}': it is the reference '{here}'", "set the whole value instead"
        problem, here = _step(here, part, path[end])
        if problem:
            return problem
    last = path[-1]
    if isinstance(here, list):
        if not isinstance(last, int) or last > len(here):
            return f"'{name}': the list has {len(here)} items", f"use an index from 0 to {len(here)}"
        here[last:last + 1] = [value]
    elif isinstance(here, dict):
        here[last] = value
    else:
        return f"cannot set '{name}': '{spelled(path[:-1])}' is the value {here!r}", "set the whole value instead"
    problem = _misspelt(kind, document, path)
    base = document.mark(path).base
    document.marks = {p: m for p, m in document.marks.items() if p[:len(path)] != path}
    document.marks[path] = Mark("--set", 0, 0, base)
    return problem


def _step(here, part, following):
    if isinstance(here, list):
        if not isinstance(part, int) or part >= len(here):
            return (f"index {part} is outside the list of {len(here)} items", None), None
        return None, here[part]
    if not isinstance(here, dict):
        return (f"'{part}' cannot be set inside the value {here!r}", None), None
    if here.get(part) is None:
        here[part] = [] if isinstance(following, int) else {}
    return None, here[part]


def _misspelt(kind, document, path):
    """A key on the way that the spec does not know, with the nearest one that it does."""
    value = document.value
    for part in path:
        kind = branch(kind, value) if kind is not None else None
        if kind is None:
            return None
        if is_spec(kind) and not kind.keep_unknown and isinstance(part, str) and kind.field(part) is None:
            known = [field.key for field in kind.fields() if not field.read_only]
            guess = nearest(part, known)
            return f"unknown key '{part}'", f"did you mean '{guess}'?" if guess else f"known here: {', '.join(known)}"
        inner = {key: child for key, child, _ in children(kind, value)}
        kind = inner.get(part)
        value = value.get(part) if isinstance(value, dict) else value[part] if isinstance(value, list) else None
    return None
