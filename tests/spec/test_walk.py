"""The walkers, on small specs made here: to the wire and back in the three dialects, steps, files that are taken in."""

import json

import pytest

from azext_ml.core.ids import scope
from azext_ml.spec import fields as f
from azext_ml.spec import types, walk
from azext_ml.spec.choices import ByKey, ByShape, ByType
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.dialects import ABSENT, arm, component, node
from azext_ml.spec.fields import NOTHING
from azext_ml.spec.load import load, parse
from azext_ml.spec.plan import Plan
from azext_ml.spec.types import Inline, ListOf, Map, Nested, OneOf
from azext_ml.spec.where import Where

SCOPE = scope("S", "G", "W")
AT = Where(facts={"scope": SCOPE, "name": "made-up"})
DIALECTS = {"arm": arm, "component": component, "node": node}


class Circle(f.Spec):
    type = f.tag("shapeType", {"circle": "Circle"}, "A circle.")
    radius = f.number("radius")


class Square(f.Spec):
    type = f.tag("shapeType", {"square": "Square"}, "A square.")
    side_length = f.number("sideLength", default=1)


SHAPE = ByType("type", {"circle": Nested(Circle), "square": Nested(Square)}, tag="shapeType")


class Inner(f.Spec):
    show_empty = False
    size_of_it = f.number("sizeOfIt")
    notes = f.listing("notes")


class Thing(f.Spec):
    """Everything that a field can say."""

    schema_ = f.schema()
    name = f.text("name", send=False)
    display_name = f.text("properties.displayName", default=lambda at: at.facts.get("name"))
    kept = f.flag("properties.isKept", default=False)
    tags = f.mapping("properties.tags", sent={"arm": {}, "component": {}})
    source = f.text("properties.sourceId", sent={"component": None})
    archived = f.constant("properties.isArchived", False)
    anonymous = f.constant("properties.isAnonymous", lambda at: at.facts.get("anonymous", NOTHING))
    mode = f.enum("properties.mode", words=("read_only", "direct"))
    timeout = f.duration("properties.limits.timeout")
    cores = f.number("properties.limits.cores")
    inner = f.nested("properties.inner", spec=Inner)
    spliced = f.nested("properties", spec=Inner)
    shape = f.variants("properties.shape", choice=SHAPE)
    shapes = f.listing("properties.shapes", item=OneOf(SHAPE))
    moved = f.text("properties.moved", component="elsewhere", node=ABSENT)
    retyped = f.number("properties.retyped", node=types.AsText(), component=("other", types.AsText()))
    quiet = f.mapping("properties.quiet", show_empty=False)
    secret = f.text("properties.secret", show=False)
    renamed = f.text("properties.renamed", show="another_name")
    spread = f.mapping("properties.spread", show="**")
    stamp = f.read_only("properties.stamp")
    added = f.mapping("properties.added", shown={})


WRITTEN = {"name": "n", "kept": True, "mode": "read_only", "timeout": 90, "cores": 2, "inner": {"size_of_it": 3, "notes": []},
           "shape": {"type": "circle", "radius": 4}, "shapes": [{"type": "square"}], "moved": "m", "retyped": 5, "quiet": {},
           "secret": "s", "renamed": "r", "spread": {"x": "1"}}


def test_a_body():
    assert walk.to_rest(Thing, WRITTEN, arm, AT) == {"properties": {
        "displayName": "made-up", "isKept": True, "tags": {}, "isArchived": False, "mode": "ReadOnly",
        "limits": {"timeout": "PT1M30S", "cores": 2}, "inner": {"sizeOfIt": 3, "notes": []},
        "shape": {"shapeType": "Circle", "radius": 4}, "shapes": [{"shapeType": "Square", "sideLength": 1}], "moved": "m", "retyped": 5,
        "quiet": {}, "secret": "s", "renamed": "r", "spread": {"x": "1"}}}


def test_a_component():
    assert walk.to_rest(Thing, WRITTEN, component, AT) == {
        "display_name": "made-up", "kept": True, "tags": {}, "source": None, "properties": {"isArchived": False}, "mode": "read_only",
        "timeout": 90, "cores": 2, "inner": {"size_of_it": 3}, "shape": {"type": "circle", "radius": 4},
        "shapes": [{"type": "square", "side_length": 1}], "elsewhere": "m", "other": "5", "secret": "s", "renamed": "r", "spread": {"x": "1"}}


