"""Command lines to keyword arguments, through the real parser of each door."""

import pytest
from knack.validators import DefaultInt, DefaultStr

from azext_ml.cli import params
from azext_ml.core.card import Arg, Verb
from azext_ml.core.errors import UsageError


@pytest.fixture(params=["az", "azml"])
def parse(request, noun, az_ml, azml):
    """parse([Arg, …], line) -> keyword arguments, or the Result when the line was refused."""
    def parse(args, line, **verb):
        seen = {}
        noun(Verb("try", "sample:try_", "Try.", args=tuple(args), scope="none", offline=True, **verb),
             handlers={"try_": lambda noun, **options: seen.update(options)})
        result = (az_ml if request.param == "az" else azml)(f"sample try {line}")
        return seen if result.code == 0 else result
    return parse


@pytest.mark.parametrize("kind, line, value", [
    ("text", "--x 5", "5"),
    ("text", "", None),
    ("int", "--x 5", 5),
    ("number", "--x 0.5", 0.5),
    ("flag", "--x", True),
    ("flag", "", False),
    ("three_state", "--x", True),
    ("three_state", "--x false", False),
    ("three_state", "--x True", True),
    ("three_state", "", None),
    ("file", "--x ./a.yml", "./a.yml"),
    ("pairs", "--x a=1 b=c=d", {"a": "1", "b": "c=d"}),
    ("pairs", "--x a=1 --x b=2", {"a": "1", "b": "2"}),
    ("pairs", "--x a", {"a": ""}),
    ("pairs", "--x ''", {}),
    ("pairs", "--x 'a=two words'", {"a": "two words"}),
    ("list", "--x 1 2", ["1", "2"]),
    ("list", "--x 1 --x 2 3", ["1", "2", "3"]),
])
def test_types(parse, kind, line, value):
    assert parse([Arg("x", ("--x",), "X.", kind)], line) == {"x": value}


def test_home_folder_of_files(parse, monkeypatch):
    monkeypatch.setenv("HOME", "/home/somebody")
    assert parse([Arg("x", ("--x",), "X.", "file")], "--x '~/a.yml'") == {"x": "/home/somebody/a.yml"}


def test_choices_are_taken_in_any_case(parse):
    args = [Arg("x", ("--x",), "X.", choices=("Basic", "Premium"))]
    assert parse(args, "--x premium") == {"x": "Premium"}
    assert parse(args, "--x gold").code == 2


def test_defaults_come_as_plain_values(parse):
    seen = parse([Arg("x", ("--x",), "X.", default="a"), Arg("n", ("--count",), "N.", "int", default=3)], "")
    assert seen == {"x": "a", "n": 3}
    assert type(seen["x"]) is str and type(seen["n"]) is int


def test_required_options(parse):
    refused = parse([Arg("x", ("--name", "-n"), "X.", required=True)], "")
    assert refused.code == 2 and "--name" in refused.err


def test_positional_arguments(parse):
    assert parse([Arg("x", (), "X.", "list")], "a b") == {"x": ["a", "b"]}


@pytest.mark.parametrize("dest", ["command", "func", "location", "deployment_name", "vnet_name", "subnet", "cmd", "ids", "yes"])
def test_names_that_az_or_argparse_use_are_free(parse, dest):
    """az gives `deployment_name` a validator that invents a value; knack drops `command` and `func`."""
    option = "--" + dest.replace("_", "-")
    assert parse([Arg(dest, (option,), "X.")], f"{option} mine") == {dest: "mine"}
    assert parse([Arg(dest, (option,), "X.")], "") == {dest: None}


def test_unique_prefixes_of_options_are_enough(parse):
    assert parse([Arg("endpoint", ("--endpoint-name",), "X.")], "--endpoint mine") == {"endpoint": "mine"}


def test_preview_and_deprecated_options_warn_when_used(noun, azml):
    noun(Verb("try", "sample:try_", "Try.", scope="none", offline=True, args=(
        Arg("new", ("--new",), "New.", preview=True), Arg("old", ("--old",), "Old.", deprecated="--new"))),
        handlers={"try_": lambda noun, **options: options})
    assert azml("sample try").ok().err == ""
    used = azml("sample try --new 1 --old 2").ok()
    assert used.json == {"new": "1", "old": "2"}
    assert "preview" in used.err and "Use '--new' instead" in used.err


@pytest.mark.parametrize("value, expected", [(DefaultStr("a"), str), (DefaultInt(3), int), (True, bool), ([DefaultStr("a")], list)])
def test_plain(value, expected):
    result = params.plain(value)
    assert result == value and type(result) is expected
    assert all(type(item) is str for item in result) if expected is list else True


@pytest.mark.parametrize("line, before, after", [
    ("--set tags.a=2", {"tags": {}}, {"tags": {"a": 2}}),
    ("--set tags.a=2 --force-string", {"tags": {}}, {"tags": {"a": "2"}}),
    ("--set tags.a=x tags.b=y", {"tags": {}}, {"tags": {"a": "x", "b": "y"}}),
    ("--set description='two words'", {}, {"description": "two words"}),
    ("--add list x", {"list": ["w"]}, {"list": ["w", "x"]}),
    ("--add list k=v", {"list": []}, {"list": [{"k": "v"}]}),
    ("--remove tags.a", {"tags": {"a": 1, "b": 2}}, {"tags": {"b": 2}}),
    ("--remove list 0", {"list": ["a", "b"]}, {"list": ["b"]}),
    ("--set list='[1]' --add list 2 --set list[0]=9", {}, {"list": [9, 2]}),        # in the order in which they stand
    ("", {"a": 1}, {"a": 1}),
])
def test_changes(parse, line, before, after):
    change = parse([], line, update=True)["change"]
    kept = repr(before)
    assert change(before) == after
    assert repr(before) == kept


@pytest.mark.parametrize("line", ["--remove tags.a", "--add tags x", "--set list.x=1", "--set =1", "--remove list 7"])
def test_changes_that_cannot_be_made(parse, line):
    change = parse([], line, update=True)["change"]
    with pytest.raises(UsageError) as error:
        change({"tags": {}, "list": []})
    assert line.split()[0] in error.value.message
