"""Stage 2: all faults at once, each at its place, one for each mistake."""

import pytest

from azext_ml.core.errors import SpecError
from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByKey, ByShape, ByType
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.document import Document
from azext_ml.spec.load import parse
from azext_ml.spec.types import Inline, ListOf, Map, Nested, OneOf
from azext_ml.spec.validate import single, validate


class Blob(f.Spec):
    type = f.tag("kind", "blob")
    container = f.text("container", required=True)


class Share(f.Spec):
    type = f.tag("kind", "share")
    share_name = f.text("shareName", required=True)


class KeyLogin(f.Spec):
    account_key = f.text("key", required=True)


class PersonLogin(f.Spec):
    user = f.text("user", required=True)
    password = f.text("password", required=True)


def two_of_a_kind(value, at):
    if value.get("first") and value.get("first") == value.get("second"):
        yield ("second",), Fault("is the same as first", "choose another")


class Limits(f.Spec):
    timeout = f.duration("timeout")


class Room(f.Spec):
    checks = (two_of_a_kind,)

    schema_ = f.schema()
    name = f.text("name", required=True, arg="--name -n")
    command = f.text("command", required=True)
    count = f.number("count")
    first = f.text("first")
    second = f.text("second")
    file = f.of(types.LocalFile(), "file")
    limits = f.nested("limits", spec=Limits)
    tags = f.mapping("tags")
    notes = f.mapping("notes", nullable=True)
    places = f.listing("places")
    store = f.variants("store", choice=ByType("type", {"blob": Nested(Blob), "share": Nested(Share)}, tag="kind"))
    login = f.variants("login", choice=ByKey({"account_key": Nested(KeyLogin), "user": Nested(PersonLogin)}))
    either = f.variants("either", choice=ByShape(scalar=types.Text(), mapping=Nested(Limits)))
    inline = f.of(Inline("limits", types.Ref("things"), Limits), "inline")
    stores = f.of(Map(OneOf(ByType("type", {"blob": Nested(Blob), "share": Nested(Share)}, default="blob", tag="kind")),
                      keys=types.Text("[a-z]+", "use lower-case letters")), "stores")
    parts = f.of(ListOf(Nested(Limits)), "parts")
    made = f.read_only("made")
    zebra = f.constant("zebra", 1)


GOOD = "name: n\ncommand: c\n"


def faults(text, kind=Room):
    with pytest.raises(SpecError) as caught:
        validate(kind, parse(text, "t.yml", "/"))
    return str(caught.value).splitlines()


def checked(text, kind=Room):
    return validate(kind, parse(text, "t.yml", "/"))


@pytest.mark.parametrize("text, expected", [
    ("", {}),
    ("count: '3'", {"count": 3}),
    ("count:", {}),
    ("$schema: https://h/x", {"$schema": "https://h/x"}),
    ("made: 5", {}),
    ("notes: {a: x, b: }", {"notes": {"a": "x", "b": None}}),
    ("store: {type: BLOB, container: c}", {"store": {"type": "blob", "container": "c"}}),
    ("stores: {a: {container: c}}", {"stores": {"a": {"container": "c"}}}),
    ("login: {account_key: k}", {"login": {"account_key": "k"}}),
    ("either: x", {"either": "x"}),
    ("either: {timeout: '5'}", {"either": {"timeout": 5}}),
    ("inline: azureml:t:1", {"inline": "azureml:t:1"}),
    ("inline: {timeout: 5}", {"inline": {"timeout": 5}}),
    ("parts: [{timeout: 1}, {}]", {"parts": [{"timeout": 1}, {}]})])
def test_what_is_right(text, expected):
    assert checked(GOOD + text) == {"name": "n", "command": "c", **expected}


