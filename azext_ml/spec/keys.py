"""Which keys a mapping may, must and does not have: judged together, so that a misspelt key is one fault and not two."""

from azext_ml.spec.diagnostics import Wrong, nearest
from azext_ml.spec.registry import resolve
from azext_ml.spec.types import Inline, Nested
from azext_ml.spec.walk import is_spec

COMMON = ("$schema", "name", "type", "path", "id", "description", "tags", "properties", "version")      # keys of many things


def judge(spec, given):
    """Yields a Wrong for every unknown, empty and missing key of the mapping `given`."""
    unknown = [] if spec.keep_unknown or spec.drop_unknown else [key for key in given if spec.field(key) is None]
    lacking = [key for key in spec.known_keys() if spec.field(key).required and given.get(key) is None]
    free = [key for key in spec.known_keys() if key not in given]
    below = {key: _holder(spec, key) for key in unknown}
    meant = {key: None if below[key] else nearest(key, lacking) or nearest(key, free) for key in unknown}
    missing = [key for key in lacking if key not in given and key not in meant.values()]
    for key in unknown:
        what = f"unknown key '{key}'"
        if below[key]:
            yield Wrong(what, f"it belongs below '{below[key]}:'", path=(key,), at_key=True)
        elif meant[key]:
            yield Wrong(what, f"did you mean '{meant[key]}'?", path=(key,), at_key=True)
        elif missing:           # a key that nobody knows beside one that nobody gave: most likely the one is the other
            wanted = missing.pop(0)
            yield Wrong(f"{what}, and the required key '{wanted}' is missing", f"rename it, or remove it and {_adds(spec, wanted)}",
                        path=(key,), at_key=True)
        else:
            listed = [name for name in free if name != "$schema"]
            yield Wrong(what, f"known here: {', '.join(listed)}" if listed else "remove it", path=(key,), at_key=True)
    for key in lacking:
        if key in given:
            yield Wrong("is empty", f"give {spec.field(key).type.wants}", path=(key,), at_key=True)
        elif key in missing:
            option = spec.field(key).arg
            yield Wrong(f"required key '{key}' is missing", _adds(spec, key), option=option.split()[0] if option else None)


def _holder(spec, key):
    """The key of a mapping further in that knows `key`, or None: `instance_count` belongs below `resources`."""
    for name in spec.known_keys() if key not in COMMON else ():
        kind = spec.field(name).type
        inner = _spec_of(kind)
        if key in (inner.known_keys() if inner else getattr(kind, "keys_inside", ())):
            return name


def _spec_of(kind):
    """The Spec class of a nested mapping; None for what has no keys of its own."""
    inner = resolve(kind.spec) if isinstance(kind, (Nested, Inline)) else None
    return inner if is_spec(inner) else None


def _adds(spec, key):
    kind = spec.field(key).type
    inner = _spec_of(kind) if isinstance(kind, Nested) else None
    required = [name for name in inner.known_keys() if inner.field(name).required] if inner else []
    return f"add '{key}:' with " + (" and ".join(required) or kind.wants)
