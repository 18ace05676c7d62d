"""Stage 1: text to data and places."""

import math

import pytest

from azext_ml.core.errors import NotFound, SpecError
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.load import MAX_BYTES, load, parse


def value(text):
    return parse(text, "t.yml", "/base").value


def places(text):
    """path -> (line, column) of every value."""
    return {path: (mark.line, mark.column) for path, mark in parse(text, "t.yml", "/base").marks.items()}


def key_places(text):
    return {path: (mark.line, mark.column) for path, mark in parse(text, "t.yml", "/base").keys.items()}


def faults(text):
    with pytest.raises(SpecError) as caught:
        parse(text, "t.yml", "/base")
    return str(caught.value).splitlines()


# ---- values ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("text, expected", [
    ("a: 1", {"a": 1}),
    ("a: text", {"a": "text"}),
    ("a: '1'", {"a": "1"}),
    ("a: true\nb: Yes\nc: off", {"a": True, "b": True, "c": False}),
    ("a: ~\nb:\nc: null", {"a": None, "b": None, "c": None}),
    ("a: 1.5\nb: 1.0e+3\nc: 1e3", {"a": 1.5, "b": 1000.0, "c": "1e3"}),
    ("a: 0x1F\nb: 017\nc: 0o17\nd: 1_000\ne: 12:30:45", {"a": 31, "b": 15, "c": "0o17", "d": 1000, "e": 45045}),
    ("a: 2024-02-03\nb: 2024-02-03T04:05:06Z", {"a": "2024-02-03", "b": "2024-02-03T04:05:06Z"}),
    ("a: =\nb: <<", {"a": "=", "b": "<<"}),
    ("- 1\n- [2, {a: 3}]", [1, [2, {"a": 3}]]),
    ("a: |\n  one\n  two\nb: >\n  one\n  two\n", {"a": "one\ntwo\n", "b": "one two\n"}),
    ("a: !!str 5\nb: !!int '5'\nc: !!float 5\nd: !!bool yes\ne: !!null ''", {"a": "5", "b": 5, "c": 5.0, "d": True, "e": None}),
    ("!!map {a: !!seq [1]}", {"a": [1]}),
    ("just text", "just text"),
    ("", None),
    ("# only a comment\n", None),
    ("---\n", None),
    ("--- {a: 1}\n...\n", {"a": 1}),
    ("a: 1\r\nb: 2\r\n", {"a": 1, "b": 2}),
    ("a:\n- 1\n-  2", {"a": [1, 2]}),
    ("a: Übergrößenträger 日本", {"a": "Übergrößenträger 日本"}),
])
def test_values(text, expected):
    found = value(text)
    assert found == expected
    assert _types(found) == _types(expected)


def _types(data):
    """Data with its types in place of its leaves; a number that remembers its spelling counts as a number."""
    if isinstance(data, dict):
        return {key: _types(item) for key, item in data.items()}
    if isinstance(data, list):
        return [_types(item) for item in data]
    return next(kind for kind in (bool, int, float, str, type(None)) if isinstance(data, kind))


@pytest.mark.parametrize("text, expected", [
    (".inf", math.inf), ("-.INF", -math.inf), ("+.inf", math.inf)])
def test_infinite(text, expected):
    assert value(f"a: {text}")["a"] == expected


def test_not_a_number():
    assert math.isnan(value("a: .nan")["a"])


@pytest.mark.parametrize("text", ["1.10", "0.10", "010", "0x1F", "1_000", "12:30:45", "1.0e+3", "-0.0", ".5", "+1"])
def test_numbers_keep_their_spelling(text):
    assert value(f"a: {text}")["a"].text == text if str(value(f"a: {text}")["a"]) != text else text


@pytest.mark.parametrize("text", ["1", "-1", "1.5", "20240203"])
def test_plain_numbers_are_plain(text):
    assert type(value(f"a: {text}")["a"]) in (int, float)


@pytest.mark.parametrize("digits", ["9" * 5000, "0x" + "f" * 5000, "0b" + "1" * 5000, "1" * 5000 + ".0"])
def test_numbers_that_python_will_not_write_out_stay_text(digits):
    assert value(f"a: {digits}") == {"a": digits}