def test_a_node():
    assert walk.to_rest(Thing, WRITTEN, node, AT) == {
        "display_name": "made-up", "kept": True, "properties": {"isArchived": False}, "mode": "ReadOnly", "timeout": "PT1M30S", "cores": 2,
        "inner": {"size_of_it": 3}, "shape": {"shape_type": "Circle", "radius": 4}, "shapes": [{"shape_type": "Square", "side_length": 1}],
        "retyped": "5", "secret": "s", "renamed": "r", "spread": {"x": "1"}}


@pytest.mark.parametrize("name", DIALECTS)
def test_printed_again(name):
    dialect = DIALECTS[name]
    found = walk.printed(Thing, walk.to_rest(Thing, WRITTEN, dialect, AT), dialect, AT)
    expected = {"display_name": "made-up", "kept": True, "tags": {}, "mode": "read_only", "timeout": 90, "cores": 2,
                "inner": {"size_of_it": 3}, "shape": {"type": "circle", "radius": 4}, "shapes": [{"type": "square", "side_length": 1}],
                "moved": "m", "retyped": 5, "another_name": "r", "x": "1", "added": {}}
    if name == "arm":
        expected.update(spliced={})
    if name == "component":
        expected.update(retyped="5")
    if name == "node":
        expected.update(retyped="5")
        del expected["tags"], expected["moved"]
    assert found == expected


def test_a_fact_that_is_absent_makes_no_default():
    assert "displayName" not in walk.to_rest(Thing, {}, arm, AT.but(facts={}))["properties"]


def test_a_constant_may_send_nothing_or_a_fact():
    assert "isAnonymous" not in walk.to_rest(Thing, {}, arm, AT)["properties"]
    assert walk.to_rest(Thing, {}, arm, AT.but(facts={"anonymous": True}))["properties"]["isAnonymous"] is True


def test_what_is_sent_by_default_belongs_to_one_body():
    first = walk.to_rest(Thing, {}, arm, AT)
    first["properties"]["tags"]["x"] = 1
    assert walk.to_rest(Thing, {}, arm, AT)["properties"]["tags"] == {}
    printed = walk.printed(Thing, {}, arm, AT)
    printed["added"]["x"] = 1
    assert walk.printed(Thing, {}, arm, AT)["added"] == {}


def test_a_splice_meets_what_is_there():
    body = walk.to_rest(Thing, {"spliced": {"size_of_it": 7}}, arm, AT)
    assert body["properties"]["sizeOfIt"] == 7
    assert body["properties"]["isArchived"] is False
    assert walk.printed(Thing, body, arm, AT)["spliced"] == {"size_of_it": 7}


def test_nulls_of_the_service_are_not_printed():
    assert walk.printed(Thing, {"properties": {"displayName": None, "inner": {"sizeOfIt": None}, "tags": None, "mode": None}}, arm, AT) == {
        "inner": {}, "spliced": {}, "added": {}}


def test_a_value_of_an_odd_shape_hides_no_other():
    class Odd(types.Type):
        def dec(self, wire, dialect, at):
            return wire["a"].lower()

    class Answer(f.Spec):
        name = f.text("name")
        odd = f.of(Odd(), "odd")
    wires = ({"name": "n", "odd": odd} for odd in ({"a": "X"}, {"a": 1}, {}, [], 3, "x"))
    assert [walk.printed(Answer, wire, arm, AT) for wire in wires] == [{"name": "n", "odd": "x"}] + [{"name": "n"}] * 5


def test_read_only_values_are_printed():
    assert walk.printed(Thing, {"properties": {"stamp": {"a": 1}}}, arm, AT)["stamp"] == {"a": 1}


def test_a_branch_that_nobody_knows_is_printed_as_it_came():
    wire = {"properties": {"shape": {"shapeType": "Blob", "x": 1}}}
    assert walk.printed(Thing, wire, arm, AT)["shape"] == {"shapeType": "Blob", "x": 1}


# ---- inheritance, shapes, unknown keys -------------------------------------------------------------------------------

class Base(f.Spec):
    a = f.text("a")
    b = f.text("b")
    fixed = f.constant("fixed", 1)


class Lesser(Base):
    b = None
    fixed = None


class Least(Lesser):
    c = f.text("c")


class Shaped(Base, shapes=[Inner], under="properties"):
    a = f.number("properties.a")


