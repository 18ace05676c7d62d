"""The part of stage 2 that needs the surroundings: files that must exist, keys that depend on each other."""

from azext_ml.spec.types import ListOf, Map
from azext_ml.spec.walk.tree import branch, children, is_spec


def verify(kind, value, at, document, misread=(), path=()):
    """Yields (path, Fault). `value` is checked data; `document` tells the folder of each path. `misread`: paths of mappings with
    faults in them, which are not judged as wholes: what they lack may be what was wrong. A check that is `tolerant` judges what is
    there all the same."""
    kind = branch(kind, value)
    if kind is None or value is None:
        return
    here = at.but(base=document.base(path))
    if is_spec(kind):
        inside = here.inside(value)
        for check in kind.checks if path not in misread else [check for check in kind.checks if getattr(check, "tolerant", False)]:
            for where, fault in check(value, inside):
                yield path + tuple(where), fault
        for key, child, item in children(kind, value):
            yield from verify(child, item, inside.at(key), document, misread, path + (key,))
    elif isinstance(kind, (Map, ListOf)):
        for key, child, item in children(kind, value):
            yield from verify(child, item, here.at(key), document, misread, path + (key,))
    else:
        for fault in kind.verify(value, here):
            yield path, fault
