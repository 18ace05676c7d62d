"""The help of every command: what az's own linter asks of extensions, and that each example names a command there is."""

import shlex

import pytest

from azext_ml.cli import params, table

COMMANDS = [(noun, verb) for noun in table.cards() for verb in noun.verbs]


@pytest.mark.parametrize("noun, verb", COMMANDS, ids=lambda part: getattr(part, "name", None))
def test_every_command_is_explained(noun, verb):
    assert verb.summary.endswith(".") and noun.summary.endswith(".")
    assert verb.examples, "no example"
    options = {option for arg in params.args_of(noun, verb) for option in arg.options}
    options |= {"-g", "--resource-group", "-w", "--workspace-name", "-o", "--output", "--query", "--yes", "-y", "--no-wait",
                "--subscription", "--set", "--add", "--remove"}
    for title, text in verb.examples:
        assert title.endswith("."), title
        line = text.replace("\\\n", " ")
        assert " ".join(["az ml", *f"{noun.name} {verb.name}".split()]) in line
        if line.startswith("az ml"):
            used = {word.split("=")[0] for word in shlex.split(line) if word.startswith("-")}
            assert used <= options, f"{text}: {used - options}"
    for arg in params.args_of(noun, verb):
        assert arg.help.strip(), arg.dest
        assert all(option.startswith("-") for option in arg.options)
        assert any(option.startswith("--") for option in arg.options) or not arg.options


@pytest.mark.parametrize("noun", table.cards(), ids=lambda noun: noun.name)
def test_no_option_means_two_things(noun):
    for verb in noun.verbs:
        seen = ["-g", "--resource-group", "-h", "-o"] + (["-w", "--workspace-name"] if verb.scope == "workspace" else [])
        for arg in params.args_of(noun, verb):
            for option in arg.options:
                assert option not in seen, f"{noun.name} {verb.name} {option}"
                seen.append(option)


def test_each_door_speaks_of_itself(az_ml, azml):
    by_az, by_azml = az_ml("model create -h").ok().out, azml("model create -h").ok().out
    assert "az ml model create --name" in by_az and "az configure --defaults" in by_az
    assert "azml model create --name" in by_azml and "azml configure --defaults" in by_azml
    assert "az ml " not in by_azml and "az config" not in by_azml


@pytest.mark.parametrize("line, expected", [
    ("-h", ["job", "model", "workspace", "local"]),
    ("model -h", ["create", "list", "show", "update", "archive", "restore"]),
    ("model list -h", ["--archived-only", "--max-results", "--workspace-name", "Examples"]),
])
def test_help_lists_what_there_is(az_ml, azml, line, expected):
    for door in (az_ml, azml):
        out = door(line).ok().out
        assert all(word in out for word in expected)


def test_help_of_a_noun_reads_no_other(az_ml, monkeypatch):
    loaded = []
    real = table.import_module
    monkeypatch.setattr(table, "import_module", lambda name: loaded.append(name) or real(name))
    az_ml("model -h").ok()
    assert loaded == ["azext_ml.nouns.model"]
