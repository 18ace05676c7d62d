"""Between the first two stages: text that stands for the content of a file is replaced by it."""

import os

from azext_ml.core.errors import SpecError
from azext_ml.spec.diagnostics import Fault, Wrong
from azext_ml.spec.types import Inline, OneOf, Overlay, is_local
from azext_ml.spec.types.paths import absent
from azext_ml.spec.walk.tree import branch, children, is_spec


def expand(kind, document):
    """Replaces, in `document`, references to files by their content. Returns the Diagnostics of those that cannot be."""
    faults = []
    _expand(kind, document, (), document.value, faults)
    return faults


def _expand(kind, document, path, value, faults):
    found = _chosen(kind, value)
    included = _included(found, value)
    try:
        if included is not None:
            value = _include(document, path, included, value)
        elif isinstance(found, Overlay) and isinstance(value.get(found.key), str) and is_local(value[found.key]):
            value = _lay_over(document, path, value, found.key)
        spec = branch(kind, value)
        if is_spec(spec) and spec.placed and path in document.files and isinstance(value, dict):
            value = vars(spec)["placed"](value, document.files[path])
            document.put(path, value)
    except SpecError as error:
        faults.extend(error.diagnostics)
        document.broken.add(path)
        return
    for key, child, item in list(children(kind, value)):
        _expand(child, document, path + (key,), item, faults)


def _chosen(kind, value):
    """The type that the choosers of unions lead to, or None."""
    while isinstance(kind, OneOf):
        try:
            kind = kind.choice.choose(value)
        except Wrong:
            return None
    return kind


def _included(kind, value):
    """The file whose content a text stands for, or None."""
    if not isinstance(value, str):
        return None
    if isinstance(kind, Inline) and value.startswith("file:"):
        return value[len("file:"):]
    if isinstance(kind, Inline) and kind.paths and is_local(value):
        return value
    return kind.included(value) if hasattr(kind, "included") else None


def _include(document, path, name, document_text):
    other = _loaded(document, path, name)
    document.graft(path, other)
    document.origins[tuple(path)] = "file" if document_text.startswith("file:") else "path"
    return other.value


def _lay_over(document, path, value, key):
    """The content of the file that is named under `key`, with the other keys of the mapping laid over it. Places stay those of
    the file in which a value is written."""
    other = _loaded(document, path + (key,), value[key])
    marks, keys = [{place: mark for place, mark in table.items() if place[:len(path)] == path}
                   for table in (document.marks, document.keys)]
    document.graft(path, other)
    document.marks.update(marks)
    document.keys.update(keys)
    merged = other.value
    if isinstance(merged, dict):
        merged = _merged(merged, {name: item for name, item in value.items() if name != key})
    document.put(path, merged)
    return merged


def _merged(below, above):
    """Mappings are merged key by key; everything else is replaced."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return {**below, **{key: _merged(below[key], item) if key in below else item for key, item in above.items()}}


def _loaded(document, path, name):
    from azext_ml.spec.load import load  # PyYAML is only there when something is loaded
    mark = document.mark(path)
    target = os.path.normpath(os.path.join(mark.base, os.path.expanduser(name)))
    chain = [document.files[path[:end]] for end in range(len(path) + 1) if path[:end] in document.files]
    if target in chain:
        names = " -> ".join(os.path.basename(file) for file in chain[chain.index(target):] + [target])
        raise SpecError([document.diagnostic(path, Fault(f"the files include each other: {names}", "break the cycle"))])
    if not os.path.isfile(target):
        raise SpecError([document.diagnostic(path, absent(name, target))])
    return load(target, os.path.normpath(os.path.join(os.path.dirname(mark.file), name)))
