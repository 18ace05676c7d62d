"""No input ends in a traceback: whatever a file holds, it is data or a SpecError of readable lines.

Hypothesis prints how to repeat what fails. tools/fuzz.py goes on for as long as one likes, guided by coverage.
"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azext_ml.core.errors import SpecError
from azext_ml.spec import kinds, validate, walk
from azext_ml.spec.document import Document
from azext_ml.spec.load import MAX_BYTES, load, parse
from azext_ml.spec.plan import Plan
from azext_ml.spec.registry import resolve
from azext_ml.spec.where import Where
from azext_ml.verbs import tree

PROJECT = Path(__file__).parents[2]
EXAMPLES = [path.read_text(encoding="utf-8") for path in sorted((PROJECT / "tests/parity/specs").glob("*/*.yml"))]
TIMES = int(os.environ.get("FUZZ_TIMES", "1"))        # more of them: 20, say
QUICK = settings(max_examples=150 * TIMES, deadline=None, database=None, suppress_health_check=list(HealthCheck))

# What YAML is made of, so that texts are more often near to it than not.
PIECES = st.sampled_from([": ", "- ", "? ", "\n", "\n  ", "\n    ", "{", "}", "[", "]", ",", "'", '"', "|\n", ">\n", "#", "&a ", "*a", "<<: ",
                          "!!str ", "!!python/object:os.system ", "!x ", "---\n", "...\n", "%YAML 1.1\n", "~", "null", "true", "1.10", "0x1F",
                          ".nan", "1e999", "file:", "${{parent.inputs.x}}", "azureml:a:1", "\t", "\x00", "\ud800", "\u2028", "é", "日本"])
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=40).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | PIECES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=3), max_leaves=12)


def readable(error):
    """A SpecError's lines: in order, printable, each with a place or a file."""
    lines = str(error).split("\n")
    assert len(lines) == len(error.diagnostics) > 0
    assert all(line.isprintable() or "\u00a0" in line for line in lines)


def judged(kind, document):
    try:
        value = validate.validate(kind, document, walk.expand(kind, document))
    except SpecError as error:
        readable(error)
        return
    walk.lower(kind, value, Where(facts={"scope": "/subscriptions/s/resourceGroups/g"}, root=value, base=str(PROJECT)), Plan(), document)


@QUICK
@given(TEXTS)
def test_any_text(text):
    try:
        parse(text, "t.yml", "/base")
    except SpecError as error:
        readable(error)


@QUICK
@given(data=st.binary(max_size=200))
def test_any_bytes(tmp_path_factory, data):
    file = tmp_path_factory.mktemp("bytes") / "t.yml"
    file.write_bytes(data)
    try:
        load(file)
    except SpecError as error:
        readable(error)


@QUICK
@given(st.data())
def test_a_spec_with_something_cut_or_put_in(data):
    text = data.draw(st.sampled_from(EXAMPLES))
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        text = text[:start] + data.draw(TEXTS) + text[start + data.draw(st.integers(0, 12)):]
    try:
        document = parse(text, "t.yml", str(PROJECT))
    except SpecError as error:
        readable(error)
        return
    kind = kinds.kind_of(document.value)
    if kind:
        judged(resolve(kind), document)


@pytest.mark.parametrize("name", kinds.all_kinds())
@settings(QUICK, max_examples=25 * TIMES)
@given(st.data())
def test_any_value_under_the_keys_of_a_kind(name, data):
    kind = resolve(name)
    judged(kind, Document(_filled(kind, data, 3), file="t.yml"))


def _filled(kind, data, depth):
    """A mapping with keys of the kind, and values that may be anything; one that fits the kind now and then."""
    inner = getattr(kind, "choice", None)
    while inner is not None and hasattr(inner, "branches"):
        kind = data.draw(st.sampled_from(inner.branches()))
        kind = resolve(getattr(kind, "spec", kind))
        inner = getattr(kind, "choice", None)
    if not walk.is_spec(kind) or not depth:
        return data.draw(VALUES)
    keys = data.draw(st.lists(st.sampled_from(kind.known_keys() or ["x"]), max_size=6, unique=True))
    made = {}
    for key in keys:
        field = kind.field(key)
        words = getattr(getattr(field, "type", None), "words", None)
        if words and data.draw(st.booleans()):
            made[key] = data.draw(st.sampled_from(sorted(words)))
        elif field is not None and data.draw(st.booleans()):
            made[key] = _filled(resolve(getattr(field.type, "spec", field.type)), data, depth - 1)
        else:
            made[key] = data.draw(VALUES)
    return made


def test_ten_megabytes_are_refused(tmp_path):
    file = tmp_path / "t.yml"
    file.write_text("a: " + "x" * (10 * 2**20))
    with pytest.raises(SpecError, match=f"larger than {MAX_BYTES // 2**20} MiB"):
        load(file)


@pytest.mark.parametrize("text", ["[" * 10_000, "{a: " * 10_000, "- " * 10_000, "\n".join(" " * i + "a:" for i in range(2_000))],
                         ids=["lists", "mappings", "blocks", "indented"])
def test_ten_thousand_levels_are_refused(text):
    with pytest.raises(SpecError, match="nested deeper than"):
        parse(text, "t.yml", "/base")


def test_files_that_include_each_other_are_named(tmp_path):
    for name, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{name}.yml").write_text(f"type: pipeline\nname: {name}\njobs:\n  n:\n    type: pipeline\n    component: file:{other}.yml\n")
    report = tree.check([str(tmp_path / "a.yml")], "component")
    assert any("a.yml -> b.yml -> a.yml" in one.what for one in report.errors)


@pytest.mark.parametrize("value", [None, [], "text", 1, True])
def test_a_document_that_is_no_mapping_is_told_so(value):
    for name in kinds.all_kinds():
        with pytest.raises(SpecError, match="wants a mapping"):
            validate.validate(resolve(name), Document(value, file="t.yml"))
