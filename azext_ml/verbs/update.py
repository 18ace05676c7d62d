"""`update`: the printed form is changed as `--set`, `--add`, `--remove` and the verb's own options say, and only what the
service lets change is sent back."""

from azext_ml.core.errors import UsageError
from azext_ml.spec import dialects, walk
from azext_ml.spec.diagnostics import one_of
from azext_ml.spec.registry import resolve
from azext_ml.spec.types import Map
from azext_ml.verbs.create import put
from azext_ml.verbs.prepare import path_of, shown, where
from azext_ml.verbs.show import found


def update(ws, noun, name, change, version=None, label=None, registry_name=None, no_wait=False, **flags):
    """Reads the resource, changes it, writes it back; prints it as it then is."""
    wire = found(ws, noun, name, version, label)
    changes = changed(noun, wire, ws, change, flags)
    body = {key: value for key, value in wire.items() if key not in ("id", "name", "type", "systemData", "etag")}
    apply(noun, wire, body, changes, ws)
    path = path_of(ws, noun, name, wire["name"] if noun.versioned else None)
    return shown(noun.kind, put(ws, noun, path, body, no_wait), ws)


def changed(noun, wire, ws, change, flags):
    """{YAML key: new value} of every field that differs. Raises UsageError when one of them cannot be changed."""
    before = shown(noun.kind, wire, ws)
    after = dict(change(before))        # a change of nothing hands the same mapping back
    after.update({key: value for key, value in flags.items() if value is not None})
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    spec = spec_of(noun, wire)
    allowed = [field.key for field in spec.fields() if field.update]
    refused = [key for key in keys if key not in allowed]
    if refused:
        raise UsageError(f"{one_of(refused)} of a {noun.name} cannot be changed.",
                         fix=f"Only {' and '.join(allowed)} can; anything else needs a new {noun.name}"
                             f"{' version' if noun.versioned else ''}.")
    return {key: after.get(key) for key in keys}


def spec_of(noun, wire):
    """The Spec class that describes an answer."""
    kind = resolve(noun.kind)
    while not walk.is_spec(kind):
        kind = kind.choice.choose_wire(wire, dialects.arm) if hasattr(kind, "choice") else resolve(kind.spec)
    return kind


def apply(noun, wire, body, changes, ws):
    """Writes changed values into a wire body. Values are checked as those of a file are."""
    from azext_ml.spec.validate import single  # marshmallow: only for commands that write
    spec = spec_of(noun, wire)
    at = where(ws)
    for key, value in changes.items():
        field = spec.field(key)
        if value is None:
            value = {} if isinstance(field.type, Map) else None
        else:
            value = single(field.type, value, (key,))
        walk.drop(body, field.place(dialects.arm))
        sent = None if value is None else walk.encode(field.type, value, dialects.arm, at.at(key))
        walk.put(body, field.place(dialects.arm), sent)
