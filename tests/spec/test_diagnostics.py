"""How faults are worded and placed."""

import pytest

from azext_ml.spec.diagnostics import Diagnostic, Fault, all_of, harmless, nearest, one_of, spelled
from azext_ml.spec.document import Document


@pytest.mark.parametrize("word, known, guess", [
    ("comand", ["command", "compute"], "command"), ("COMMAND", ["command"], "command"), ("tymeout", ["timeout"], "timeout"),
    ("zebra", ["command", "compute"], None), ("user", ["user_identity", "managed"], "user_identity"), ("us", ["user_identity"], None),
    ("aml", ["aml_token", "aml_compute"], None), ("x", [], None), (3, ["30", "3"], "3")])
def test_the_nearest_word(word, known, guess):
    assert nearest(word, known) == guess


def test_words_in_a_row():
    assert [one_of("a"), one_of("ab"), one_of("abc"), all_of("abc")] == ["a", "a or b", "a, b or c", "a, b and c"]


@pytest.mark.parametrize("path, text", [((), ""), (("a",), "a"), (("a", "b", 0, "c"), "a.b[0].c"), ((0, 1), "[0][1]")])
def test_paths(path, text):
    assert spelled(path) == text


@pytest.mark.parametrize("text, shown", [
    ("plain 'text' größe 日本", "plain 'text' größe 日本"), ("a\nb", "a\\nb"), ("\x1b[31mred", "\\x1b[31mred"), ("x\u202ey", "x\\u202ey"),
    ("\ud800", "\\ud800"), ("tab\t", "tab\\t"), ("null\x00", "null\\x00")])
def test_a_message_cannot_steer_the_terminal(text, shown):
    assert harmless(text) == shown
    harmless(text).encode()


@pytest.mark.parametrize("diagnostic, text", [
    (Diagnostic("f.yml", 3, 4, "a.b", "is wrong", "mend it"), "f.yml:3:4: a.b: is wrong; mend it"),
    (Diagnostic("f.yml", 0, 0, "", "is wrong"), "f.yml: is wrong"), (Diagnostic("", 0, 0, "a", "is wrong"), "a: is wrong")])
def test_a_line(diagnostic, text):
    assert str(diagnostic) == text


def test_without_a_file_the_option_mends_it():
    fault = Fault("is missing", "add it", option="--it")
    assert Document({}).diagnostic((), fault).fix == "give --it"
    assert Document({}, file="f.yml").diagnostic((), fault).fix == "add it"
