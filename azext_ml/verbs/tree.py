"""Many files checked at once: each against the spec of its kind, and their references to each other.

Nothing is sent and nothing is written.
"""

import glob
import os
from typing import List, NamedTuple

from azext_ml.core.errors import SpecError
from azext_ml.core.ids import Reference
from azext_ml.spec import kinds, types, walk
from azext_ml.spec.diagnostics import Diagnostic, Fault
from azext_ml.spec.load import load
from azext_ml.spec.registry import resolve
from azext_ml.spec.shapes.graph import ports
from azext_ml.spec.validate import validate

ENDINGS = (".yml", ".yaml")
LEFT_OUT = ("node_modules", "__pycache__")      # folders, besides hidden ones and virtual environments
# Collections that references name -> the kinds of files that define what stands in them.
DEFINED_BY = {"environments": ("environment",), "components": ("component",), "models": ("model",), "data": ("data",),
              "computes": ("compute",), "datastores": ("datastore",), "featuresets": ("feature_set",),
              "onlineEndpoints": ("online_endpoint",), "batchEndpoints": ("batch_endpoint",)}
ENDPOINTS = {"online_deployment": "onlineEndpoints", "batch_deployment": "batchEndpoints"}


class Report(NamedTuple):
    """checked: (file, kind) pairs, kind None where only a schema of the user's was used.  skipped: files of folders that are of
    no known kind.  diagnostics: all faults, file by file, each once."""

    checked: list
    skipped: list
    diagnostics: List[Diagnostic]

    @property
    def errors(self):
        return [one for one in self.diagnostics if one.severity == "error"]

    @property
    def warnings(self):
        return [one for one in self.diagnostics if one.severity != "error"]


class _Found(NamedTuple):
    """A whole file: its checked data, and its reference texts as (path, collection, Reference)."""

    document: object
    kind: str
    value: dict
    references: list


def check(paths, kind=None, against=None):
    """Checks files, folders and patterns. `kind`: of all files, in place of what they say. `against`: function Document ->
    Diagnostics, a further check."""
    checked, skipped, diagnostics, whole = [], [], [], []
    for file, asked_for in files(paths, diagnostics):
        try:
            document = load(file)
        except SpecError as error:
            diagnostics += error.diagnostics
            checked.append((file, None))
            continue
        found = kind or kinds.kind_of(document.value)
        if against is not None:
            diagnostics += against(document)
        elif found is None and not asked_for:
            skipped.append(file)
            continue
        elif found is None:
            diagnostics.append(document.diagnostic((), _unknown(document.value)))
        checked.append((file, found))
        if found is None:
            continue
        spec, document.partial = resolve(found), True
        try:
            value = validate(spec, document, walk.expand(spec, document))
        except SpecError as error:
            diagnostics += error.diagnostics
            continue
        diagnostics += document.warnings
        whole.append(_Found(document, found, value, list(_references(spec, value, found))))
    diagnostics += _between(whole)
    return Report(checked, skipped, _ordered(diagnostics, [file for file, _ in checked]))


def files(paths, diagnostics):
    """(file, whether it was named itself) of files, folders and patterns, each once. What is not there is a Diagnostic."""
    seen = set()
    for path in paths:
        there = [path] if os.path.exists(path) else sorted(glob.glob(path, recursive=True))
        if not there:
            diagnostics.append(Diagnostic(path, 0, 0, "", "no such file or folder", "check the path"))
        for one in there:
            for file in _below(one) if os.path.isdir(one) else [one]:
                file = os.path.normpath(file)
                if file not in seen:
                    seen.add(file)
                    yield file, not os.path.isdir(one)


def _below(folder):
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in LEFT_OUT
                            and not os.path.exists(os.path.join(place, name, "pyvenv.cfg")))
        yield from (os.path.join(place, name) for name in sorted(names) if name.endswith(ENDINGS) and not name.startswith("."))


def _unknown(value):
    if not isinstance(value, dict):
        return Fault(f"wants a mapping, got {types.shown(value)}")
    return Fault("is of no kind that is known", "begin it with '$schema:', or say --kind")


def _references(spec, value, kind):
    """(path, collection, Reference) of every reference in checked data."""
    waiting = [((), spec, value)]
    while waiting:
        path, spec, value = waiting.pop()
        if not isinstance(value, str):
            waiting += [(path + (key,), child, item) for key, child, item in walk.children(spec, value)]
            if not path and kind in ENDPOINTS and isinstance(value.get("endpoint_name"), str):
                yield ("endpoint_name",), ENDPOINTS[kind], Reference(value["endpoint_name"])
            continue
        plain = walk.branch(spec, value)
        plain = plain.ref if isinstance(plain, types.DataPath) and value.startswith("azureml:") else plain
        if isinstance(plain, types.Ref) and not isinstance(plain, types.Code) and value not in plain.keep \
                and "${{" not in value and "//" not in value:
            found = Reference.parse(value)
            if found is not None:
                yield path, plain.collection, found


def _between(whole):
    """Diagnostics of references from one file to what another defines."""
    defined = {}
    for collection, sources in DEFINED_BY.items():
        names = defined[collection] = {}
        for one in whole:
            if one.kind in sources and one.value.get("name"):
                names.setdefault(one.value["name"], {})[one.value.get("version")] = one
    for one in whole:
        for path, collection, reference in one.references:
            fault = _doubtful(reference, collection, defined.get(collection) or {})
            if fault:
                yield one.document.diagnostic(path, fault)
        yield from _misfits(one, defined["components"])


def _doubtful(reference, collection, names):
    """A Fault when a reference almost names what a file defines. A warning: the workspace may well have the other one."""
    if reference.name in names:
        versions = names[reference.name]
        if reference.version is None or None in versions or reference.version in versions:
            return None
        listed = ", ".join(sorted(versions))
        return Fault(f"the files here define version {listed} of '{reference.name}', not {reference.version}",
                     "check the version", severity="warning")
    near = next((name for name in names if _slip(reference.name, name)), None)
    if near is None:
        return None
    return Fault(f"none of the files here defines '{reference.name}'", f"did you mean '{near}'?", severity="warning")


def _slip(one, other):
    """Whether two names differ by a letter too many or two swapped ones. gpu-cluster is no slip for cpu-cluster, nor v10 for v1."""
    if len(one) == len(other):
        differ = [i for i in range(len(one)) if one[i] != other[i]]
        if len(differ) != 2 or differ[1] != differ[0] + 1:
            return False
        first, second = differ
        return (one[first], one[second]) == (other[second], other[first])
    short, long = sorted((one, other), key=len)
    return len(long) == len(short) + 1 and any(long[i].isalpha() and long[:i] + long[i + 1:] == short for i in range(len(long)))


def _misfits(one, components):
    """Nodes of a pipeline that give a component of these files what it does not take."""
    jobs = one.value.get("jobs") if one.kind in ("job", "component") else None
    for name, node in (jobs or {}).items():
        component = node.get("component") if isinstance(node, dict) else None
        reference = Reference.parse(component) if isinstance(component, str) else None
        found = components.get(reference.name, {}).get(reference.version) if reference and reference.version else None
        if found:
            for path, fault in ports(name, {**node, "component": found.value}):
                yield one.document.diagnostic(path, fault)


def _ordered(diagnostics, order):
    """By file as they were named, then by place; what several files include is told once."""
    place = {file: number for number, file in enumerate(order)}
    once = {(one.file, one.line, one.column, one.what): one for one in sorted(diagnostics, key=lambda one: -len(one.path))}
    return sorted(once.values(), key=lambda one: (place.get(one.file, len(place)), one.file, one.line, one.column, one.path))
