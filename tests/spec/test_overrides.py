"""`--set`: changes to a loaded document before it is checked."""

import pytest

from azext_ml.core.errors import SpecError
from azext_ml.spec import fields as f
from azext_ml.spec import overrides, types
from azext_ml.spec.choices import ByType
from azext_ml.spec.load import parse
from azext_ml.spec.validate import validate


class Blue(f.Spec):
    type = f.tag("type", "blue")
    depth = f.number("depth")


class Red(f.Spec):
    type = f.tag("type", "red")
    heat = f.text("heat")


class Thing(f.Spec):
    name = f.text("name")
    count = f.number("count")
    tags = f.mapping("tags", values=types.Text())
    free = f.mapping("free", values=types.Anything())
    places = f.listing("places")
    inner = f.nested("inner", spec=Blue)
    parts = f.listing("parts", item=types.Nested(Blue))
    colour = f.variants("colour", choice=ByType("type", {"blue": types.Nested(Blue), "red": types.Nested(Red)}))


def changed(text, *pairs):
    document = parse(text, "t.yml", "/base")
    overrides.apply(document, pairs, Thing)
    return document


@pytest.mark.parametrize("text, pair, expected", [
    ("{}", "count=3", {"count": 3}),
    ("{count: 1}", "count=3", {"count": 3}),
    ("{}", "name=x=y", {"name": "x=y"}),
    ("{}", "name=", {"name": ""}),
    ("{}", "name= ", {"name": ""}),
    ("{}", " name = x", {"name": "x"}),
    ("{}", "tags.a=b", {"tags": {"a": "b"}}),
    ("{tags: }", "tags.a=b", {"tags": {"a": "b"}}),
    ("{tags: {a: 1, b: 2}}", "tags.a=c", {"tags": {"a": "c", "b": 2}}),
    ("{}", "free.a.b.c=1", {"free": {"a": {"b": {"c": 1}}}}),
    ("{places: [x, y]}", "places[1]=z", {"places": ["x", "z"]}),
    ("{places: [x, y]}", "places[2]=z", {"places": ["x", "y", "z"]}),
    ("{}", "places[0]=z", {"places": ["z"]}),
    ("{}", "places=[a, b]", {"places": ["a", "b"]}),
    ("{parts: [{depth: 1}, {depth: 2}]}", "parts[1].depth=5", {"parts": [{"depth": 1}, {"depth": 5}]}),
    ("{}", "parts[0].depth=5", {"parts": [{"depth": 5}]}),
    ("{parts: [{depth: 1}]}", "parts[1].depth=5", {"parts": [{"depth": 1}, {"depth": 5}]}),
    ("{}", "free.a[0][0]=1", {"free": {"a": [[1]]}}),
    ("{free: {a: [[1, 2]]}}", "free.a[0][1]=5", {"free": {"a": [[1, 5]]}}),
    ("{}", "inner={depth: 4}", {"inner": {"depth": 4}})])
def test_places(text, pair, expected):
    assert changed(text, pair).value == expected


@pytest.mark.parametrize("raw, expected", [
    ("3", 3), ("0.10", 0.1), ("true", True), ("null", None), ("'3'", "3"), ("[1, a]", [1, "a"]), ("{a: 1}", {"a": 1}), ("a: b", {"a": "b"}),
    ("x", "x"), ("2024-01-02", "2024-01-02"), ("[", "["), ("{{x}}", "{{x}}"), ("${{inputs.x}}", "${{inputs.x}}"), ("*.csv", "*.csv"),
    ("@file", "@file"), ("!!python/object:os.system x", "!!python/object:os.system x"), ("a\nb", "a b"), ("x # no comment", "x")])
def test_values_are_read_as_yaml(raw, expected):
    assert changed("{}", f"free.a={raw}").value == {"free": {"a": expected}}


