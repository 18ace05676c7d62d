"""Stage 2: a loaded document is checked against a spec, all faults at once.

The only module that imports marshmallow.  Each Spec class becomes a marshmallow Schema when it is first met; branches of a
union that no document uses are never compiled.
"""

import marshmallow
from marshmallow import ValidationError
from marshmallow import fields as mm

from azext_ml.core.errors import SpecError
from azext_ml.spec import types
from azext_ml.spec.diagnostics import Fault, Wrong, nearest
from azext_ml.spec.registry import resolve
from azext_ml.spec.walk import is_spec, verify
from azext_ml.spec.where import Where

_schemas = {}


def validate(kind, document, known=()):
    """Checked data of `document` against a Spec class, a Type or the name of a kind.

    Raises SpecError with every fault, in file order; `known` are Diagnostics found before.
    """
    kind = resolve(kind)
    faults, checked = [], None
    try:
        checked = compiled(kind if isinstance(kind, types.Type) else types.Nested(kind)).deserialize(document.value)
    except ValidationError as error:
        faults = list(flatten(error.messages))
        checked = error.valid_data if isinstance(error.valid_data, dict) else None
    if checked is not None:
        faults += list(verify(kind, checked, Where(), document, {path[:-1] for path, fault in faults if fault.at_key}))
    found = sorted({*known, *(document.diagnostic(path, fault) for path, fault in faults if path not in document.broken)},
                   key=lambda d: (d.file != document.file, d.file, d.line, d.column, d.path))
    errors = [diagnostic for diagnostic in found if diagnostic.severity == "error"]
    if errors:
        raise SpecError(errors)
    document.warnings = found
    return checked


def failed(check, document, path):
    """What `check()` returns; its faults become a SpecError placed below `path`."""
    try:
        return check()
    except ValidationError as error:
        raise SpecError([document.diagnostic(path + inner, fault) for inner, fault in flatten(error.messages)]) from None


def flatten(messages, path=()):
    """(path, Fault) pairs from marshmallow's nest of messages."""
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from flatten(inner, path if key in (_KEY, _VALUE, marshmallow.exceptions.SCHEMA) else path + (key,))
    else:
        for message in messages:
            if isinstance(message, (dict, list)):
                yield from flatten(message, path)
            elif isinstance(message, _Placed):
                yield path + message.path, message.fault
            else:
                yield path, message if isinstance(message, Fault) else Fault(str(message))


_KEY, _VALUE = "key", "value"      # under these marshmallow's Dict field reports


class _Placed:
    """A fault that belongs to a key of the value."""

    def __init__(self, path, fault):
        self.path, self.fault = path, fault


class _Scalar(mm.Field):
    """Anything whose type checks it by itself."""

    def __init__(self, kind, **kw):
        super().__init__(**kw)
        self.kind = kind

    def _deserialize(self, value, attr, data, **kwargs):
        try:
            return self.kind.check(value)
        except Wrong as wrong:
            raise ValidationError([wrong.fault]) from None


class _Chosen(mm.Field):
    """A union: its chooser names the one branch that is then compiled and used."""

    def __init__(self, choice, **kw):
        super().__init__(**kw)
        self.choice = choice

    def _deserialize(self, value, attr, data, **kwargs):
        try:
            kind = self.choice.choose(value)
        except Wrong as wrong:
            key = getattr(wrong, "key", None)
            raise ValidationError([_Placed((key,), wrong.fault) if key else wrong.fault]) from None
        return compiled(kind).deserialize(value)


class _Inline(mm.Field):
    """A reference, or the definition of an asset."""

    def __init__(self, kind, **kw):
        super().__init__(**kw)
        self.kind = kind

    def _deserialize(self, value, attr, data, **kwargs):
        if isinstance(value, dict):
            return compiled(types.Nested(self.kind.spec)).deserialize(value)
        try:
            return self.kind.ref.check(value)
        except Wrong as wrong:
            raise ValidationError([wrong.fault]) from None


class _Object(mm.Field):
    """A mapping with the keys of a spec."""

    def __init__(self, spec, **kw):
        super().__init__(**kw)
        self.spec = spec

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, dict):
            raise ValidationError([Fault(f"wants a mapping, got {types.shown(value)}")])
        return schema(self.spec)().load(value)