# ---- keys ------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("text, expected", [
    ("yes: 1", {"yes": 1}), ("true: 1", {"true": 1}), ("1.10: x", {"1.10": "x"}), ("~: x", {"~": "x"}), ("null: x", {"null": "x"}),
    ("1: x", {"1": "x"}), ("010: x", {"010": "x"}), ("'1': x", {"1": "x"}), ("2024-01-02: x", {"2024-01-02": "x"}), ("? a\n: b", {"a": "b"}),
    ("'<<': 1", {"<<": 1}), ("a: {'<<': {b: 1}}", {"a": {"<<": {"b": 1}}})])
def test_keys_stay_as_they_are_written(text, expected):
    assert value(text) == expected


@pytest.mark.parametrize("text, line", [
    ("a: 1\na: 2", "t.yml:2:1: a: key 'a' is given twice (first in line 1); remove one of them"),
    ("x:\n  a: 1\n  b: 2\n  a: 3", "t.yml:4:3: x.a: key 'a' is given twice (first in line 2); remove one of them"),
    ("{a: 1, 'a': 2}", "t.yml:1:8: a: key 'a' is given twice (first in line 1); remove one of them"),
    ("1: x\n'1': y", "t.yml:2:1: 1: key '1' is given twice (first in line 1); remove one of them"),
    ("- {a: 1}\n- {b: 1, b: 2}", "t.yml:2:10: [1].b: key 'b' is given twice (first in line 2); remove one of them")])
def test_a_key_given_twice(text, line):
    assert faults(text) == [line]


def test_all_faults_of_a_file_at_once():
    assert faults("a: 1\na: 2\nb: !!python/object:os.system x\nc: !x y") == [
        "t.yml:2:1: a: key 'a' is given twice (first in line 1); remove one of them",
        "t.yml:3:4: b: tag '!!python/object:os.system' is not allowed here; remove it; a spec is plain data",
        "t.yml:4:4: c: tag '!x' is not allowed here; remove it; a spec is plain data"]


# ---- merges and aliases ----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("text, expected", [
    ("x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}", {"a": 1, "b": 3}),
    ("x: &x {a: 1, b: 2}\ny: {b: 3, <<: *x}", {"a": 1, "b": 3}),
    ("x: &x {a: 1}\nz: &z {a: 2, c: 4}\ny: {<<: [*x, *z]}", {"a": 1, "c": 4}),
    ("x: &x {a: 1}\nz: &z {a: 2, c: 4}\ny:\n  <<: *x\n  <<: *z", {"a": 1, "c": 4}),
    ("y:\n  <<: {a: 1}\n  b: 2", {"a": 1, "b": 2})])
def test_merges(text, expected):
    assert value(text)["y"] == expected


def test_what_is_merged_or_aliased_is_data_of_its_own():
    found = value("x: &x {a: [1]}\ny: *x\nz: {<<: *x}")
    found["y"]["a"].append(2)
    found["z"]["a"].append(3)
    assert found["x"] == {"a": [1]}


@pytest.mark.parametrize("text, line", [
    ("a: {<<: 1}", "t.yml:1:9: a: << merges mappings only; name a mapping: <<: *anchor"),
    ("a: {<<: [{b: 1}, 2]}", "t.yml:1:9: a: << merges mappings only; name a mapping: <<: *anchor"),
    ("a: *z", "t.yml:1:4: alias *z has no complete anchor &z before it; write the value out"),
    ("a: &a [*a]", "t.yml:1:8: alias *a has no complete anchor &a before it; write the value out"),
    ("? !!int 5\n: b", "t.yml:1:3: 5: tag '!!int' is not allowed here; remove it; a spec is plain data"),
    ("&a a: 1\n*a : 2", "t.yml:2:1: a key must be plain text; write the key out"),
    ("? [a]\n: b", "t.yml:1:3: a key must be plain text; quote it"),
    ("? {a: 1}\n: b", "t.yml:1:3: a key must be plain text; quote it")])
def test_what_no_merge_alias_or_key_can_be(text, line):
    assert faults(text) == [line]


def test_an_alias_bomb_is_stopped_while_it_grows():
    levels = ["a: &a [x,x,x,x,x,x,x,x,x]"]
    levels += [f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]" for before, name in zip("abcdefgh", "bcdefghi")]
    [line] = faults("\n".join(levels))
    assert line.endswith("holds more than 400,000 values once its aliases are followed; a spec is small; remove the aliases")


def test_aliases_do_not_nest_deeper_than_text_may():
    text = "a: &a " + "[" * 60 + "]" * 60 + "\nb: " + "[" * 60 + "*a" + "]" * 60
    assert faults(text) == ["t.yml:2:64: is nested deeper than 100 levels; a spec is shallow; remove the aliases"]


