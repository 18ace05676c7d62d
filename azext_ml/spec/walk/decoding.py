"""Stage 6: what the service answers becomes what a command prints."""

from azext_ml.spec.dialects import ABSENT, look
from azext_ml.spec.registry import resolve
from azext_ml.spec.types import In, Inline, ListOf, Map, Nested, OneOf
from azext_ml.spec.walk.encoding import made
from azext_ml.spec.walk.tree import is_spec, root_of


def decode(kind, wire, dialect, at):
    """The printed value of one wire value."""
    if isinstance(kind, In):
        return decode(kind.inner, wire, kind.dialect, at)
    if isinstance(kind, OneOf):
        wire = kind.dec(wire, dialect, at)
        chosen = kind.choice.choose_wire(wire, dialect)
        return wire if chosen is None else decode(chosen, wire, dialect, at)
    if isinstance(kind, Inline):
        return decode(resolve(kind.spec), wire, dialect, at) if isinstance(wire, dict) else kind.ref.dec(wire, dialect, at)
    if isinstance(kind, Nested):
        kind = resolve(kind.spec)
        if not is_spec(kind):
            return decode(kind, wire, dialect, at)
    if is_spec(kind):
        return printed(kind, wire, dialect, at) if isinstance(wire, dict) else wire
    wire = kind.dec(wire, dialect, at)
    if isinstance(kind, Map) and isinstance(wire, dict):
        return {key: None if item is None else decode(kind.values, item, dialect, at.at(key)) for key, item in wire.items()}
    if isinstance(kind, ListOf) and isinstance(wire, list):
        return [decode(kind.item, item, dialect, at.at(i)) for i, item in enumerate(wire)]
    return wire


def printed(spec, wire, dialect, at):
    """What a command prints of an answer. Nulls are left out, and values of a shape that their type does not know: one odd value of
    one resource must not keep a list from being printed. Empties as the spec says."""
    here = root_of(spec, wire, at).inside(wire)
    out = {}
    for field in spec.fields():
        place = field.place(dialect)
        if field.show is False or place is ABSENT or field.constant:
            continue
        sent = look(wire, place)
        here_at = here.at(field.key)
        try:
            value = made(field.shown, here_at) if sent is None else decode(field.type_in(dialect), sent, dialect, here_at)
        except (AttributeError, IndexError, KeyError, TypeError):
            continue
        if value is None or value in ({}, []) and not (spec.show_empty if field.show_empty is None else field.show_empty):
            continue
        if field.show == "**":
            out.update(value if isinstance(value, dict) else {})
        else:
            out[field.show if isinstance(field.show, str) else field.key] = value
    if spec.keep_unknown and spec.show_unknown:
        known = {field.place(dialect).split(".")[0] for field in spec.fields() if field.place(dialect) is not ABSENT}
        out.update({key: value for key, value in wire.items() if key not in known})
    return out
