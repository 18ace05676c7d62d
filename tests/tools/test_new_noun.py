"""The scaffold is run into a copy of the project, whose commands and tests then have to work."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
TOOL = PROJECT / "tools" / "new_noun.py"


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the project with two new nouns, one plain and one versioned."""
    folder = tmp_path_factory.mktemp("project")
    quiet = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PROJECT / "azext_ml", folder / "azext_ml", ignore=quiet)
    tests = [f"tests/{name}" for name in ("conftest.py", "nouns/conftest.py", "local/conftest.py", "acceptance/conftest.py",
                                          "acceptance/test_acceptance.py")]
    for part in [*tests, "pyproject.toml"]:
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / part, folder / part)
    for words in (["night-shift", "--collection", "nightShifts"], ["recipe", "--collection", "recipes", "--versioned"]):
        new_noun(*words, "--api-version", "2024-01-01-preview", "--project", folder).check_returncode()
    return folder


def new_noun(*words):
    return subprocess.run([sys.executable, TOOL, *map(str, words)], capture_output=True, text=True)


@pytest.fixture
def azml(copy, root):
    def run(*words):
        done = subprocess.run([sys.executable, "-c", "from azext_ml.cli.azml import main; raise SystemExit(main())", *words],
                              capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(copy)}, cwd=copy)
        assert "Traceback" not in done.stderr, done.stderr
        return done
    return run


def test_a_plain_noun_works_at_once(azml, copy):
    spec = copy / "tests" / "acceptance" / "night_shift" / "verbs" / "night_shift.yml"
    made = json.loads(azml("night-shift", "create", "--file", str(spec)).stdout)
    assert (made["name"], made["description"], made["tags"]) == ("my-night-shift", "The first one.", {"team": "green"})
    assert made["creation_context"]["created_at"]
    assert json.loads(azml("night-shift", "show", "--name", "my-night-shift").stdout) == made
    assert json.loads(azml("night-shift", "list").stdout) == [made]
    assert azml("night-shift", "delete", "--name", "my-night-shift", "--yes").returncode == 0
    assert azml("night-shift", "show", "--name", "my-night-shift").returncode == 3
    assert json.loads(azml("night-shift", "list").stdout) == []


def test_a_versioned_noun_works_at_once(azml, copy):
    spec = str(copy / "tests" / "acceptance" / "recipe" / "verbs" / "recipe.yml")
    versions = [json.loads(azml("recipe", "create", "--file", spec).stdout)["version"] for _ in range(2)]
    assert versions == ["1", "2"]
    assert json.loads(azml("recipe", "show", "--name", "my-recipe", "--label", "latest").stdout)["version"] == "2"


def test_its_misspelt_keys_are_told(azml, tmp_path):
    (tmp_path / "night.yml").write_text("name: n\ndescripton: d\n")
    done = azml("night-shift", "create", "--file", str(tmp_path / "night.yml"))
    assert done.returncode == 1
    assert "night.yml:2:1: descripton: unknown key 'descripton'; did you mean 'description'?" in done.stderr


def test_its_own_tests_pass(copy):
    def pytest_in_copy(*words):
        done = subprocess.run([sys.executable, "-m", "pytest", "-q", *words], cwd=copy, capture_output=True, text=True,
                              env={**os.environ, "PYTHONPATH": str(copy)})
        assert done.returncode == 0, done.stdout + done.stderr
    pytest_in_copy("tests/acceptance", "--golden")
    assert "my-night-shift" in (copy / "tests" / "acceptance" / "night_shift" / "verbs" / "output.txt").read_text()
    pytest_in_copy("tests")


def test_only_the_registry_is_changed(tmp_path):
    shutil.copytree(PROJECT / "azext_ml", tmp_path / "azext_ml", ignore=shutil.ignore_patterns("__pycache__"))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.py")}
    new_noun("night-shift", "--collection", "nightShifts", "--api-version", "1", "--project", tmp_path).check_returncode()
    changed = [path.relative_to(tmp_path).as_posix() for path, content in before.items() if path.read_bytes() != content]
    assert changed == ["azext_ml/spec/registry.py"]


@pytest.mark.parametrize("noun, says", [("job", "azext_ml/nouns/job/__init__.py is there already"), ("Big", "is not a noun")])
def test_refusals(noun, says):
    done = new_noun(noun, "--collection", "c", "--api-version", "1")
    assert done.returncode == 2
    assert says in done.stderr
