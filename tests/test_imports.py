"""Start-up is a feature: what each kind of command may import beyond what `local path` needs anyway.

Whole processes of the second door, which imports less of az on its own than az does.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
RUN = """
import sys
from azext_ml.cli.azml import main
try:
    code = main(sys.argv[1:])
except SystemExit as leaving:
    code = leaving.code
import json
print("\\n" + json.dumps([code, sorted(sys.modules)]))
"""
# What az's core loads for itself, which is not the same in all its versions.
AZ = """
import azure.cli.core.parser, azure.cli.core._help, azure.cli.core.commands, knack.output, sys, json
print(json.dumps(sorted(sys.modules)))
"""
# Never on the way of a local command, whatever it does: each costs what a fifth of a command may cost, or more.
HEAVY = {"azure.mgmt", "azure.identity", "azure.storage", "azure.cli.core._profile", "requests", "msal", "msrest", "jsonschema",
         "waitress", "unittest", "asyncio", "azext_ml.rest.azure_blobs"}
CHECKED = {"marshmallow", "yaml"}                          # loading and checking a specification


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    folder = tmp_path_factory.mktemp("imports")
    (folder / "job.yml").write_text("command: echo\nenvironment:\n  image: ubuntu\n")
    (folder / "m.bin").write_bytes(b"x")
    env = {**os.environ, "PYTHONPATH": str(PROJECT), "AZURE_ML_LOCAL_ROOT": str(folder / "root"), "AZURE_ML_BACKEND": "local"}

    done = subprocess.run([sys.executable, "-c", AZ], env=env, capture_output=True, text=True, check=True)
    az = set(json.loads(done.stdout))

    def modules(line, code=0):
        """What a command imports and az's core alone does not."""
        done = subprocess.run([sys.executable, "-c", RUN, *line.split()], cwd=folder, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        ended, names = json.loads(done.stdout.splitlines()[-1])
        assert ended == code, done.stderr
        return set(names) - az
    modules("model create --name m --version 1 --path m.bin --tags a=b")    # the store and the workspace are made here
    return modules


def beyond(found, baseline):
    """Names of packages outside the standard library, and of packages of ours, that `found` has beyond `baseline`."""
    names = set()
    for name in found - baseline:
        top = name.partition(".")[0]
        if top == "azext_ml":
            names.add(".".join(name.split(".")[:2]))
        elif top == "azure":
            names.add(".".join(name.split(".")[:2]))
        elif top not in sys.stdlib_module_names and "cython" not in top:        # what compiled modules leave behind
            names.add(top)
    return names


def below(found, names):
    return {name for name in names if any(module == name or module.startswith(name + ".") for module in found)}


@pytest.fixture(scope="module")
def baseline(modules):
    return modules("local path")


def test_the_no_op_imports_next_to_nothing(baseline):
    ours = {name for name in baseline if name.startswith("azext_ml")}
    assert ours == {"azext_ml", "azext_ml.core", "azext_ml.core.card", "azext_ml.core.errors", "azext_ml.nouns", "azext_ml.local",
                    "azext_ml.local.root", "azext_ml.cli", *(f"azext_ml.cli.{name}" for name in (
                        "azml", "failures", "help", "local_commands", "params", "run", "table"))}
    assert not below(baseline, HEAVY | CHECKED | {"sqlite3"})


@pytest.mark.parametrize("line, code, allowed", [
    ("model list", 0, set()),
    ("model show --name m --version 1", 0, set()),
    ("model list --output table", 0, {"tabulate", "wcwidth"}),
    ("model archive --name m --version 1", 0, set()),
    ("model show --name nothing", 3, set()),
    ("job list", 0, set()),
    ("job show --name nothing", 3, set()),
    ("workspace list", 0, set()),
    ("datastore list", 0, set()),
    ("compute list", 0, set()),
])
def test_lists_and_shows_load_no_yaml_and_no_schema_library(modules, baseline, line, code, allowed):
    found = modules(line, code)
    assert beyond(found, baseline) <= {"azext_ml.cli", "azext_ml.core", "azext_ml.local", "azext_ml.nouns", "azext_ml.rest",
                                       "azext_ml.spec", "azext_ml.verbs", "azext_ml.assets", "azure.core", "typing_extensions"} | allowed
    assert not below(found, HEAVY | CHECKED)


@pytest.mark.parametrize("line", ["model update --name m --version 1 --set tags.a=c",
                                  "model create --name m2 --version 1 --path m.bin", "job validate --file job.yml"])
def test_what_is_checked_loads_the_schema_library_only(modules, baseline, line):
    found = modules(line)
    assert not below(found, HEAVY - {"asyncio"})


@pytest.mark.parametrize("line", ["-h", "model -h", "model list -h", "job create -h"])
def test_help_loads_no_workspace(modules, baseline, line):
    found = modules(line)
    assert beyond(found, baseline) <= {"yaml", "azext_ml.cli", "azext_ml.core", "azext_ml.nouns", "azext_ml.spec"}
    assert not below(found, HEAVY | {"marshmallow", "sqlite3"})


def test_a_failure_does_not_import_what_az_looks_for(modules, baseline):
    assert not below(modules("model show --name nothing", 3), {"msrest", "requests", "azure.common", "msal_extensions"})


def test_the_agent_needs_nothing_of_az():
    code = "import azext_ml.cli.agent_main, azext_ml.cli.session, azext_ml.local.agent, sys, json; " \
           "azext_ml.cli.session.services(); print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(PROJECT)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not below(set(json.loads(done.stdout)), {"azure", "knack", "argcomplete", "marshmallow", "yaml", "requests"})
