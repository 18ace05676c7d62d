import pytest

from azext_ml.cli.format import at, rows, text
from azext_ml.core.card import Verb


@pytest.mark.parametrize("value, expected", [
    (None, ""), ("a", "a"), (0, "0"), (1.5, "1.5"), (True, "True"), (False, "False"),
    ({"a": "1", "b": {"c": 2}}, "a=1, b=c=2"), (["x", 1], "x, 1"), ([], ""), ({}, ""),
    ("2024-05-01T10:20:30.1234567+00:00", "2024-05-01T10:20:30Z"), ("2024-05-01T10:20:30Z", "2024-05-01T10:20:30Z"),
    ("2024-05-01T10:20:30.5", "2024-05-01T10:20:30"), ("2024-05-01T10:20:30+02:00", "2024-05-01T10:20:30+02:00"),
    ("2024-05-01", "2024-05-01"), ("two\nlines", "two lines"),
])
def test_cells(value, expected):
    assert text(value) == expected


def test_paths():
    item = {"a": {"b": 1}, "a.c": 2, "d": None}
    assert [at(item, path) for path in ("a.b", "a.c", "a.x", "d", "d.e", "x.y")] == [1, 2, None, None, None, None]


def test_rows_have_all_columns_in_their_order():
    made = rows([{"name": "a"}, {"name": "b", "tags": {"t": "1"}}], (("Tags", "tags"), ("Name", "name")))
    assert [list(row.items()) for row in made] == [[("Tags", ""), ("Name", "a")], [("Tags", "t=1"), ("Name", "b")]]


RESULT = {"id": "/x", "name": "a", "created": {"at": "2024-05-01T10:20:30.1+00:00"}, "tags": {"k": "v"}}


@pytest.mark.parametrize("line, expected", [
    ("-o table", "Name    Created               Tags\n------  --------------------  ------\na       2024-05-01T10:20:30Z  k=v\n"),
    ("-o table --query '{N:name}'", "N\n---\na\n"),
    ("-o tsv --query name", "a\n"),
    ("--query tags", '{\n  "k": "v"\n}\n'),
    ("-o none", ""),
    ("-o yaml --query tags", "k: v\n"),
])
def test_outputs(noun, az_ml, azml, line, expected):
    noun(Verb("show", "sample:show", "Show.", scope="none", offline=True), handlers={"show": lambda noun: dict(RESULT)},
         columns=(("Name", "name"), ("Created", "created.at"), ("Tags", "tags")))
    for door in (az_ml, azml):
        assert door(f"sample show {line}").ok().out == expected


def test_columns_of_a_verb_win(noun, azml):
    noun(Verb("show", "sample:show", "Show.", scope="none", offline=True, columns=(("N", "name"),)),
         handlers={"show": lambda noun: dict(RESULT)}, columns=(("Name", "name"), ("Tags", "tags")))
    assert azml("sample show -o table").ok().out == "N\n---\na\n"
