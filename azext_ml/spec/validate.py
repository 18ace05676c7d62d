"""Stage 2: a loaded document is checked against a spec, all faults at once.

The only module that imports marshmallow.  Each Spec class becomes a marshmallow Schema when it is first met; branches of a
union that no document uses are never compiled.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from typing import Dict

import marshmallow
from marshmallow import ValidationError
from marshmallow import fields as mm

from azext_ml.core.errors import SpecError
from azext_ml.spec import types
from azext_ml.spec.diagnostics import Fault, Wrong
from azext_ml.spec.document import Document
from azext_ml.spec.keys import judge
from azext_ml.spec.registry import resolve
from azext_ml.spec.walk import is_spec, verify
from azext_ml.spec.where import Where


def validate(kind, document, known=(), facts=None):
    """Checked data of `document` against a Spec class, a Type or the name of a kind.

    known: Diagnostics found before.  facts: what the checks may ask for beyond the document.
    Raises SpecError with every fault, in file order. Warnings go to `document.warnings`.
    """
    kind = resolve(kind)
    faults, checked = [], None
    try:
        checked = compiled(kind).deserialize(document.value)
    except ValidationError as error:
        faults = list(flatten(error.messages))
        checked = error.valid_data
    if isinstance(checked, dict):
        faults += verify(kind, checked, Where(facts=facts), document, {path for path, _ in faults})
    placed = [*known, *(document.diagnostic(path, fault) for path, fault in faults if path not in document.broken)]
    found = sorted(dict.fromkeys(placed), key=lambda d: (d.file != document.file, d.file, d.line, d.column, d.path))
    errors = [diagnostic for diagnostic in found if diagnostic.severity == "error"]
    if errors:
        raise SpecError(errors)
    document.warnings = found
    return checked


def single(kind, value, path):
    """One checked value, of the field at `path` of a resource that comes from no file. Raises SpecError."""
    try:
        return compiled(kind).deserialize(value)
    except ValidationError as error:
        nowhere = Document({})
        raise SpecError([nowhere.diagnostic(path + inner, fault) for inner, fault in flatten(error.messages)]) from None


def flatten(messages, path=()):
    """(path, Fault) pairs from marshmallow's nest of messages: dicts by key, lists of Faults."""
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from flatten(inner, path if key is _ITSELF else path + (key,))
        return
    for message in messages:
        if isinstance(message, dict):
            yield from flatten(message, path)
        elif isinstance(message, str):      # marshmallow's own, of a document that is null
            yield path, Fault("wants a mapping, got nothing")
        elif isinstance(message, Wrong):
            yield path + message.path, message.fault
        else:
            yield path, message


FEW = 8     # keys that a message lists

_ITSELF = object()      # key, among marshmallow's messages, of what is wrong with a mapping as a whole


_bindable: ContextVar[bool] = ContextVar("bindable", default=False)


@contextmanager
def _expressions(allowed):
    """Whether values may be `${{parent...}}` in place of what their type wants: they may in the nodes of a pipeline."""
    token = _bindable.set(allowed)
    try:
        yield
    finally:
        _bindable.reset(token)


def _is_expression(value):
    return _bindable.get() and isinstance(value, str) and types.is_binding(value)


class _Value(mm.Field):
    """Anything whose type checks it by itself."""

    def __init__(self, kind):
        super().__init__()
        self.kind = kind

    def _deserialize(self, value, attr, data, **kwargs):
        if _is_expression(value):
            return value
        try:
            return self.kind.check(value)
        except Wrong as wrong:
            raise ValidationError([wrong]) from None


class _In(_Value):
    """A value in a dialect of its own."""

    def _deserialize(self, value, attr, data, **kwargs):
        with _expressions(self.kind.dialect.bindable):
            return compiled(self.kind.inner).deserialize(value)


class _Union(_Value):
    """Its chooser names the one branch that is then compiled and used."""

    def _deserialize(self, value, attr, data, **kwargs):
        try:
            kind = self.kind.choice.choose(value)
        except Wrong as wrong:
            raise ValidationError([wrong]) from None
        return compiled(kind).deserialize(value)


class _Inline(_Value):
    """A reference, or the definition of an asset."""

    def _deserialize(self, value, attr, data, **kwargs):
        if isinstance(value, str):
            if value.endswith((".yml", ".yaml")) and types.is_local(value) and not value.startswith("file:"):
                raise ValidationError([Fault(f"{types.shown(value)} is not a reference", f"did you mean 'file:{value}'?")])
            return compiled(self.kind.ref).deserialize(value)
        if not isinstance(value, dict):
            raise ValidationError([Fault(f"wants {self.kind.wants}, got {types.shown(value)}")])
        with _expressions(False):
            return compiled(types.Nested(self.kind.spec)).deserialize(value)