def test_fields_are_inherited_removed_and_taken_over():
    assert [field.key for field in Least.fields()] == ["a", "c"]
    assert [field.path for field in Shaped.fields()] == ["properties.a", "b", "fixed", "properties.sizeOfIt", "properties.notes"]
    assert Shaped.known_keys() == ["a", "b", "size_of_it", "notes"]
    assert Shaped.field("fixed") is None
    assert Base.field("a").path == "a"


class Open(f.Spec):
    keep_unknown = True
    known = f.text("known")


def test_unknown_keys_may_stay():
    value = {"known": "x", "more": {"a": 1}}
    assert walk.to_rest(Open, value, arm, AT) == value
    assert walk.printed(Open, value, arm, AT) == value


# ---- mappings and unions ---------------------------------------------------------------------------------------------

@pytest.mark.parametrize("nullable, expected", [(True, {"a": "1", "b": None}), ("dropped", {"a": "1"})])
def test_nulls_of_a_mapping(nullable, expected):
    assert walk.encode(Map(types.AsText(), nullable=nullable), {"a": 1, "b": None}, arm, AT) == expected


def test_an_empty_item_of_a_mapping_of_specs_is_an_empty_mapping():
    assert walk.encode(Map(Nested(Inner), nullable=True), {"a": None}, arm, AT) == {"a": {}}


VALUE = OneOf(ByShape(scalar=types.AsText(), mapping=OneOf(ByKey({"radius": Nested(Circle)}, Nested(Inner))), sequence=ListOf(types.Number())))


@pytest.mark.parametrize("value, sent", [
    (3, "3"), ({"radius": 2, "type": "circle"}, {"shapeType": "Circle", "radius": 2}), ({"size_of_it": 1}, {"sizeOfIt": 1}), ([1, 2], [1, 2])])
def test_a_union_by_shape_and_key(value, sent):
    assert walk.encode(VALUE, value, arm, AT) == sent


@pytest.mark.parametrize("wire, expected", [
    ({"shapeType": "Circle"}, {"type": "circle"}), ({"shapeType": "SQUARE", "sideLength": 2}, {"type": "square", "side_length": 2})])
def test_the_wire_word_chooses_whatever_its_case(wire, expected):
    assert walk.decode(OneOf(SHAPE), wire, arm, AT) == expected


# ---- lower -----------------------------------------------------------------------------------------------------------

class Asset(f.Spec):
    image = f.text("image")
    path = f.of(types.Upload("https", named=True), "uri")


class Job(f.Spec):
    code = f.of(types.Code(), "codeId")
    asset = f.of(Inline("asset", types.Ref("assets"), Asset), "assetId")
    inputs = f.mapping("inputs", values=OneOf(ByShape(scalar=types.AsText(), mapping=Nested("data_in"))))
    files = f.listing("files", item=types.Upload())


class DataIn(f.Spec):
    path = f.of(types.DataPath("data"), "uri")


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    """`data_in` is a kind of the registry while these tests run."""
    from azext_ml.spec import registry
    monkeypatch.setitem(registry._found, "data_in", DataIn)


def lowered(value, tmp_path):
    plan = Plan()
    found = walk.lower(Job, value, AT.but(base=str(tmp_path)), plan)
    return found, [step.kind for step in plan.steps.values()], plan


def test_steps_stand_in_field_order_children_first(tmp_path):
    value = {"inputs": {"b": {"path": "y"}, "a": {"path": "azureml:d@latest"}, "c": 3}, "files": ["z"], "asset": {"image": "i", "path": "x"},
             "code": "src"}
    found, kinds, plan = lowered(value, tmp_path)
    assert kinds == ["code", "upload", "asset", "upload", "latest", "upload"]
    assert found["inputs"]["c"] == 3
    assert list(found) == list(value)
    answers = {key: {"id": f"id of {step.kind}", **({"uri": "uri"} if step.kind == "upload" else {})} for key, step in plan.steps.items()}
    assert walk.to_rest(Job, found, arm, AT.but(ids=answers)) == {
        "codeId": "id of code", "assetId": "id of asset", "inputs": {"b": {"uri": "uri"}, "a": {"uri": "id of latest"}, "c": "3"},
        "files": ["uri"]}


def test_the_same_is_one_step(tmp_path):
    _, kinds, _ = lowered({"inputs": {"a": {"path": "x"}, "b": {"path": "x"}, "c": {"path": "azureml:d@latest"}, "e": {"path": "d@latest"}}}, tmp_path)
    assert kinds == ["upload", "latest"]


