"""Tab completion, as a shell asks for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def complete(root, azml, tmp_path):
    (tmp_path / "m.bin").write_bytes(b"x")
    for name in ("bert", "resnet"):
        azml(f"model create --name {name} --version 1 --path m.bin", cwd=tmp_path).ok()

    def complete(line, **env):
        """Words offered for `line`, the cursor at its end. The answer comes through descriptor 8 (argcomplete)."""
        env = {**os.environ, "PYTHONPATH": str(PROJECT), "_ARGCOMPLETE": "1", "COMP_LINE": line, "COMP_POINT": str(len(line)),
               "_ARGCOMPLETE_IFS": "\n", "COMP_TYPE": "9", **env}
        done = subprocess.run(["bash", "-c", '"$0" -m azext_ml 8>&1 9>/dev/null 1>/dev/null', sys.executable], env=env,
                              capture_output=True, text=True)
        assert "Traceback" not in done.stderr
        return [word.strip() for word in done.stdout.split("\n") if word.strip()]
    return complete


@pytest.mark.parametrize("line, expected", [
    ("azml wor", ["workspace"]),
    ("azml model ar", ["archive"]),
    ("azml model show --na", ["--name"]),
    ("azml model show --name r", ["resnet"]),
    ("azml model list -o ts", ["tsv"]),
    ("azml config ", ["-h", "--help", "set", "get", "unset"]),
])
def test_completion(complete, line, expected):
    assert complete(line) == expected


def test_names_come_from_the_workspace(complete):
    assert sorted(complete("azml model show --name ")) == ["bert", "resnet"]
    assert complete("azml model show -w nothing --name ") == []


def test_completion_is_silent_when_there_is_nobody_to_ask(complete):
    assert complete("azml model show --name ", AZURE_ML_BACKEND="azure") == []
