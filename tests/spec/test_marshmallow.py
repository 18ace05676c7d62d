"""The specs say the same with the oldest marshmallow that is allowed as with the one that is installed. The official SDK pins the
older major: its environment has it. AZML_PEER_PYTHON names the interpreter; `make test` sets one up in .venv-peer."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
VERDICTS = """
import json, pathlib, sys
import marshmallow
from azext_ml.core.errors import SpecError
from azext_ml.spec import validate, walk
from azext_ml.spec.load import load
from azext_ml.spec.registry import resolve
said = {}
for path in sorted(pathlib.Path(sys.argv[1]).glob("*/*/*.yml")):
    if path.parent.name in ("pass", "fail"):
        try:
            document = load(path)
            kind = resolve(path.parts[-3])
            said[str(path)] = validate.validate(kind, document, walk.expand(kind, document))
        except SpecError as error:
            said[str(path)] = str(error)
print(json.dumps([sys.modules["marshmallow"].__file__, said], default=str))
"""


def verdicts(python):
    done = subprocess.run([python, "-c", VERDICTS, str(PROJECT / "tests" / "specs")], env={**os.environ, "PYTHONPATH": str(PROJECT)},
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_another_release_of_marshmallow_says_the_same():
    python = os.environ.get("AZML_PEER_PYTHON") or str(PROJECT / ".venv-peer" / "bin" / "python")
    if not os.path.exists(python):
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"no azure-ai-ml at {python}: run make test")
    (ours, expected), (theirs, found) = verdicts(sys.executable), verdicts(python)
    assert ours != theirs
    assert len(expected) > 150
    assert found == expected
