"""Documents against a JSON Schema of the user's: what jsonschema finds, at its place in the file."""

import json
import os
from pathlib import Path

from azext_ml.core.errors import UsageError
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.types import shown


def checker(path):
    """Function Document -> Diagnostics. UsageError for a schema that is none. References lead to other files only."""
    import jsonschema  # 140 ms; only here

    schema = _read(path)
    if not isinstance(schema, (dict, bool)):
        raise UsageError(f"{path} is no JSON Schema: it holds {shown(schema)}.")
    kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    try:
        kind.check_schema(schema)
    except jsonschema.SchemaError as error:
        at = "/".join(str(part) for part in error.absolute_path)
        raise UsageError(f"{path} is no valid JSON Schema: {at + ': ' if at else ''}{_short(error.message)}") from None
    found = _validator(kind, schema, path)

    def check(document):
        value = document.value
        try:
            errors = list(found.iter_errors(_named(value)))
        except Exception as error:
            if "Unresolvable" not in type(error).__name__ and "Unresolvable" not in type(error.__cause__).__name__:
                raise
            raise UsageError(f"{path} refers to '{getattr(error, 'ref', error)}', which is not there.") from None
        best = (jsonschema.exceptions.best_match([error]) for error in errors)
        return [document.diagnostic(at, fault) for error in best for at, fault in _faults(error)]
    return check


def _read(path):
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}.") from None
    try:
        return json.loads(text)
    except ValueError:
        from azext_ml.spec.load import load
        return load(path).value        # YAML will do; its own faults are told as such


def _validator(kind, schema, path):
    import referencing
    from referencing.jsonschema import DRAFT202012

    def retrieve(uri):
        if not uri.startswith("file:"):
            raise referencing.exceptions.NoSuchResource(ref=uri)
        from urllib.parse import unquote, urlsplit
        from urllib.request import url2pathname
        file = url2pathname(unquote(urlsplit(uri).path))
        if not os.path.isfile(file):
            raise referencing.exceptions.NoSuchResource(ref=uri)
        return referencing.Resource.from_contents(_read(file), default_specification=DRAFT202012)
    here = Path(path).resolve().as_uri()
    resource = referencing.Resource.from_contents(schema, default_specification=DRAFT202012)
    registry = referencing.Registry(retrieve=retrieve).with_resource(here, resource)
    return kind({"$ref": here}, registry=registry, format_checker=kind.FORMAT_CHECKER)


def _named(value):
    """With keys as JSON has them: text."""
    if isinstance(value, dict):
        return {str(key): _named(item) for key, item in value.items()}
    return [_named(item) for item in value] if isinstance(value, list) else value


def _faults(error):
    """(path, Fault) of one of jsonschema's errors, in our words where they say more."""
    at, word, rule = tuple(error.absolute_path), error.validator, error.validator_value
    if word == "additionalProperties" and rule is False:
        known = error.schema.get("properties") or {}
        import re
        patterns = error.schema.get("patternProperties") or {}
        for key in error.instance:
            if key not in known and not any(re.search(pattern, key) for pattern in patterns):
                yield at + (key,), Fault(f"unknown key '{key}'", f"known here: {', '.join(known)}" if known else None, at_key=True)
    elif word == "required":
        for key in rule:
            if key not in error.instance and f"'{key}'" in error.message:
                yield at, Fault(f"required key '{key}' is missing", f"add '{key}:'")
    elif word == "type":
        yield at, Fault(f"wants {' or '.join([rule] if isinstance(rule, str) else rule)}, got {shown(error.instance)}")
    elif word == "enum" and len(rule) <= 20:
        yield at, Fault(f"{shown(error.instance)} is not one of {', '.join(str(one) for one in rule)}")
    elif word == "pattern":
        yield at, Fault(f"{shown(error.instance)} does not match {rule}")
    else:
        yield at, Fault(_short(error.message))


def _short(text):
    return text if len(text) <= 200 else text[:200] + "…"
