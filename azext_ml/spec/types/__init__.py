"""What a field can hold.

A type says up to five things of a value; each has a default that changes nothing:

    check(v)            the YAML value, converted, or raises Wrong.  Knows nothing of its surroundings
    verify(v, at)       faults that need the surroundings (files that must exist); yields Fault
    lower(v, at, plan)  what becomes of it before it is sent: local things become asset steps
    enc(v, d, at)       the wire value in dialect d
    dec(w, d, at)       the printed value, back from dialect d

Composite types (Nested, Map, ListOf, OneOf, Inline) are data only; spec.walk goes through them.
`arg_type` is what the value is on a command line, in the terms of core.card.Arg.
"""

from azext_ml.spec.types.composites import In, Inline, ListOf, Map, Nested, OneOf, Overlay
from azext_ml.spec.types.paths import Code, DataPath, Includes, LocalFile, Upload, is_local, resolve
from azext_ml.spec.types.references import Ref, has_expression, is_binding, is_id, is_reference, is_url
from azext_ml.spec.types.scalars import (
    Anything,
    AsText,
    Base64,
    Decimal,
    Duration,
    Enum,
    Flag,
    Loose,
    Number,
    Text,
    Type,
    fold_snake,
    iso_duration,
    seconds,
    shown,
)

__all__ = [
    "Anything", "AsText", "Base64", "Code", "DataPath", "Decimal", "Duration", "Enum", "Flag", "In", "Includes", "Inline", "ListOf",
    "LocalFile",
    "Loose",
    "Map", "Nested", "Number", "OneOf", "Overlay", "Ref", "Text", "Type", "Upload", "fold_snake", "has_expression", "is_binding", "is_id",
    "is_local",
    "is_reference", "is_url", "iso_duration", "resolve", "seconds", "shown"]
