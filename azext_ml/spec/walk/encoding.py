"""Stage 4: a lowered value becomes its wire form in a dialect."""

from copy import deepcopy

from azext_ml.spec.dialects import ABSENT, look
from azext_ml.spec.fields import NOTHING
from azext_ml.spec.plan import Pending
from azext_ml.spec.registry import resolve
from azext_ml.spec.types import In, Inline, ListOf, Map, Nested, OneOf
from azext_ml.spec.walk.tree import branch, is_spec, root_of


def encode(kind, value, dialect, at):
    """The wire value of one lowered value."""
    if isinstance(kind, In):
        return encode(kind.inner, value, kind.dialect, at)
    if isinstance(value, Pending) and isinstance(kind, Inline):
        return kind.ref.enc(value, dialect, at)
    if isinstance(kind, OneOf):
        pending = isinstance(value, Pending)
        return kind.enc(encode(kind.choice.choose("" if pending else value), value, dialect, at), dialect, at)
    if isinstance(kind, Nested):
        kind = resolve(kind.spec)
        if not is_spec(kind):
            return encode(kind, value, dialect, at)
    if isinstance(kind, Inline):
        return kind.ref.enc(value, dialect, at)
    if is_spec(kind):
        return to_rest(kind, {} if value is None else value, dialect, at)
    if isinstance(kind, Map):
        value = {key: encode_item(kind.values, item, dialect, at.at(key)) for key, item in value.items()
                 if item is not None or dialect.empty == "keep" and kind.nullable != "dropped"}
    elif isinstance(kind, ListOf):
        value = [encode(kind.item, item, dialect, at.at(i)) for i, item in enumerate(value)]
    return kind.enc(value, dialect, at)


def encode_item(kind, value, dialect, at):
    """A value of a mapping with the user's keys: an empty one is an empty mapping where a spec stands, else null."""
    if value is None:
        return encode(kind, {}, dialect, at) if is_spec(branch(kind, {})) else None
    return encode(kind, value, dialect, at)


def to_rest(spec, value, dialect, at):
    """The wire form of a lowered mapping. Paths of several fields that meet are merged."""
    here = root_of(spec, value, at).inside(value)
    wire = {}
    for field in spec.fields():
        place = field.place(dialect)
        if place is ABSENT or not field.send:
            continue
        here_at = here.at(field.key)
        if field.constant:
            constant = made(field.const, here_at)
            if constant is not NOTHING:
                put(wire, place, constant)
            continue
        given = value.get(field.key)
        if given is None:
            given = made(field.default, here_at)
        if given is None:
            if dialect.name in field.sent:
                put(wire, place, made(field.sent[dialect.name], here_at))
            continue
        encoded = encode(field.type_in(dialect), given, dialect, here_at)
        if encoded is NOTHING or dialect.empty == "drop" and dialect.name not in field.sent and encoded in ({}, []):
            continue
        put(wire, place, encoded)
    if spec.keep_unknown:
        for key, item in value.items():
            if spec.field(key) is None:
                wire[key] = item
    return wire


def made(value, at):
    """A default, constant or the like for one document: never the object that the spec itself holds."""
    return value(at) if callable(value) else deepcopy(value)


def put(wire, path, value):
    """Sets `path` ("a.b.c", "" merges into the mapping itself)."""
    if path == "":
        merge(wire, value)
        return
    *heads, last = path.split(".")
    for head in heads:
        wire = wire.setdefault(head, {})
    if isinstance(value, dict) and isinstance(wire.get(last), dict):
        merge(wire[last], value)
    else:
        wire[last] = value


def merge(into, more):
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = value


def drop(wire, path):
    """Removes the value at a dotted path, if there is one."""
    head, _, last = path.rpartition(".")
    holder = look(wire, head)
    if isinstance(holder, dict):
        holder.pop(last, None)
