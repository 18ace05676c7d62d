"""The walkers: one function per stage, none of which asks what kind of resource it walks.

    expand    text that stands for a file's content (`file:`, conda_file) is replaced by it
    verify    faults that need the surroundings
    lower     local things become asset steps
    to_rest   checked dict -> wire body in a dialect
    printed   wire answer -> the dict that a command prints
"""

import os
from copy import deepcopy

from azext_ml.core.errors import SpecError
from azext_ml.spec.dialects import ABSENT, look
from azext_ml.spec.diagnostics import Fault, Wrong
from azext_ml.spec.fields import NOTHING, Spec
from azext_ml.spec.plan import Pending
from azext_ml.spec.registry import resolve
from azext_ml.spec.split import split
from azext_ml.spec.types import In, Inline, ListOf, Map, Nested, OneOf, is_local


def branch(kind, value):
    """Follows choosers and names down to a plain type or a Spec class. None when a chooser finds nothing."""
    while True:
        if isinstance(kind, OneOf):
            try:
                kind = kind.choice.choose(value)
            except Wrong:
                return None
        elif isinstance(kind, Nested):
            kind = resolve(kind.spec)
        elif isinstance(kind, Inline):
            kind = kind.ref if isinstance(value, str) else resolve(kind.spec)
        elif isinstance(kind, In):
            kind = kind.inner
        else:
            return kind


def is_spec(kind):
    return isinstance(kind, type) and issubclass(kind, Spec)


def children(kind, value):
    """(key, type, value) of what stands in a composite value."""
    kind = branch(kind, value)
    if is_spec(kind) and isinstance(value, dict):
        for key, item in value.items():
            field = kind.field(key)
            if field is not None and not field.read_only:
                yield key, field.type, item
    elif isinstance(kind, Map) and isinstance(value, dict):
        for key, item in value.items():
            yield key, kind.values, item
    elif isinstance(kind, ListOf) and isinstance(value, list):
        for index, item in enumerate(value):
            yield index, kind.item, item


# ---- expand ----------------------------------------------------------------------------------------------------------

def expand(kind, document):
    """Replaces, in `document`, references to files by their content. Returns the Diagnostics of those that cannot be."""
    faults = []
    _expand(kind, document, (), document.value, faults)
    return faults


def _expand(kind, document, path, value, faults):
    included = _included(kind, value)
    if included is not None:
        try:
            value = _include(document, path, included, value)
        except SpecError as error:
            faults.extend(error.diagnostics)
            document.broken.add(path)
            return
    for key, child, item in list(children(kind, value)):
        _expand(child, document, path + (key,), item, faults)


def _included(kind, value):
    """The file whose content a text stands for, or None."""
    if not isinstance(value, str):
        return None
    while isinstance(kind, OneOf):
        try:
            kind = kind.choice.choose(value)
        except Wrong:
            return None
    if isinstance(kind, Inline) and value.startswith("file:"):
        return value[len("file:"):]
    if isinstance(kind, Inline) and kind.paths and is_local(value):
        return value
    return kind.included(value) if hasattr(kind, "included") else None


def _include(document, path, name, document_text):
    from azext_ml.spec.load import load   # PyYAML is only there when something is loaded
    mark = document.mark(path)
    target = os.path.normpath(os.path.join(mark.base, os.path.expanduser(name)))
    chain = []
    for end in range(len(path) + 1):
        file = os.path.abspath(document.mark(path[:end]).file or os.curdir)
        if file not in chain:
            chain.append(file)
    if target in chain:
        names = " -> ".join(os.path.basename(file) for file in chain[chain.index(target):] + [target])
        raise SpecError([document.diagnostic(path, Fault(f"the files include each other: {names}", "break the cycle"))])
    if not os.path.isfile(target):
        raise SpecError([document.diagnostic(path, Fault(f"'{name}' does not exist (looked for {target})", "check the path"))])
    other = load(target, os.path.normpath(os.path.join(os.path.dirname(mark.file), name)))
    document.graft(path, other)
    document.origins[tuple(path)] = "file" if document_text.startswith("file:") else "path"
    return other.value