@pytest.mark.parametrize("raw", ["3", "0.10", "010", "true", "True", "yes", "1e3"])
def test_text_stays_as_it_is_written(raw):
    document = changed("{}", f"name={raw}", f"tags.a={raw}", f"places[0]={raw}")
    assert document.value == {"name": raw, "tags": {"a": raw}, "places": [raw]}


def test_a_branch_that_is_set_piece_by_piece():
    assert changed("{}", "colour.type=red", "colour.heat=3").value == {"colour": {"type": "red", "heat": "3"}}
    assert changed("{}", "colour.heat=3", "colour.type=red").value == {"colour": {"type": "red", "heat": 3}}


@pytest.mark.parametrize("text, pair, line", [
    ("{}", "name", "--set: 'name' is not of the form key.path=value; write it as in inputs.rate=0.1 or resources.locations[0]=westeurope"),
    ("{}", "=x", "--set: '=x' is not of the form key.path=value; write it as in inputs.rate=0.1 or resources.locations[0]=westeurope"),
    ("{}", "a..b=x", "--set: 'a..b=x' is not of the form key.path=value; write it as in inputs.rate=0.1 or resources.locations[0]=westeurope"),
    ("{}", "a[x]=x", "--set: 'a[x]=x' is not of the form key.path=value; write it as in inputs.rate=0.1 or resources.locations[0]=westeurope"),
    ("{}", "a[=x", "--set: 'a[=x' is not of the form key.path=value; write it as in inputs.rate=0.1 or resources.locations[0]=westeurope"),
    ("{inner: azureml:x:1}", "inner.depth=3", "--set: inner.depth: cannot go into 'inner', which is 'azureml:x:1'; set the whole value instead"),
    ("{count: 3}", "count.a.b=3", "--set: count.a.b: cannot go into 'count', which is 3; set the whole value instead"),
    ("{places: [a]}", "places[2]=x", "--set: places[2]: the list 'places' has 1 item; use an index up to [1]"),
    ("{places: [a]}", "places.x=x", "--set: places.x: the list 'places' has 1 item; use an index up to [1]"),
    ("{parts: [{}]}", "parts[2].depth=x", "--set: parts[2].depth: the list 'parts' has 1 item; use an index up to [1]")])
def test_what_cannot_be_set(text, pair, line):
    with pytest.raises(SpecError) as caught:
        changed(text, pair)
    assert str(caught.value) == line


def test_every_fault_at_once():
    with pytest.raises(SpecError) as caught:
        changed("{count: 3}", "name", "count.a=1", "tags.a=1", "free")
    assert [d.path for d in caught.value.diagnostics] == ["", "count.a", ""]


@pytest.mark.parametrize("pair, line", [
    ("nmae=x", "--set: nmae: unknown key 'nmae'; did you mean 'name'?"),
    ("inner.dept=3", "--set: inner.dept: unknown key 'dept'; did you mean 'depth'?"),
    ("nonsense.a.b=1", "--set: nonsense: unknown key 'nonsense'; known here: name, tags, free, places, inner, parts, colour"),
    ("count=many", "--set: count: wants a whole number, got 'many'"),
    ("colour.type=blu", "--set: colour.type: 'blu' is not one of blue or red; did you mean 'blue'?"),
    ("colour.hit=1", "--set: colour: required key 'type' is missing; add 'type:' with blue or red")])
def test_what_was_set_is_named_as_such_when_it_is_wrong(pair, line):
    document = changed("{count: 3}", pair)
    with pytest.raises(SpecError) as caught:
        validate(Thing, document)
    assert str(caught.value) == line


def test_paths_that_were_set_count_from_the_file():
    assert changed("{}", "name=./x").base(("name",)) == "/base"


def test_options_win_and_their_paths_count_from_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    document = parse("{name: a, inner: x}", "t.yml", "/base")
    overrides.put(document, ("name",), "b")
    overrides.put(document, ("inner", "depth"), 3)
    assert document.value == {"name": "b", "inner": {"depth": 3}}
    assert document.base(("name",)) == str(tmp_path)
    assert document.base(()) == "/base"
