"""`update`: the printed form is changed as `--set`, `--add`, `--remove` and the verb's own options say, and only what the
service lets change is sent back."""

from azext_ml.core.errors import SpecError, UsageError
from azext_ml.spec import dialects, walk
from azext_ml.spec.diagnostics import all_of
from azext_ml.spec.registry import resolve
from azext_ml.spec.types import Map, OneOf, Text
from azext_ml.verbs.create import put
from azext_ml.verbs.prepare import path_of, shown, where
from azext_ml.verbs.show import found


def update(ws, noun, name, change, version=None, label=None, registry_name=None, no_wait=False, **flags):
    """Reads the resource, changes it, writes it back; prints it as it then is."""
    wire = found(ws, noun, name, version, label)
    changes = changed(noun, wire, ws, change, flags)
    if not changes:
        return shown(noun.kind, wire, ws)
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
        other = f"a new version of the {noun.name}" if noun.versioned else f"a new {noun.name}"
        raise UsageError(f"{all_of(refused)} of the {noun.name} cannot be changed.",
                         fix=f"Only {all_of(allowed)} can; anything else needs {other}.")
    return {key: as_text(spec.field(key).type, after.get(key), key) for key in keys}


def as_text(kind, value, path):
    """The value with whole numbers, true and false as text where the spec wants text: --set has read them as JSON."""
    if isinstance(kind, Map) and isinstance(value, dict):
        return {key: as_text(kind.values, item, f"{path}.{key}") for key, item in value.items()}
    if not isinstance(kind, Text) or not isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, float):        # 1.10 has become 1.1 already
        raise UsageError(f"{path} wants text, got the number {value}.", fix="Add --force-string to keep it as it is written.")
    return str(value).lower()


def spec_of(noun, wire):
    """The Spec class that describes an answer."""
    kind = resolve(noun.kind)
    while not walk.is_spec(kind):
        kind = kind.choice.choose_wire(wire, dialects.arm) if isinstance(kind, OneOf) else resolve(kind.spec)
        if kind is None:
            raise UsageError(f"A {noun.name} of this type cannot be updated.", fix="Update it in the studio.")
    return kind


def apply(noun, wire, body, changes, ws):
    """Writes changed values into a wire body. Values are checked as those of a file are. Raises SpecError with every fault."""
    from azext_ml.spec.validate import single  # marshmallow: only for commands that write
    spec, at, faults = spec_of(noun, wire), where(ws), []
    for key, value in changes.items():
        field = spec.field(key)
        place = field.place(dialects.arm)
        if value is None:
            sent = {} if isinstance(field.type, Map) else None
        else:
            try:
                sent = walk.encode(field.type, single(field.type, value, (key,)), dialects.arm, at.at(key))
            except SpecError as error:
                faults += error.diagnostics
                continue
        walk.drop(body, place)
        walk.put(body, place, sent)
    if faults:
        raise SpecError(faults)