@pytest.mark.parametrize("text, line", [
    ("nmae: n\ncommand: c", "t.yml:1:1: nmae: unknown key 'nmae'; did you mean 'name'?"),
    ("name: n\ncomand: c", "t.yml:2:1: comand: unknown key 'comand'; did you mean 'command'?"),
    ("name: n\nrun: c", "t.yml:2:1: run: unknown key 'run', and the required key 'command' is missing; rename it, or remove it and add 'command:' with text"),
    ("name: n", "t.yml:1:1: required key 'command' is missing; add 'command:' with text"),
    ("name: n\ncommand:", "t.yml:2:1: command: is empty; give text"),
    ("name: n\ncommand: ~", "t.yml:2:1: command: is empty; give text"),
    (GOOD + "cuont: 3", "t.yml:3:1: cuont: unknown key 'cuont'; did you mean 'count'?"),
    (GOOD + "zebra: 3", "t.yml:3:1: zebra: unknown key 'zebra'; known here: count, first, second, file, limits, tags, notes, places, store, login, "
                        "either, inline, stores, parts"),
    (GOOD + "timeout: 3", "t.yml:3:1: timeout: unknown key 'timeout'; it belongs below 'limits:'"),
    (GOOD + "inline: env.yml", "t.yml:3:9: inline: 'env.yml' is not a reference; did you mean 'file:env.yml'?"),
    (GOOD + "limits: {timeout: 1, x: 2}", "t.yml:3:22: limits.x: unknown key 'x'; remove it"),
    (GOOD + "limits: soon", "t.yml:3:9: limits: wants a mapping, got 'soon'; its keys are timeout"),
    (GOOD + "limits: [1]", "t.yml:3:9: limits: wants a mapping, got a list; its keys are timeout"),
    (GOOD + "limits:\n  timeout: soon", "t.yml:4:12: limits.timeout: wants a whole number of seconds, got 'soon'; 3600 is an hour"),
    (GOOD + "tags: x", "t.yml:3:7: tags: wants a mapping, got 'x'; write it as 'key: value' lines"),
    (GOOD + "tags: {a: 1}", "t.yml:3:11: tags.a: wants text, got 1; put it in quotes"),
    (GOOD + "tags: {a: }", "t.yml:3:8: tags.a: is empty; give text, or remove the key"),
    (GOOD + "tags: {value: 1, key: x}", "t.yml:3:15: tags.value: wants text, got 1; put it in quotes"),
    (GOOD + "tags: {_schema: 1}", "t.yml:3:17: tags._schema: wants text, got 1; put it in quotes"),
    (GOOD + "places: x", "t.yml:3:9: places: wants a list, got 'x'; begin each item with '- '"),
    (GOOD + "places: [a, 1]", "t.yml:3:13: places[1]: wants text, got 1; put it in quotes"),
    (GOOD + "places:\n- a\n-\n- b", "t.yml:5:2: places[1]: is empty; give text, or remove the '-'"),
    (GOOD + "parts: [{timeout: x}]", "t.yml:3:19: parts[0].timeout: wants a whole number of seconds, got 'x'; 3600 is an hour"),
    (GOOD + "store: {type: blub, container: c}", "t.yml:3:15: store.type: 'blub' is not one of blob or share; did you mean 'blob'?"),
    (GOOD + "store: {type: 3, container: c}", "t.yml:3:15: store.type: 3 is not one of blob or share"),
    (GOOD + "store: {type: [blob]}", "t.yml:3:15: store.type: a list is not one of blob or share"),
    (GOOD + "store: {container: c}", "t.yml:3:8: store: required key 'type' is missing; add 'type:' with blob or share"),
    (GOOD + "store: {typ: share, share_name: s}", "t.yml:3:9: store.typ: unknown key 'typ'; did you mean 'type'?"),
    (GOOD + "store: blob", "t.yml:3:8: store: wants a mapping, got 'blob'"),
    (GOOD + "store: {type: share, container: c}",
     "t.yml:3:22: store.container: unknown key 'container', and the required key 'share_name' is missing; "
     "rename it, or remove it and add 'share_name:' with text"),
    (GOOD + "store: {type: share}", "t.yml:3:8: store: required key 'share_name' is missing; add 'share_name:' with text"),
    (GOOD + "login: {acount_key: k}", "t.yml:3:9: login.acount_key: unknown key 'acount_key'; did you mean 'account_key'?"),
    (GOOD + "login: {usr: u, password: p}", "t.yml:3:9: login.usr: unknown key 'usr'; did you mean 'user'?"),
    (GOOD + "login: {user: u}", "t.yml:3:8: login: required key 'password' is missing; add 'password:' with text"),
    (GOOD + "login: {zebra: 1}", "t.yml:3:8: login: names none of account_key or user; add one of them"),
    (GOOD + "either: [1]", "t.yml:3:9: either: wants text or a mapping, got a list"),
    (GOOD + "either: 3", "t.yml:3:9: either: wants text, got 3; put it in quotes"),
    (GOOD + "inline: t:1", "t.yml:3:9: inline: 't:1' is not a reference; did you mean 'azureml:t:1'?"),
    (GOOD + "inline: [1]", "t.yml:3:9: inline: wants a reference such as azureml:thing:1, or the definition of a limits, got a list"),
    (GOOD + "inline: {timeout: x}", "t.yml:3:19: inline.timeout: wants a whole number of seconds, got 'x'; 3600 is an hour"),
    (GOOD + "stores: {A: {container: c}}", "t.yml:3:10: stores.A: 'A' does not have the form wanted; use lower-case letters"),
    (GOOD + "stores: {a: {type: share}}", "t.yml:3:13: stores.a: required key 'share_name' is missing; add 'share_name:' with text"),
    (GOOD + "stores: {a: }", "t.yml:3:10: stores.a: is empty; give a mapping, or remove the key"),
    (GOOD + "first: x\nsecond: x", "t.yml:4:9: second: is the same as first; choose another"),
    (GOOD + "file: /no/such/file", "t.yml:3:7: file: '/no/such/file' does not exist (looked for /no/such/file); check the path"),
    ("- name: n", "t.yml:1:1: wants a mapping, got a list; write it as 'key: value' lines, without '- '"),
    ("just text", "t.yml:1:1: wants a mapping, got 'just text'; write it as 'key: value' lines"),
    (GOOD + "5: x", "t.yml:3:1: 5: unknown key '5'; known here: count, first, second, file, limits, tags, notes, places, store, login, either, "
                    "inline, stores, parts"),
    (GOOD + "\"a\\u001b[31m\\nb\": x", "t.yml:3:1: a\\x1b[31m\\nb: unknown key 'a\\x1b[31m\\nb'; known here: count, first, second, file, limits, tags, notes, "
                                       "places, store, login, either, inline, stores, parts"),
])
def test_one_fault_for_one_mistake(text, line):
    assert faults(text) == [line]


