"""Specs that pass, and specs that fail: a file in `fail` begins with its messages, one a comment line and in the order of the
file, without the file's name; `~` is the folder of the noun."""

from itertools import takewhile
from pathlib import Path

import pytest

from azext_ml.core.errors import SpecError
from azext_ml.spec import validate, walk
from azext_ml.spec.load import load
from azext_ml.spec.registry import resolve

HERE = Path(__file__).parent


def faults(path):
    try:
        kind, document = resolve(path.parts[-3]), load(path, "spec")
        validate.validate(kind, document, walk.expand(kind, document))
    except SpecError as error:
        return [str(fault).removeprefix("spec:").replace(str(path.parent.parent), "~") for fault in error.diagnostics]
    return []


def expected(path):
    comments = takewhile(lambda line: line.startswith("# "), path.read_text(encoding="utf-8").splitlines())
    return [line.removeprefix("# ") for line in comments if not line.startswith("# beyond-schema: ")]


@pytest.mark.parametrize("path", sorted(HERE.glob("*/pass/*.yml")), ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_passes(path):
    assert faults(path) == []


@pytest.mark.parametrize("path", sorted(HERE.glob("*/fail/*.yml")), ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_fails_with_its_messages(path):
    assert expected(path), "it says no message"
    assert faults(path) == expected(path)
