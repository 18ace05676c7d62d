"""`validate` and `schema`: what is read, what is told in which form, and where a fault is shown."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from azext_ml.cli import reports
from azext_ml.cli.excerpts import excerpt, reader
from azext_ml.spec import kinds
from azext_ml.spec.diagnostics import Diagnostic
from azext_ml.verbs import tree

PROJECT = Path(__file__).parents[2]
GOOD = "command: echo\nenvironment: azureml:base:1\ncompute: cpu\n"
BAD = "command: echo\nenvironment: azureml:base:1\ncompute: [1]\nexperiment_nam: x\n"


@pytest.fixture
def folder(tmp_path):
    """Writes files into a folder: folder({"a.yml": text}) -> its path as text."""
    def write(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return str(tmp_path)
    return write


@pytest.fixture(params=["az", "azml"])
def door(request, az_ml, azml):
    return az_ml if request.param == "az" else azml


def told(result):
    return [line for line in result.err.splitlines() if line.startswith("ERROR")]


def test_good_files_are_counted(door, folder):
    here = folder({"a.yml": GOOD, "sub/b.yaml": "name: e\nimage: i\n", "notes.txt": "a: [", "conda.yml": "channels: [x]\ndependencies: [python]\n"})
    assert door(f"validate {here}").ok().json == {"checked": 2, "errors": 0, "warnings": 0, "skipped": 1}


def test_all_faults_of_all_files_are_told_at_once(door, folder):
    here = folder({"a.yml": BAD, "b.yml": GOOD, "c.yml": "name: m\ntype: mlflow_modell\npath: https://h/x\n", "d.yml": "a: [\n"})
    result = door("validate .", cwd=here)
    assert result.code == 1 and result.out == ""
    assert told(result) == [
        "ERROR: a.yml:3:10: compute: wants the name of a compute, got a list",
        "ERROR: a.yml:4:1: experiment_nam: unknown key 'experiment_nam'; did you mean 'experiment_name'?",
        "ERROR: c.yml:2:7: type: 'mlflow_modell' is not one of custom_model, mlflow_model or triton_model; did you mean 'mlflow_model'?",
        *[line for line in told(result) if "d.yml:2:1" in line]]


def test_patterns_and_files_are_each_read_once(azml, folder):
    here = folder({"a.yml": GOOD, "sub/b.yml": GOOD, "sub/deep/c.yml": GOOD})
    assert azml(["validate", "**/*.yml", "a.yml", "sub"], cwd=here).ok().json["checked"] == 3
    assert azml(["validate", "sub/*.yml"], cwd=here).ok().json["checked"] == 1


def test_hidden_folders_and_environments_are_left_out(azml, folder):
    here = folder({"a.yml": GOOD, ".git/b.yml": BAD, "node_modules/c.yml": BAD, "env/pyvenv.cfg": "", "env/d.yml": BAD})
    assert azml(f"validate {here}").ok().json["checked"] == 1


def test_what_is_not_there_is_an_error_beside_the_others(azml, folder):
    here = folder({"a.yml": BAD})
    result = azml(["validate", "absent.yml", "*.none", "a.yml"], cwd=here)
    assert result.code == 1
    assert [line.split(": ")[1] for line in told(result)] == ["a.yml:3:10", "a.yml:4:1", "*.none", "absent.yml"]


def test_a_file_of_no_known_kind_is_an_error_when_it_is_named(azml, folder):
    here = folder({"a.yml": "channels: [x]\ndependencies: [python]\n"})
    result = azml("validate a.yml", cwd=here)
    assert told(result) == ["ERROR: a.yml:1:1: is of no kind that is known; begin it with '$schema:', or say --kind"]
    assert azml("validate a.yml --kind environment", cwd=here).code == 1
    assert azml("validate .", cwd=here).ok().json["skipped"] == 1


@pytest.mark.parametrize("word", ["job", "commandJob", "online-deployment", "COMMANDJOB"])
def test_a_kind_is_a_noun_or_the_name_of_a_schema(azml, folder, word):
    folder_ = folder({"a.yml": GOOD})
    assert (azml(f"validate a.yml --kind {word}", cwd=folder_).code == 0) == ("job" in word.lower())


def test_an_unknown_kind_names_the_nearest(azml, folder):
    result = azml("validate a.yml --kind jobb", cwd=folder({"a.yml": GOOD}))
    assert result.code == 2 and "Did you mean 'job'?" in result.err


def test_no_path_is_a_fault_of_the_command_line(azml):
    assert azml("validate").code == 2


def test_names_that_an_option_can_give_are_only_warned_of(azml, folder):
    here = folder({"a.yml": "$schema: https://x/model.schema.json\npath: https://h/x\n"})
    result = azml("validate a.yml", cwd=here).ok()
    assert result.json["warnings"] == 1
    assert "WARNING: a.yml:1:1: required key 'name' is missing; add 'name:' with text, or give --name" in result.err


def test_nothing_is_written(azml, folder, root):
    here = folder({"a.yml": GOOD})
    before = sorted(os.listdir(here))
    azml(f"validate {here}").ok()
    assert sorted(os.listdir(here)) == before and not root.exists()


# ---- kinds -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("address, kind", [
    ("https://azuremlschemas.azureedge.net/latest/commandJob.schema.json", "job"),
    ("https://azuremlschemasprod.azureedge.net/latest/pipelineComponent.schema.json", "component"),
    ("https://azuremlsdk2.blob.core.windows.net/preview/0.0.1/autoMLJob.schema.json", "job"),
    ("http://azureml/sdk-2-0/Featureset.json", "feature_set"),
    ("http://azureml/sdk-2-0/OnlineDeployment.json", "online_deployment"),
    ("http://azureml/sdk-2-0/Connection.json", "connection"),
    ("environment", "environment"),
    ("https://json.schemastore.org/github-workflow.json", None),
    (5, None), (None, None)])
def test_schemas_name_kinds(address, kind):
    assert kinds.named(address) == kind


@pytest.mark.parametrize("text, kind", [
    (GOOD, "job"),
    ("comand: echo\nenvironment: azureml:base:1\ncompute: cpu\n", "job"),
    ("type: pipeline\njobs: {}\n", "job"),
    ("type: pipelin\njobs: {}\nsettings: {}\nexperiment_name: e\n", "job"),
    ("type: command\nname: c\nversion: 1\ncommand: echo\nenvironment: azureml:base:1\nis_deterministic: true\n", "component"),
    ("name: e\nimage: i\nconda_file: {}\n", "environment"),
    ("name: d\ntype: uri_file\npath: x\n", "data"),
    ("name: m\ntype: mlflow_model\npath: x\n", "model"),
    ("name: c\ntype: AmlCompute\nsize: s\nmin_instances: 0\n", "compute"),
    ("name: s\ntype: azure_blob\naccount_name: a\ncontainer_name: c\n", "datastore"),
    ("name: d\nendpoint_name: e\nmodel: azureml:m:1\ninstance_type: s\ninstance_count: 1\n", "online_deployment"),
    ("name: e\nauth_mode: key\n", "online_endpoint"),
    ("name: x\non: push\njobs: {}\n", None),
    ("version: '3'\nservices: {}\n", None),
    ("apiVersion: v1\nkind: Pod\nmetadata: {}\nspec: {}\n", None),
    ("name: env\nchannels: [x]\ndependencies: [python]\n", None),
    ("$schema: https://json.schemastore.org/x.json\n" + GOOD, None),
    ("$schema: https://azuremlschemas.azureedge.net/promptflow/latest/Other.schema.json\n" + GOOD, None),
    ("$schema: https://azuremlschemas.azureedge.net/latest/comandJob.schema.json\n" + GOOD, "job"),
    ("[]", None), ("text", None), ("{}", None)])
def test_shapes_name_kinds(text, kind):
    assert kinds.kind_of(yaml.safe_load(text)) == kind


# ---- files that refer to each other ----------------------------------------------------------------------------------

TRAIN = "$schema: commandComponent.schema.json\nname: train\nversion: '1'\ncommand: run\nenvironment: azureml:base:1\ninputs:\n  rate: {type: number}\n"
PIPELINE = "type: pipeline\nsettings: {default_compute: c}\njobs:\n  train:\n    type: command\n    component: azureml:train:1\n    inputs: {%s: 1}\n"


def test_a_file_that_a_file_takes_in_is_told_of_once(folder):
    here = folder({"c.yml": TRAIN + "tagz: {}\n", "p.yml": PIPELINE.replace("azureml:train:1", "./c.yml") % "rate",
                   "q.yml": PIPELINE.replace("azureml:train:1", "file:c.yml") % "rate"})
    found = [str(one) for one in tree.check([here]).errors]
    assert len(found) == 1 and "c.yml:8:1" in found[0]


@pytest.mark.parametrize("given, wrong", [
    ("rate", []), ("rat", ["the component has no input 'rat'", "the required input 'rate' is missing"])])
def test_nodes_fit_the_components_that_other_files_define(folder, given, wrong):
    found = tree.check([folder({"c.yml": TRAIN, "p.yml": PIPELINE % given})]).errors
    assert [one.what for one in found if one.what not in wrong] == [] and bool(found) == bool(wrong)


@pytest.mark.parametrize("reference, warned", [
    ("azureml:base:1", None),
    ("azureml:base@latest", None),
    ("azureml:bsae:1", "did you mean 'base'?"),
    ("azureml:base:2", "the files here define version 1 of 'base', not 2"),
    ("azureml:basis:1", None)])
def test_references_to_what_other_files_define(folder, reference, warned):
    report = tree.check([folder({"e.yml": "name: base\nversion: '1'\nimage: i\n", "j.yml": f"command: x\nenvironment: {reference}\ncompute: c\n"})])
    assert not report.errors
    assert [warned in str(one) for one in report.warnings] == ([True] if warned else [])


@pytest.mark.parametrize("one, other, slip", [
    ("gpu-clutser", "gpu-cluster", True), ("gpu-cluser", "gpu-cluster", True), ("gpuu", "gpu", True),
    ("gpu-cluster", "cpu-cluster", False), ("v1", "v10", False), ("a", "b", False), ("same", "same", False)])
def test_slips(one, other, slip):
    assert tree._slip(one, other) is slip and tree._slip(other, one) is slip


# ---- forms of telling ------------------------------------------------------------------------------------------------

def test_json(door, folder):
    result = door("validate . --format json", cwd=folder({"a.yml": BAD, "b.yml": GOOD}))
    assert result.code == 1 and result.err == ""
    assert result.json["checked"] == [{"file": "a.yml", "kind": "job"}, {"file": "b.yml", "kind": "job"}]
    assert (result.json["errors"], result.json["warnings"]) == (2, 0)
    assert result.json["diagnostics"][0] == {"file": "a.yml", "line": 3, "column": 10, "path": "compute", "severity": "error",
                                             "message": "wants the name of a compute, got a list", "fix": None}


def test_sarif(azml, folder):
    result = azml("validate . --format sarif", cwd=folder({"a b.yml": BAD}))
    assert result.code == 1
    run = result.json["runs"][0]
    first = run["results"][0]
    assert result.json["version"] == "2.1.0" and first["level"] == "error"
    assert first["ruleId"] in {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert first["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": "a%20b.yml"}, "region": {"startLine": 3, "startColumn": 10}}
    assert azml("validate . --format sarif", cwd=folder({"a b.yml": GOOD})).ok().json["runs"][0]["results"] == []


def test_github(azml, folder):
    result = azml("validate . --format github", cwd=folder({"a.yml": BAD}))
    assert result.code == 1
    assert result.out.splitlines()[0] == "::error file=a.yml,line=3,col=10::compute: wants the name of a compute, got a list"


def test_github_commands_cannot_be_forged():
    report = tree.Report([], [], [Diagnostic("a,b:c\n.yml", 1, 2, "", "100% of\n::error::x")])
    assert reports.github(report) == "::error file=a%2Cb%3Ac%0A.yml,line=1,col=2::100%25 of%0A::error::x\n"


# ---- a schema of the user's ------------------------------------------------------------------------------------------

RULES = {"type": "object", "required": ["tags"], "properties": {
    "tags": {"type": "object", "required": ["team"], "properties": {"team": {"enum": ["blue", "red"]}}, "additionalProperties": False},
    "compute": {"pattern": "^cpu"}}}


@pytest.mark.parametrize("more, expected", [
    ("tags: {team: blue}\n", []),
    ("", ["a.yml:1:1: required key 'tags' is missing; add 'tags:'"]),
    ("tags:\n  team: green\n", ["a.yml:5:9: tags.team: 'green' is not one of blue, red"]),
    ("tags: {team: red, x: y}\n", ["a.yml:4:19: tags.x: unknown key 'x'; known here: team"]),
    ("tags: 5\n", ["a.yml:4:7: tags: wants a mapping, got 5; write it as 'key: value' lines", "a.yml:4:7: tags: wants object, got 5"])])
def test_against_a_schema(azml, folder, more, expected):
    here = folder({"a.yml": GOOD + more, "rules.json": json.dumps(RULES)})
    result = azml("validate a.yml --against rules.json", cwd=here)
    assert sorted(line.removeprefix("ERROR: ") for line in told(result)) == sorted(expected)
    assert result.code == (1 if expected else 0)


def test_any_yaml_can_be_held_against_a_schema(azml, folder):
    here = folder({"a.yml": "anything: 1\n", "rules.yml": "required: [anything]\n"})
    assert azml("validate a.yml --against rules.yml", cwd=here).ok().json["checked"] == 1


def test_schemas_refer_to_files_beside_them_and_to_nothing_else(azml, folder):
    here = folder({"a.yml": GOOD, "s/rules.json": '{"$ref": "more.json#/definitions/x"}', "s/more.json": '{"definitions": {"x": {"required": ["tags"]}}}',
                   "far.json": '{"$ref": "https://example.org/x.json"}'})
    assert "required key 'tags'" in azml("validate a.yml --against s/rules.json", cwd=here).err
    result = azml("validate a.yml --against far.json", cwd=here)
    assert result.code == 2 and "https://example.org/x.json" in result.err


@pytest.mark.parametrize("text", ["{", "[]", '{"type": "objekt"}'])
def test_a_schema_that_is_none_is_told_so(azml, folder, text):
    result = azml("validate a.yml --against rules.json", cwd=folder({"a.yml": GOOD, "rules.json": text}))
    assert result.code in (1, 2) and "rules.json" in result.err and "fault of" not in result.err


# ---- schemas ---------------------------------------------------------------------------------------------------------

def test_schemas_are_listed_shown_and_exported(door, tmp_path):
    names = [row["name"] for row in door("schema list").ok().json]
    assert {"commandJob", "environment", "amlCompute"} <= set(names)
    shown = door("schema show -n commandjob").ok().json
    assert shown["title"] == "commandJob" and "command" in shown["properties"]
    assert ".schema.json" not in json.dumps([value for key, value in _refs(shown)])
    assert door(f"schema export -p {tmp_path}/s").ok().json["files"] == len(names) + 1
    assert sorted(os.listdir(tmp_path / "s")) == sorted(f"{name}.schema.json" for name in [*names, "definitions"])
    assert door("schema show -n commandJbo").code == 3


def _refs(node):
    if isinstance(node, dict):
        yield from ((key, value) for key, value in node.items() if key == "$ref")
        for value in node.values():
            yield from _refs(value)
    elif isinstance(node, list):
        for value in node:
            yield from _refs(value)


# ---- excerpts --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("line, column, expected", [
    ("compute: gpu-clutser  # x", 10, ("compute: gpu-clutser  # x", "         ^~~~~~~~~~~")),
    ("a: 'two words' # x", 4, ("a: 'two words' # x", "   ^~~~~~~~~~~")),
    ("\ta: b", 5, (" a: b", "    ^")),
    ("日本: x", 5, ("日本: x", "      ^")),
    ("a: b\x1b[31mred", 4, ("a: b\\x1b[31mred", "   ^~~~~~~~~~~~")),
    ("env: azureml:x:1", 6, ("env: azureml:x:1", "     ^~~~~~~~~~~")),
    ("", 1, ("", "^"))])
def test_the_line_and_a_mark_below_it(line, column, expected):
    shown = excerpt(Diagnostic("t.yml", 1, column, "", "x"), lambda file: [line])
    assert shown == f"    1 | {expected[0]}\n      | {expected[1]}"


def test_long_lines_are_cut_around_the_place():
    shown = excerpt(Diagnostic("t.yml", 1, 501, "", "x"), lambda file: ["a" * 500 + "here" + "b" * 500])
    line, mark = shown.splitlines()
    assert len(line) < 120 and line[mark.index("^")] == "h"


@pytest.mark.parametrize("one", [Diagnostic("t.yml", 0, 0, "", "x"), Diagnostic("t.yml", 9, 1, "", "x"), Diagnostic("t.yml", 1, 99, "", "x")])
def test_what_is_not_there_is_not_shown(one):
    assert excerpt(one, lambda file: ["a: b"]) is None


def test_files_that_cannot_be_read_have_no_lines(tmp_path):
    assert reader()(str(tmp_path)) == [] == reader()("--set")


def test_lines_are_shown_on_terminals_only(azml, folder):
    here = folder({"a.yml": BAD})
    assert " | " not in azml("validate a.yml", cwd=here).err
    out, code = _on_a_terminal([sys.executable, "-c", "from azext_ml.cli.azml import main; raise SystemExit(main())", "validate", "a.yml"], here)
    assert "    3 | compute: [1]" in out and "      |          ^~" in out and code == 1


def _on_a_terminal(command, cwd):
    """What a command writes to a terminal that is its stderr."""
    import pty
    master, slave = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": os.fspath(PROJECT), "NO_COLOR": "1"}
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=slave, env=environment) as process:
        os.close(slave)
        found = b""
        while True:
            try:
                piece = os.read(master, 4096)
            except OSError:         # Linux ends a terminal that way
                break
            if not piece:
                break
            found += piece
    os.close(master)
    return found.decode(), process.returncode