@pytest.mark.parametrize("text, column", [("[" * 10_000, 101), ("{a: " * 10_000, 401), ("- " * 10_000, 201)])
def test_depth(text, column):
    assert faults(text) == [f"t.yml:1:{column}: is nested deeper than 100 levels; a spec is shallow; check the brackets and the indentation"]


def test_a_hundred_levels_are_fine():
    assert value("[" * 100 + "]" * 100)


# ---- places ----------------------------------------------------------------------------------------------------------

def test_places_of_values():
    text = "a: 1\nb:\n  c: [x,\n      {d: 2}]\n  e: >\n    folded\n    text\nf: 'two\n  lines'\n"
    assert places(text) == {
        (): (1, 1), ("a",): (1, 4), ("b",): (3, 3), ("b", "c"): (3, 6), ("b", "c", 0): (3, 7), ("b", "c", 1): (4, 7),
        ("b", "c", 1, "d"): (4, 11), ("b", "e"): (5, 6), ("f",): (8, 4)}


def test_places_of_keys():
    assert key_places("a: 1\nb:\n  c: [x, {d: 2}]\n") == {
        ("a",): (1, 1), ("b",): (2, 1), ("b", "c"): (3, 3), ("b", "c", 1, "d"): (3, 11)}


def test_columns_count_characters():
    assert places("ключ: {日: ☃, b: 1}")[("ключ", "b")] == (1, 17)


@pytest.mark.parametrize("text, place", [("\ufeffa: 1\nb: 2", (2, 4)), ("a: 1\r\nb: 2\r\n", (2, 4)), ("\n\n# x\na: 1\nb: 2", (5, 4))])
def test_places_behind_marks_comments_and_line_ends(text, place):
    assert places(text)[("b",)] == place


def test_what_is_merged_stands_where_it_is_merged():
    text = "x: &x\n  a: 1\n  b: {c: 2}\ny:\n  <<: *x\n  a: 3\n"
    document = parse(text, "t.yml", "/base")
    assert document.mark(("y", "b", "c"))[1:3] == (5, 7)
    assert document.mark(("y", "a"))[1:3] == (6, 6)
    assert document.mark(("y", "a"), at_key=True)[1:3] == (6, 3)
    assert document.mark(("y", "b"), at_key=True)[1:3] == (5, 7)


def test_what_is_aliased_stands_where_the_alias_is():
    assert parse("x: &x {a: 1}\ny: *x", "t.yml", "/base").mark(("y", "a"))[1:3] == (2, 4)


def test_a_path_without_a_place_has_that_of_what_is_around_it():
    document = parse("a:\n  b: {c: 1}", "t.yml", "/base")
    assert document.mark(("a", "b", "x", 3))[1:3] == (2, 6)
    assert document.mark(("nothing",))[1:3] == (1, 1)
    assert str(document.diagnostic(("a", "b", "x"), Fault("is wrong", "mend it"))) == "t.yml:2:6: a.b.x: is wrong; mend it"