class _Object(_Value):
    """A mapping with the keys of a spec."""

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, dict):
            raise ValidationError([_no_mapping(value, self.kind.known_keys())])
        return schema(self.kind).load(value)


def _no_mapping(value, keys=()):
    """The Fault of what should be a mapping, with its keys where they are few."""
    keys = [key for key in keys if key != "$schema"]
    fix = "write it as 'key: value' lines" + (", without '- '" if isinstance(value, list) else "")
    return Fault(f"wants a mapping, got {types.shown(value)}", f"its keys are {', '.join(keys)}" if 0 < len(keys) <= FEW else fix)


class _Map(_Value):
    """A mapping with the user's keys."""

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, dict):
            raise ValidationError([_no_mapping(value)])
        item_of = compiled(self.kind.values)
        checked, wrong = {}, {}
        for key, item in value.items():
            try:
                if self.kind.keys is not None:
                    self.kind.keys.check(key)
            except Wrong as fault:
                wrong[key] = [fault.fault._replace(at_key=True)]
                continue
            if item is None and self.kind.nullable:
                checked[key] = None
                continue
            if item is None:
                wrong[key] = [Fault("is empty", f"give {self.kind.values.wants}, or remove the key", at_key=True)]
                continue
            try:
                checked[key] = item_of.deserialize(item)
            except ValidationError as error:
                wrong[key] = error.messages
                if isinstance(error.valid_data, dict):
                    checked[key] = error.valid_data
        if wrong:
            raise ValidationError(wrong, valid_data=checked)
        return checked


class _List(_Value):
    def _deserialize(self, value, attr, data, **kwargs):
        if _is_expression(value):
            return value
        if not isinstance(value, list):
            raise ValidationError([Fault(f"wants a list, got {types.shown(value)}", "begin each item with '- '")])
        item_of = compiled(self.kind.item)
        checked, wrong = [], {}
        for index, item in enumerate(value):
            try:
                if item is None:
                    raise ValidationError([Fault("is empty", f"give {self.kind.item.wants}, or remove the '-'")])
                checked.append(item_of.deserialize(item))
            except ValidationError as error:
                wrong[index] = error.messages
        if wrong:
            raise ValidationError(wrong)
        return checked


_FIELDS = ((types.In, _In), (types.OneOf, _Union), (types.Inline, _Inline), (types.Map, _Map), (types.ListOf, _List))


def compiled(kind):
    """The marshmallow field of a Type, a Spec class or a kind's name."""
    while isinstance(kind, (str, types.Nested)):
        kind = resolve(kind.spec if isinstance(kind, types.Nested) else kind)
    if is_spec(kind):
        return _Object(kind)
    return next((field for held, field in _FIELDS if isinstance(kind, held)), _Value)(kind)


class _Keys(marshmallow.Schema):
    """What all compiled schemas share: how keys are judged."""

    spec = None

    @marshmallow.pre_load
    def drop(self, data, **kwargs):
        """Without read-only keys and nulls: a key without a value counts as not written. Aliases are told by their field's key."""
        found = ((self.spec.field(key), key, value) for key, value in data.items() if value is not None)
        return {field.key if field else key: value for field, key, value in found if not (field and field.read_only)}

    @marshmallow.validates_schema(pass_original=True, skip_on_field_errors=False)
    def judge(self, data, original, **kwargs):
        faults = list(judge(self.spec, original))
        if faults:
            raise ValidationError({_ITSELF: faults})


_schemas: Dict[type, marshmallow.Schema] = {}


def schema(spec):
    """The marshmallow Schema of a Spec class, compiled once."""
    if spec not in _schemas:
        meta = type("Meta", (), {"unknown": marshmallow.INCLUDE if spec.keep_unknown else marshmallow.EXCLUDE})
        # Keys such as `fields` or `load` are attributes of every marshmallow Schema, so none is used as it is.
        members = {f"key_{key}": _named(compiled(spec.field(key).type), key) for key in spec.known_keys()}
        _schemas[spec] = type(f"{spec.__name__}Schema", (_Keys,), {"Meta": meta, "spec": spec, **members})()
    return _schemas[spec]


def _named(field, key):
    field.data_key = key
    field.attribute = key
    return field