# ---- verify ----------------------------------------------------------------------------------------------------------

def verify(kind, value, at, document, misread=(), path=()):
    """Yields (path, Fault). `value` is checked data; `document` tells the folder of each path. `misread`: paths of mappings with
    unknown keys, which are not judged as wholes: what they lack may be what was misspelt."""
    kind = branch(kind, value)
    if kind is None or value is None:
        return
    here = at.but(base=document.base(path))
    if is_spec(kind):
        inside = here.inside(value)
        for check in () if path in misread else kind.checks:
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


# ---- lower -----------------------------------------------------------------------------------------------------------

def lower(kind, value, at, plan, document=None, path=()):
    """The value with local things replaced by Pending steps of `plan`, in field order, children first."""
    if value is None:
        return None
    kind = branch_inline(kind, value)
    here = at.but(base=document.base(path)) if document else at
    if isinstance(kind, Inline):
        lowered = lower(resolve(kind.spec), value, here.fresh(value, anonymous=True), plan, document, path)
        step = {"spec": kind.spec, "value": lowered, "origin": document.origins.get(tuple(path)) if document else None}
        return plan.add(kind.kind, step, _identity(step))
    if is_spec(kind):
        inside = here.inside(value)
        given = {}
        for field in kind.fields():
            if field.key in value:
                given[field.key] = lower(field.type, value[field.key], inside.at(field.key), plan, document, path + (field.key,))
        lowered = {key: given.get(key, item) for key, item in value.items()}
        for key in kind.copies:
            source = value.get("component")
            if isinstance(source, dict) and key not in lowered and source.get(key) is not None:
                lowered[key] = lower(kind.field(key).type, source[key], inside.at(key), plan, document, path + ("component", key))
        if kind.component:
            made, lowered = split(kind, lowered, at)
            step = {"spec": f"anonymous_{kind.component}", "value": made, "origin": None}
            lowered["component"] = plan.add("component", step, _identity(step))
        return lowered
    if isinstance(kind, Map):
        return {key: lower(kind.values, item, here.at(key), plan, document, path + (key,)) for key, item in value.items()}
    if isinstance(kind, ListOf):
        return [lower(kind.item, item, here.at(i), plan, document, path + (i,)) for i, item in enumerate(value)]
    return kind.lower(value, here, plan)


def branch_inline(kind, value):
    """Like `branch`, but stops at an Inline that holds a definition."""
    while isinstance(kind, (OneOf, Nested, In)) or isinstance(kind, Inline) and isinstance(value, str):
        kind = kind.choice.choose(value) if isinstance(kind, OneOf) else resolve(kind.spec) if isinstance(kind, Nested) \
            else kind.inner if isinstance(kind, In) else kind.ref
    return kind


def _identity(value):
    import json   # stdlib; sorted so that the same content is the same step
    return json.dumps(value, sort_keys=True, default=str)


# ---- to_rest ---------------------------------------------------------------------------------------------------------

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
    here = at.inside(value)
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


# ---- printed ---------------------------------------------------------------------------------------------------------

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
    """What a command prints of an answer. Nulls are left out; empties as the spec says."""
    here = at.inside(wire)
    out = {}
    for field in spec.fields():
        place = field.place(dialect)
        if field.show is False or place is ABSENT or field.constant:
            continue
        sent = look(wire, place)
        here_at = here.at(field.key)
        value = made(field.shown, here_at) if sent is None else decode(field.type_in(dialect), sent, dialect, here_at)
        if value is None or value in ({}, []) and not (spec.show_empty if field.show_empty is None else field.show_empty):
            continue
        if field.show == "**":
            out.update(value)
        else:
            out[field.show if isinstance(field.show, str) else field.key] = value
    if spec.keep_unknown and spec.show_unknown:
        known = {field.place(dialect).split(".")[0] for field in spec.fields() if field.place(dialect) is not ABSENT}
        out.update({key: value for key, value in wire.items() if key not in known})
    return out


def drop(wire, path):
    """Removes the value at a dotted path, if there is one."""
    head, _, last = path.rpartition(".")
    holder = look(wire, head)
    if isinstance(holder, dict):
        holder.pop(last, None)