# ---- what is no YAML -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("text, line", [
    ("x: 1\n---\ny: 2", "t.yml:2:1: holds more than one YAML document; keep one document a file"),
    ("a:\n\tb: 1", "t.yml:2:1: a tab, where only spaces can indent; put spaces in its place"),
    ("a: @x", "t.yml:1:4: plain text cannot begin with @; put the text in quotes"),
    ("a: `x`", "t.yml:1:4: plain text cannot begin with `; put the text in quotes"),
    ("a: %x", "t.yml:1:4: plain text cannot begin with %; put the text in quotes"),
    ("path: *.csv", "t.yml:1:7: a '*', which begins an alias; put the text in quotes"),
    ("a: & b", "t.yml:1:4: a '&', which begins an anchor; put the text in quotes"),
    ("a: 'x\nb: 1\n", "t.yml:1:4: a quote that is opened here and never closed; close it"),
    ("a: \"x\nb: 1\n", "t.yml:1:4: a quote that is opened here and never closed; close it"),
    ("a: 'it's'", "t.yml:1:8: text after the end of a value; put the whole value in quotes"),
    ("a: \"C:\\data\"", "t.yml:1:7: a backslash sequence that YAML does not know; double the backslash, or use single quotes"),
    ("a: \"\\xZZ\"", "t.yml:1:7: a backslash sequence that YAML does not know; double the backslash, or use single quotes"),
    ("a: \"\\uD800\"", "t.yml:1:7: a backslash sequence that is no character; double the backslash, or use single quotes"),
    ("a: b: c", "t.yml:1:5: a ':' where no key can stand; put the value in quotes, or check the indentation"),
    ("a: 1\n b: 2", "t.yml:2:3: a ':' where no key can stand; put the value in quotes, or check the indentation"),
    ("key: value\nkey2\n", "t.yml:2:1: a line that is neither 'key: value' nor part of the text above; add the ':' and a blank after it"),
    ("a: [1,\n  2\nb: 3", "t.yml:1:4: a '[' that is opened here and not closed as it should be; check the commas, and close it"),
    ("a: {x: 1\nb: 2", "t.yml:1:4: a '{' that is opened here and not closed as it should be; check the commas, and close it"),
    ("a: [", "t.yml:2:1: nothing where a value should be; give the value, or close the bracket"),
    ("a: |\n  x\n y", "t.yml:3:2: a line whose indentation fits none of the lines above; indent it as its neighbours are"),
    ("- a\nb: 1", "t.yml:2:1: a line between the items of a list that is none of them; "
                  "begin it with '- ', or indent it as the line that the list belongs to"),
    ("a: - 1", "t.yml:1:4: a '-' where no item of a list can stand; begin the list on a line of its own"),
    ("a: 1\nb: x\x07", "t.yml:2:5: holds the character U+0007, which YAML does not allow; remove it"),
    ("a: \x00", "t.yml:1:4: holds the character U+0000, which YAML does not allow; remove it"),
    ("%YAML 1.3\n---\na: 1", "t.yml:1:1: is not valid YAML: found incompatible YAML document; check indentation, quotes and colons there"),
    ("a: !!binary aGk=", "t.yml:1:4: a: tag '!!binary' is not allowed here; remove it; a spec is plain data"),
    ("a: !!set {x}", "t.yml:1:4: a: tag '!!set' is not allowed here; remove it; a spec is plain data"),
    ("a: !!int x", "t.yml:1:4: a: 'x' is not what its tag !!int says; remove the tag"),
    ("a: !!int ''", "t.yml:1:4: a: '' is not what its tag !!int says; remove the tag"),
    ("a: !!bool x", "t.yml:1:4: a: 'x' is not what its tag !!bool says; remove the tag")])
def test_what_is_wrong_and_what_to_do(text, line):
    assert faults(text) == [line]


# ---- files -----------------------------------------------------------------------------------------------------------

@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "t.yml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path
    return write


def refusal(path):
    with pytest.raises(SpecError) as caught:
        load(path, "t.yml")
    return str(caught.value)


def test_a_file_tells_its_folder_and_its_name(file, tmp_path):
    document = load(file("a: {b: 1}"), "t.yml")
    assert document.base(("a", "b")) == str(tmp_path)
    assert document.mark(("a",)).file == document.file == "t.yml"


def test_a_byte_order_mark_is_no_content(file):
    assert load(file(b"\xef\xbb\xbfa: 1")).value == {"a": 1}


@pytest.mark.parametrize("content, line", [
    (b"a: 1\nb: \xff\n", "t.yml:2:4: is not UTF-8 text; save the file as UTF-8"),
    ("a: 1".encode("utf-16"), "t.yml:1:1: is not UTF-8 text; save the file as UTF-8"),
    (b"", "t.yml: is empty; write a specification into it"),
    (b"# nothing\n", "t.yml: is empty; write a specification into it"),
    (b"null\n", "t.yml: is empty; write a specification into it")])
def test_files_that_hold_no_specification(file, content, line):
    assert refusal(file(content)) == line


def test_a_large_file_is_no_specification(file):
    assert refusal(file("a: " + "x" * MAX_BYTES)) == "t.yml: is larger than 8 MiB; a spec is a small text file; check the path"


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(NotFound) as caught:
        load(tmp_path / "none.yml", "none.yml")
    assert (caught.value.message, caught.value.fix) == ("none.yml: no such file", "Check the path given with --file.")
    with pytest.raises(NotFound):
        load(tmp_path / "none" / "t.yml")


def test_what_is_no_file(tmp_path):
    assert refusal(tmp_path) == "t.yml: is a folder, not a YAML file; give the path of a file"
    assert "cannot be read" in refusal("a\0b")
