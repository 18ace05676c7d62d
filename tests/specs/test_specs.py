"""Specs that pass, and specs with one fault each: the first line of a file in `fail` is the message, without the file's name."""

from pathlib import Path

import pytest

from azext_ml.core.errors import SpecError
from azext_ml.spec import validate, walk
from azext_ml.spec.load import load
from azext_ml.spec.registry import resolve

HERE = Path(__file__).parent


def faults(path):
    kind, document = resolve(path.parts[-3]), load(path, "spec")
    try:
        validate.validate(kind, document, walk.expand(kind, document))
    except SpecError as error:
        return [str(fault).removeprefix("spec:") for fault in error.diagnostics]
    return []


@pytest.mark.parametrize("path", sorted(HERE.glob("*/pass/*.yml")), ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_passes(path):
    assert faults(path) == []


@pytest.mark.parametrize("path", sorted(HERE.glob("*/fail/*.yml")), ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_fails_with_its_message(path):
    assert faults(path) == [path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")]
