"""schemas/: generated from the specs, valid, and of the same opinion as the specs."""

import json
import re
import sys
from pathlib import Path

import jsonschema
import pytest
import referencing
from referencing.jsonschema import DRAFT7

from azext_ml.core.errors import SpecError
from azext_ml.spec import jsonschema as generated
from azext_ml.spec import validate, walk
from azext_ml.spec.load import load
from azext_ml.spec.registry import resolve

PROJECT = Path(__file__).parents[2]
SCHEMAS = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted((PROJECT / "schemas").glob("*.json"))}
REGISTRY = referencing.Registry().with_resources((name, DRAFT7.create_resource(made)) for name, made in SCHEMAS.items())
SPECS = sorted(path for folder in ("tests/specs", "tests/parity/specs") for path in (PROJECT / folder).glob("*/**/*.yml")
               if (path.parent.parent.name == "specs" or path.parent.name in ("pass", "fail")))
TOOLS = str(PROJECT / "tools")
sys.path.insert(0, TOOLS) if TOOLS not in sys.path else None

import schemas as tool  # noqa: E402


def test_the_folder_is_what_the_specs_say():
    assert not tool.stale(), "run `make schemas`"


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_is_a_valid_schema(name):
    jsonschema.Draft7Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_reference_leads_somewhere(name):
    resolver = REGISTRY.resolver(name)
    found = re.findall(r'"\$ref": "([^"]+)"', json.dumps(SCHEMAS[name]))
    for reference in found:
        resolver.lookup(reference)
    assert found or len(json.dumps(SCHEMAS[name])) < 20_000


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_is_described(name):
    resolver = REGISTRY.resolver(name)
    bare = [path for path, key in keys(SCHEMAS[name])
            if not (key.get("description") or key.get("readOnly") or resolver.lookup(key["$ref"]).contents.get("description"))]
    assert not bare


def keys(node, path=""):
    """(path, schema) of every key of a mapping below a schema; conditions are no such keys."""
    if isinstance(node, list):
        for item in node:
            yield from keys(item, path)
    elif isinstance(node, dict):
        for word, inner in node.items():
            if word == "properties":
                if node.get("additionalProperties") is False:
                    yield from ((f"{path}/{key}", made) for key, made in inner.items())
                for key, made in inner.items():
                    yield from keys(made, f"{path}/{key}")
            elif word != "if":
                yield from keys(inner, f"{path}/{word}")


def verdicts(path):
    """(by the spec, by the schema): lists of messages."""
    noun = path.relative_to(PROJECT).parts[-2 if path.parent.name not in ("pass", "fail") else -3]
    kind = resolve(noun)
    try:
        loaded = load(path)
    except SpecError as error:
        return [str(error)], None
    written = plain(loaded.value)
    try:
        validate.validate(kind, loaded, walk.expand(kind, loaded))
        ours = []
    except SpecError as error:
        ours = [str(one) for one in error.diagnostics]
    checker = jsonschema.Draft7Validator(UNIONS.setdefault(noun, generated.document(kind)))
    return ours, [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in checker.iter_errors(written)]


UNIONS = {}


def plain(value):
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("path", SPECS, ids=lambda path: str(path.relative_to(PROJECT / "tests")))
def test_same_verdict_as_the_specs(path):
    ours, theirs = verdicts(path)
    if theirs is None:
        return
    reason = re.search(r"^# beyond-schema: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    if reason:
        assert ours and not theirs, f"it is not beyond the schema: {theirs}"
    else:
        assert bool(ours) == bool(theirs), f"spec: {ours}\nschema: {theirs}"