class _Map(mm.Field):
    """A mapping with the user's keys."""

    def __init__(self, kind, **kw):
        super().__init__(**kw)
        self.kind, self.inner = kind, compiled(kind.values)

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, dict):
            raise ValidationError([Fault(f"wants a mapping, got {types.shown(value)}")])
        checked, wrong = {}, {}
        for key, item in value.items():
            if self.kind.keys is not None:
                try:
                    self.kind.keys.check(key)
                except Wrong as fault:
                    wrong[key] = [fault.fault._replace(at_key=True)]
                    continue
            if item is None:
                if self.kind.nullable:
                    checked[key] = None
                else:
                    wrong[key] = [Fault("is empty", f"give {self.kind.values.wants}, or remove the key", at_key=True)]
                continue
            try:
                checked[key] = self.inner.deserialize(item)
            except ValidationError as error:
                wrong[key] = error.messages
        if wrong:
            raise ValidationError(wrong, valid_data=checked)
        return checked


class _List(mm.List):
    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, list):
            raise ValidationError([Fault(f"wants a list, got {types.shown(value)}", "begin each item with '- '")])
        return super()._deserialize(value, attr, data, **kwargs)


def compiled(kind, **kw):
    """The marshmallow field of a type."""
    kind = types.Nested(kind) if is_spec(kind) else kind
    if isinstance(kind, types.Nested):
        spec = resolve(kind.spec)
        return _Object(spec, **kw) if is_spec(spec) else compiled(spec, **kw)
    if isinstance(kind, types.In):
        return compiled(kind.inner, **kw)
    if isinstance(kind, types.OneOf):
        return _Chosen(kind.choice, **kw)
    if isinstance(kind, types.Inline):
        return _Inline(kind, **kw)
    if isinstance(kind, types.Map):
        return _Map(kind, **kw)
    if isinstance(kind, types.ListOf):
        return _List(compiled(kind.item), **kw)
    return _Scalar(kind, **kw)


class _Keys(marshmallow.Schema):
    """What all compiled schemas share: unknown, read-only and missing keys are judged together, so that a misspelt key is one
    fault and not two."""

    spec = None

    @marshmallow.pre_load
    def drop(self, data, **kwargs):
        """Without read-only keys and nulls: a key without a value counts as not written."""
        return {key: value for key, value in data.items()
                if value is not None and not ((field := self.spec.field(key)) and field.read_only)}

    @marshmallow.validates_schema(pass_original=True, skip_on_field_errors=False)
    def judge(self, data, original, **kwargs):
        known = {field.key: field for field in self.spec.fields() if field.const.__class__ is object}
        lacking = [key for key, field in known.items() if field.required and original.get(key) is None]
        faults = {}
        for key in original:
            if key in known or self.spec.keep_unknown:
                continue
            guess = nearest(key, lacking) or nearest(key, known)
            if guess in lacking:
                lacking.remove(guess)
            listed = [name for name, field in known.items() if not field.read_only and name != "$schema"]
            faults[key] = [Fault(f"unknown key '{key}'", f"did you mean '{guess}'?" if guess else
                                 f"known here: {', '.join(listed)}", at_key=True)]
        for key in lacking:
            given = key in original
            faults[key] = [Fault("is empty" if given else f"lacks the required key '{key}'",
                                 f"give {known[key].type.wants}" if given else f"add {key}: {known[key].type.wants}", at_key=True)] \
                if given else [_Placed((), Fault(f"required key '{key}' is missing", f"add '{key}:' with {known[key].type.wants}"))]
        if faults:
            raise ValidationError(faults)


def schema(spec):
    """The marshmallow Schema class of a Spec class, compiled once."""
    if spec not in _schemas:
        members = {field.key: compiled(field.type) for field in spec.fields() if not field.read_only}
        meta = type("Meta", (), {"unknown": marshmallow.INCLUDE if spec.keep_unknown else marshmallow.EXCLUDE})
        made = type(spec.__name__ + "Schema", (_Keys,), {"Meta": meta, "spec": spec, **{
            _attribute(key): _named(field, key) for key, field in members.items()}})
        _schemas[spec] = made
    return _schemas[spec]


def _attribute(key):
    """Keys such as `fields` or `load` are attributes of every marshmallow Schema, so none is used as it is."""
    return f"key_{key}"


def _named(field, key):
    field.data_key = key
    field.attribute = key
    return field
