"""Which commands are registered for which command line, and what of a card reaches knack."""

import pytest

from azext_ml.cli import table
from azext_ml.core.card import Verb


@pytest.mark.parametrize("words, expected", [
    (["model"], ["model"]),
    (["local"], ["local"]),
    (["MODEL".lower(), "list"], ["model"]),
])
def test_only_the_named_noun_is_loaded(words, expected):
    assert [card.name for card in table.cards(words)] == expected


@pytest.mark.parametrize("words", [(), ("-h",), ("modle",), ("--debug",)])
def test_all_nouns_are_loaded_when_none_is_named(words):
    names = {card.name for card in table.cards(words)}
    assert {"job", "model", "data", "environment", "datastore", "compute", "workspace", "local"} <= names


def test_a_noun_brings_those_below_it(monkeypatch):
    monkeypatch.setattr(table, "noun_folders", lambda: ["workspace", "workspace_outbound_rule", "model"])
    loaded = []
    monkeypatch.setattr(table, "import_module", lambda name: loaded.append(name) or type("Module", (), {"CARD": name}))
    table.cards(["workspace"])
    assert loaded == ["azext_ml.nouns.workspace", "azext_ml.nouns.workspace_outbound_rule"]


def test_every_handler_can_be_imported():
    """A card names its handlers; a wrong name would be found only by whoever runs the command."""
    from importlib import import_module
    for card in table.cards():
        for verb in card.verbs:
            module, function = verb.handler.split(":")
            assert callable(getattr(import_module(module), function)), f"{card.name} {verb.name}"


def test_names_of_cards_are_their_folders():
    for folder in table.noun_folders():
        name = table.import_module(f"azext_ml.nouns.{folder}").CARD.name
        assert name.replace("-", "_").replace(" ", "_") == folder


def test_preview_and_deprecation_are_said_on_stderr(noun, azml):
    noun(Verb("try", "sample:try_", "Try.", scope="none", offline=True, preview=True),
         Verb("old", "sample:try_", "Old.", scope="none", offline=True, deprecated="azml sample try"),
         handlers={"try_": lambda noun: {"done": True}})
    tried, old = azml("sample try").ok(), azml("sample old").ok()
    assert tried.json == old.json == {"done": True}
    assert "preview" in tried.err
    assert "deprecated" in old.err and "azml sample try" in old.err
    assert azml("sample try --only-show-errors").ok().err == ""


def test_a_preview_noun_is_marked_in_the_help(noun, azml):
    noun(Verb("try", "sample:try_", "Try.", scope="none", offline=True), preview=True)
    assert "[Preview]" in azml("-h").ok().out


@pytest.mark.parametrize("result", [(1, 2), {3: 1}.keys(), (x for x in (1, 2))])
def test_other_iterables_become_lists(noun, azml, result):
    noun(Verb("try", "sample:try_", "Try.", scope="none", offline=True), handlers={"try_": lambda noun: result})
    assert isinstance(azml("sample try").ok().json, list)


def test_nothing_is_printed_for_none(noun, azml):
    noun(Verb("try", "sample:try_", "Try.", scope="none", offline=True), handlers={"try_": lambda noun: None})
    assert azml("sample try").ok().out == ""


def test_a_question_is_not_answered_by_a_script(noun, azml, az_ml):
    deleted = []
    noun(Verb("delete", "sample:delete", "Delete.", scope="none", offline=True, confirm="Delete everything?"),
         handlers={"delete": lambda noun: deleted.append(True)})
    for door in (azml, az_ml):
        refused = door("sample delete")
        assert refused.code == 1 and not deleted and "cancelled" in refused.err.lower()
    azml("sample delete --yes").ok()
    az_ml("sample delete -y").ok()
    assert deleted == [True, True]


def test_no_wait_reaches_the_handler_and_drops_the_result(noun, az_ml):
    seen = []
    noun(Verb("make", "sample:make", "Make.", scope="none", offline=True, no_wait=True),
         handlers={"make": lambda noun, no_wait: seen.append(no_wait) or {"made": True}})
    assert az_ml("sample make").ok().json == {"made": True}
    assert az_ml("sample make --no-wait").ok().out == ""
    assert seen == [False, True]