def test_all_faults_in_file_order():
    assert faults("tags: {a: 1}\ncuont: 3\nlimits: {timeout: x}\nfile: /no/such\nname:\nstore: {type: x}\nfirst: a\nsecond: a") == [
        "t.yml:1:1: required key 'command' is missing; add 'command:' with text",
        "t.yml:1:11: tags.a: wants text, got 1; put it in quotes",
        "t.yml:2:1: cuont: unknown key 'cuont'; did you mean 'count'?",
        "t.yml:3:19: limits.timeout: wants a whole number of seconds, got 'x'; 3600 is an hour",
        "t.yml:4:7: file: '/no/such' does not exist (looked for /no/such); check the path",
        "t.yml:5:1: name: is empty; give text",
        "t.yml:6:15: store.type: 'x' is not one of blob or share",
        "t.yml:8:9: second: is the same as first; choose another"]


def needs_both(value, at):
    if "one" in value and not value.get("two"):
        yield ("one",), Fault("needs two")


class Pair(f.Spec):
    checks = (needs_both,)
    one = f.text("one")
    two = f.number("two")
    three = f.number("three")
    path = f.of(types.Upload(typed=True), "path")
    type = f.enum("type", words=("uri_file", "uri_folder"))


@pytest.mark.parametrize("text, expected", [
    ("{one: a}", ["one"]), ("{one: a, three: x}", ["one", "three"]), ("{one: a, tow: 2}", ["tow"]), ("{one: a, two: x}", ["two"]),
    ("{path: /, type: uri_fil}", ["type"]), ("{path: /, typ: uri_folder}", ["typ"]), ("{path: /none, typ: uri_folder}", ["path", "typ"]),
    ("{path: /, type: uri_file, three: x}", ["path", "three"])])
def test_what_depends_on_a_faulty_key_is_not_believed(text, expected):
    assert [line.split(": ")[1] for line in faults(text, Pair)] == expected


def test_two_keys_for_two_missing_ones():
    assert faults("nmae: n\nrun: c") == [
        "t.yml:1:1: nmae: unknown key 'nmae'; did you mean 'name'?",
        "t.yml:2:1: run: unknown key 'run', and the required key 'command' is missing; rename it, or remove it and add 'command:' with text"]


def test_without_a_file_the_option_is_named():
    with pytest.raises(SpecError) as caught:
        validate(Room, Document({"count": "x"}))
    assert str(caught.value).splitlines() == [
        "required key 'name' is missing; give --name", "required key 'command' is missing; add 'command:' with text",
        "count: wants a whole number, got 'x'"]


def test_warnings_stop_nothing(tmp_path):
    class Input(f.Spec):
        path = f.of(types.DataPath("data"), "uri")
    (tmp_path / "file").write_text("")
    document = parse("path: file", "t.yml", str(tmp_path))
    assert validate(Input, document) == {"path": "file"}
    assert [str(d) for d in document.warnings] == [
        "t.yml:1:7: path: 'file' is a file, but the type is uri_folder; use `type: uri_file`, or name its folder"]


def test_a_single_value():
    assert single(types.Number(), "3", ("count",)) == 3
    with pytest.raises(SpecError) as caught:
        single(Map(types.Text()), {"a": 1}, ("tags",))
    assert str(caught.value) == "tags.a: wants text, got 1; put it in quotes"


def test_names_that_marshmallow_has_uses_for_are_keys_like_others():
    class Odd(f.Spec):
        fields_ = f.text("fields")
        load = f.text("load")
        context = f.text("context")
        dump_fields = f.text("dumpFields")
    value = {"fields": "a", "load": "b", "context": "c", "dump_fields": "d"}
    assert validate(Odd, Document(dict(value))) == value


def test_open_mappings():
    class Open(f.Spec):
        keep_unknown = True
        known = f.number("known")
    assert checked("{known: '1', more: [1]}", Open) == {"known": 1, "more": [1]}
    assert faults("{known: x, more: 1}", Open) == ["t.yml:1:9: known: wants a whole number, got 'x'"]