def test_lowering_leaves_the_document_as_it_is(tmp_path):
    value = {"asset": {"image": "i", "path": "x"}, "files": ["z"]}
    before = json.dumps(value)
    lowered(value, tmp_path)
    assert json.dumps(value) == before


def test_references_and_null_need_no_step(tmp_path):
    assert lowered({"code": None, "asset": "azureml:a:1", "files": ["https://h/x"]}, tmp_path)[1] == []


# ---- expand ----------------------------------------------------------------------------------------------------------

@pytest.fixture
def files(tmp_path):
    def write(**texts):
        for name, text in texts.items():
            path = tmp_path / f"{name.replace('__', '/')}.yml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        return load(tmp_path / "job.yml", "job.yml")
    return write


def test_a_file_takes_the_place_of_its_name(files, tmp_path):
    document = files(job="asset: file:sub/asset.yml\ncode: src\n", sub__asset="image: i\npath: ./x\n")
    assert walk.expand(Job, document) == []
    assert document.value == {"asset": {"image": "i", "path": "./x"}, "code": "src"}
    assert document.base(("asset", "path")) == str(tmp_path / "sub")
    assert document.base(("code",)) == str(tmp_path)
    assert str(document.diagnostic(("asset", "path"), Fault("x"))) == "sub/asset.yml:2:7: asset.path: x"
    assert document.origins == {("asset",): "file"}
    plan = Plan()
    walk.lower(Job, document.value, AT, plan, document)
    assert [step.value["path"] for step in plan.steps.values() if step.kind in ("upload", "code")] == [
        str(tmp_path / "src"), str(tmp_path / "sub" / "x")]


@pytest.mark.parametrize("texts, line", [
    ({"job": "asset: file:none.yml"}, "job.yml:1:8: asset: 'none.yml' does not exist (looked for ~/none.yml); check the path"),
    ({"job": "asset: file:sub/a.yml", "sub__a": "image: [\n"}, "sub/a.yml:2:1: nothing where a value should be; give the value, or close the bracket"),
    ({"job": "asset: file:sub/a.yml", "sub__a": ""}, "sub/a.yml: is empty; write a specification into it")])
def test_files_that_cannot_be_taken_in(files, tmp_path, texts, line):
    document = files(**texts)
    assert [str(d).replace(str(tmp_path), "~") for d in walk.expand(Job, document)] == [line]
    assert document.broken == {("asset",)}


class Loop(f.Spec):
    next = f.of(Inline("asset", types.Ref("assets"), "loop"), "next")


def test_files_that_include_each_other(files, monkeypatch):
    from azext_ml.spec import registry
    monkeypatch.setitem(registry._found, "loop", Loop)
    document = files(job="next: file:a.yml", a="next: file:b.yml", b="next: file:a.yml")
    assert [str(d) for d in walk.expand(Loop, document)] == [
        "b.yml:1:7: next.next.next: the files include each other: a.yml -> b.yml -> a.yml; break the cycle"]


def test_text_where_no_file_can_stand_stays(files):
    document = files(job="code: file:x.yml\nfiles: [file:y.yml]\nasset: azureml:a:1")
    assert walk.expand(Job, document) == []
    assert document.value["code"] == "file:x.yml"


# ---- verify ----------------------------------------------------------------------------------------------------------

def both_or_none(value, at):
    if bool(value.get("one")) != bool(value.get("two")):
        yield ("one",), Fault("goes with two")


class Pair(f.Spec):
    checks = (both_or_none,)
    one = f.text("one")
    two = f.text("two")
    file = f.of(types.LocalFile(), "file")


class Pairs(f.Spec):
    pairs = f.listing("pairs", item=Nested(Pair))
    named = f.mapping("named", values=Nested(Pair))


def test_faults_that_need_the_surroundings(tmp_path):
    (tmp_path / "there").write_text("")
    document = parse("pairs: [{one: x}, {one: x, two: y}, {file: there}]\nnamed: {a: {file: gone}, b: {one: x}}", "t.yml", str(tmp_path))
    found = list(walk.verify(Pairs, document.value, Where(), document))
    assert [(path, fault.what.replace(str(tmp_path), "~")) for path, fault in found] == [
        (("pairs", 0, "one"), "goes with two"), (("named", "a", "file"), "'gone' does not exist (looked for ~/gone)"),
        (("named", "b", "one"), "goes with two")]
    assert [path for path, _ in walk.verify(Pairs, document.value, Where(), document, {("pairs", 0), ("named", "b")})] == [("named", "a", "file")]
