"""docs/fidelity.md says what the code does: it is up to date, and what it claims is named in the service classes."""

import sys
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
TOOLS = str(PROJECT / "tools")
sys.path.insert(0, TOOLS) if TOOLS not in sys.path else None

import fidelity  # noqa: E402

NOTES = yaml.safe_load(fidelity.NOTES.read_text())
CARDS = {card.name: card for card in fidelity.cards() if card.kind}


def test_the_page_is_what_the_tool_writes():
    assert fidelity.TARGET.read_text() == fidelity.page(), "run python tools/fidelity.py"


def test_the_notes_are_about_nouns_that_exist():
    assert not set(NOTES) - set(CARDS)


@pytest.mark.parametrize("noun", NOTES)
def test_the_notes_are_about_verbs_and_fields_that_exist(noun):
    assert not set(NOTES[noun].get("verbs") or {}) - {verb.name for verb in CARDS[noun].verbs}
    assert not set(NOTES[noun].get("fields") or {}) - set(fidelity.fields_of(CARDS[noun].kind))


@pytest.mark.parametrize("noun", NOTES)
def test_a_field_that_acts_is_named_in_the_code(noun):
    names = fidelity.named(fidelity.sources(noun))
    fields = fidelity.fields_of(CARDS[noun].kind)
    silent = [path for path, note in (NOTES[noun].get("fields") or {}).items()
              if note != "kept" and fields[path].wire and fields[path].wire not in names]
    assert not silent


@pytest.mark.parametrize("noun", NOTES)
def test_a_field_that_a_service_class_reads_is_not_called_kept(noun):
    names = fidelity.read(fidelity.sources(noun)[0])
    claimed = set(NOTES[noun].get("fields") or {}) | fidelity.OF_ALL | fidelity.OF_CLIENT
    top = {path: field for path, field in fidelity.fields_of(CARDS[noun].kind).items() if "." not in path and "[" not in path}
    assert not [path for path, field in top.items() if field.wire in names - {"properties"} and path not in claimed
                and not any(each.startswith(f"{path}.") for each in claimed)]


def test_what_needs_azure_is_listed():
    page = fidelity.page()
    for _, _, what in fidelity.VERBS:
        assert f"- {what}\n" in page
