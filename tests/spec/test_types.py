"""Every type, by tables: what it takes, what is sent, what is printed."""

import math
import os

import pytest

from azext_ml.core.ids import scope
from azext_ml.spec import types
from azext_ml.spec.diagnostics import Wrong
from azext_ml.spec.dialects import arm, component, node
from azext_ml.spec.load import parse
from azext_ml.spec.plan import Pending, Plan
from azext_ml.spec.where import Where

SCOPE = scope("S", "G", "W")
ELSEWHERE = scope("S", "G", "Other")
AT = Where(facts={"scope": SCOPE})


def yaml(text):
    return parse(f"a: {text}", "t.yml", "/").value["a"]


def wrong(kind, value):
    with pytest.raises(Wrong) as caught:
        kind.check(value)
    return caught.value.fault.what, caught.value.fault.fix


# ---- check -----------------------------------------------------------------------------------------------------------

WORDS = types.Enum({"ro_mount": "ReadOnlyMount", "mount": "ReadOnlyMount", "direct": "Direct"})
SNAKE = types.Enum(("system_assigned", "aml_token"), case="snake")
EXACT = types.Enum({"uri_file": "uri_file"}, case="exact")
TAKEN = [
    (types.Text(), "x", "x"), (types.Text(), "''", ""), (types.Text(), "'1'", "1"), (types.Text(), "2024-01-02", "2024-01-02"),
    (types.Text("[0-9]+g"), "2g", "2g"),
    (types.Text(cast=True), "1", "1"), (types.Text(cast=True), "1.10", "1.10"), (types.Text(cast=True), "010", "010"),
    (types.Text(cast=True), "20240203", "20240203"), (types.Text(cast=True), "1.5", "1.5"), (types.Text(cast=True), "v1", "v1"),
    (types.Number(), "3", 3), (types.Number(), "'3'", 3), (types.Number(), "3.0", 3), (types.Number(), "-2", -2),
    (types.Number(), "0x10", 16), (types.Number(whole=False), "1.5", 1.5), (types.Number(whole=False), "'1e-3'", 0.001),
    (types.Number(whole=False), "2", 2), (types.Number(low=0, high=5), "0", 0), (types.Number(low=0, high=5), "5", 5),
    (types.Duration(), "90", 90), (types.Duration(), "0", 0), (types.Duration(), "'90'", 90),
    (types.Flag(), "true", True), (types.Flag(), "no", False), (types.Flag(), "'Yes'", True), (types.Flag(), "'off'", False),
    (types.Flag(), "1", True), (types.Flag(), "0", False), (types.Flag(), "t", True), (types.Flag(), "n", False),
    (WORDS, "ro_mount", "ro_mount"), (WORDS, "RO_Mount", "ro_mount"), (WORDS, "mount", "mount"),
    (SNAKE, "system_assigned", "system_assigned"), (SNAKE, "SystemAssigned", "system_assigned"), (SNAKE, "AMLToken", "aml_token"),
    (EXACT, "uri_file", "uri_file"),
    (types.Anything(), "{a: [1, x, null]}", {"a": [1, "x", None]}), (types.Loose(), "3", 3), (types.AsText(), "[1]", [1]),
    (types.LocalFile(), "a/b", "a/b"), (types.Upload(), "a/b", "a/b"), (types.Upload(), "azureml://datastores/x/paths/y",
                                                                        "azureml://datastores/x/paths/y"),
    (types.Code(), "./src", "./src"), (types.Code(), "https://h/x", "https://h/x"), (types.Code(), "azureml:code:1", "azureml:code:1"),
    (types.DataPath("data"), "a:b/c.csv", "a:b/c.csv"), (types.DataPath("data"), "azureml:d:1", "azureml:d:1"),
    (types.DataPath("data"), "azureml:https://h/x", "https://h/x"),
]


@pytest.mark.parametrize("kind, text, expected", TAKEN, ids=lambda part: type(part).__name__ if isinstance(part, types.Type) else None)
def test_taken(kind, text, expected):
    found = kind.check(yaml(text))
    assert found == expected
    assert isinstance(found, type(expected))


REFUSED = [
    (types.Text(), "3", "wants text, got 3", "put it in quotes"), (types.Text(), "1.10", "wants text, got 1.10", "put it in quotes"),
    (types.Text(), "true", "wants text, got true", "put it in quotes"), (types.Text(), "[x]", "wants text, got a list", None),
    (types.Text(), "{}", "wants text, got a mapping", None),
    (types.Text("[0-9]+g", "write it so: 2g"), "2x", "'2x' does not have the form wanted", "write it so: 2g"),
    (types.Text("[0-9]+g", "write it so: 2g"), "'2g\\n'", "'2g\\\\n' does not have the form wanted", "write it so: 2g"),
    (types.Text(cast=True), "true", "wants text, got true", "put it in quotes"),
    (types.Number(), "x", "wants a whole number, got 'x'", None), (types.Number(), "1.5", "wants a whole number, got 1.5", None),
    (types.Number(), "true", "wants a whole number, got true", None), (types.Number(), ".inf", "wants a whole number, got .inf", None),
    (types.Number(), ".nan", "wants a whole number, got .nan", None), (types.Number(), "''", "wants a whole number, got ''", None),
    (types.Number(whole=False), "x", "wants a number, got 'x'", None),
    (types.Number(whole=False), ".inf", "wants a number, got .inf", None),
    (types.Number(whole=False), "'nan'", "wants a number, got 'nan'", None),
    (types.Number(low=1), "0", "must be at least 1, got 0", None),
    (types.Number(low=1, high=5), "6", "must be from 1 to 5, got 6", None), (types.Duration(), "-1", "must be at least 0, got -1", None),
    (types.Duration(), "1.5", "wants a whole number of seconds, got 1.5", "3600 is an hour"),
    (types.Flag(), "2", "wants true or false, got 2", None), (types.Flag(), "maybe", "wants true or false, got 'maybe'", None),
    (types.Flag(), "[]", "wants true or false, got a list", None), (types.Flag(), "1.0", "wants true or false, got 1.0", None),
    (WORDS, "ro_mout", "'ro_mout' is not one of ro_mount, mount or direct", "did you mean 'ro_mount'?"),
    (WORDS, "zebra", "'zebra' is not one of ro_mount, mount or direct", None),
    (WORDS, "3", "3 is not one of ro_mount, mount or direct", None),
    (WORDS, "[direct]", "a list is not one of ro_mount, mount or direct", None),
    (EXACT, "URI_FILE", "wants uri_file, got 'URI_FILE'", "did you mean 'uri_file'?"),
    (types.Anything(), ".inf", ".inf is no number that can be sent", "put it in quotes to send it as text"),
    (types.Anything(), "{a: [1, .nan]}", ".nan is no number that can be sent", "put it in quotes to send it as text"),
    (types.Loose(), ".nan", ".nan is no number that can be sent", "put it in quotes to send it as text"),
    (types.Upload(), "3", "wants text, got 3", "put it in quotes"), (types.LocalFile(), "[]", "wants text, got a list", None),
    (types.Code(), "git+https://h/x", "'git+https://h/x' is a git address, which code cannot be", "clone it, and give the folder"),
    (types.Code(), "git@h:x", "'git@h:x' is a git address, which code cannot be", "clone it, and give the folder"),
    (types.Code(), "azureml:code", "'azureml:code' names no version", "add one, as in 'azureml:code:1' or 'azureml:code@latest'"),
    (types.DataPath("data"), "runs:/x/y", "'runs:/x/y' names an artifact of a run, which a job cannot read",
     "name an output of the job: azureml://jobs/<job>/outputs/<output>/paths/<path>"),
    (types.DataPath("data"), "azureml:d", "'azureml:d' names no version", "add one, as in 'azureml:d:1' or 'azureml:d@latest'"),
    (types.DataPath("data"), "3", "wants a local path, a datastore URI or an azureml: reference, got 3", None),
]


@pytest.mark.parametrize("kind, text, what, fix", REFUSED, ids=lambda part: type(part).__name__ if isinstance(part, types.Type) else None)
def test_refused(kind, text, what, fix):
    assert wrong(kind, yaml(text)) == (what, fix)


ENVIRONMENT = types.Ref("environments")
COMPUTE = types.Ref("computes", versioned=False, plain=True, keep=("local",))


@pytest.mark.parametrize("kind, text", [
    *((ENVIRONMENT, text) for text in (
        "azureml:env:1", "azureml:env@latest", "azureml:AzureML-sklearn", "azureml:AzureML-sklearn@latest", f"{SCOPE}/environments/e/versions/1",
        f"azureml:{SCOPE}/environments/e/versions/1", "azureml://registries/r/environments/e/versions/1", "${{parent.inputs.e}}")),
    *((COMPUTE, text) for text in (
        "gpu", "azureml:gpu", "local", "serverless", f"azureml:{SCOPE}/computes/c", "${{parent.inputs.c}}",
        "azureml:/subscriptions/S/resourceGroups/G/providers/Microsoft.MachineLearningServices/virtualclusters/v"))])
def test_references(kind, text):
    assert kind.check(text) == text


@pytest.mark.parametrize("kind, text, what, fix", [
    (ENVIRONMENT, "env:1", "'env:1' is not a reference", "did you mean 'azureml:env:1'?"),
    (ENVIRONMENT, "azurml:env:1", "'azurml:env:1' is not a reference", "did you mean 'azureml:env:1'?"),
    (ENVIRONMENT, "./env.yml", "'./env.yml' is not a reference", "give a reference such as azureml:environment:1"),
    (ENVIRONMENT, "https://h/x", "'https://h/x' is not a reference", "give a reference such as azureml:environment:1"),
    (ENVIRONMENT, "", "'' is not a reference", "give a reference such as azureml:environment:1"),
    (ENVIRONMENT, "azureml:", "'azureml:' is not a reference", "give a reference such as azureml:environment:1"),
    (ENVIRONMENT, "azureml:a:b:c", "'azureml:a:b:c' is not a reference", "give a reference such as azureml:environment:1"),
    (ENVIRONMENT, "azureml:env", "'azureml:env' names no version", "add one, as in 'azureml:env:1' or 'azureml:env@latest'"),
    (ENVIRONMENT, 3, "wants a reference such as azureml:environment:1, got 3", None),
    (COMPUTE, "azureml:gpu:1", "'azureml:gpu:1' names a version, and a compute has none", "did you mean 'gpu'?"),
    (COMPUTE, "gpu@latest", "'gpu@latest' names a version, and a compute has none", "did you mean 'gpu'?"),
    (COMPUTE, "a/b", "'a/b' is not a reference", "give the name of a compute"),
    (COMPUTE, ["x"], "wants the name of a compute, got a list", None)])
def test_no_references(kind, text, what, fix):
    assert wrong(kind, text) == (what, fix)


def test_a_file_is_not_taken_for_a_misspelt_reference(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "env").write_text("")
    assert wrong(ENVIRONMENT, "env") == ("'env' is not a reference", "give a reference such as azureml:environment:1")


# ---- enc and dec -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("kind, value, dialect, sent, printed", [
    (types.Text(), "x", arm, "x", "x"),
    (types.Anything(), {"a": 1}, arm, {"a": 1}, {"a": 1}),
    (types.AsText(), True, arm, "True", "True"), (types.AsText(), 0.5, arm, "0.5", "0.5"), (types.AsText(), [1, "x"], arm, "[1, 'x']", "[1, 'x']"),
    (types.AsText(), None, arm, None, None),
    (types.Loose(), True, arm, True, "True"), (types.Loose(), 3, arm, 3, "3"), (types.Loose(), None, arm, None, None),
    (types.Number(), 3, arm, 3, 3),
    (types.Flag(), False, arm, False, False),
    (WORDS, "mount", arm, "ReadOnlyMount", "ro_mount"), (WORDS, "direct", arm, "Direct", "direct"), (WORDS, "mount", component, "mount", "mount"),
    (SNAKE, "system_assigned", arm, "SystemAssigned", "system_assigned"), (SNAKE, "system_assigned", node, "SystemAssigned", "system_assigned"),
    (types.Duration(), 90, arm, "PT1M30S", 90), (types.Duration(), 90, node, "PT1M30S", 90), (types.Duration(), 90, component, 90, 90),
    (types.Base64(), "häh", arm, "aMOkaA==", "aMOkaA=="),
    (ENVIRONMENT, "azureml:e:1", arm, f"{SCOPE}/environments/e/versions/1", "azureml:e:1"),
    (ENVIRONMENT, "azureml:e:1", component, f"azureml:{SCOPE}/environments/e/versions/1", "azureml:e:1"),
    (ENVIRONMENT, f"azureml:{SCOPE}/environments/e/versions/1", arm, f"{SCOPE}/environments/e/versions/1", "azureml:e:1"),
    (ENVIRONMENT, f"{ELSEWHERE}/environments/e/versions/1", arm, f"{ELSEWHERE}/environments/e/versions/1",
     f"azureml:{ELSEWHERE}/environments/e/versions/1"),
    (ENVIRONMENT, "azureml:AzureML-x@latest", arm, "azureml:AzureML-x@latest", "azureml:AzureML-x@latest"),
    (ENVIRONMENT, "azureml://registries/r/environments/e/versions/1", arm, "azureml://registries/r/environments/e/versions/1",
     "azureml://registries/r/environments/e/versions/1"),
    (ENVIRONMENT, "${{parent.inputs.e}}", arm, "${{parent.inputs.e}}", "${{parent.inputs.e}}"),
    (COMPUTE, "gpu", arm, f"{SCOPE}/computes/gpu", "azureml:gpu"), (COMPUTE, "azureml:gpu", node, f"{SCOPE}/computes/gpu", "azureml:gpu"),
    (COMPUTE, "local", arm, "local", "local"),
    (types.Ref("models", show="long"), "azureml:m:1", arm, f"{SCOPE}/models/m/versions/1", f"azureml:{SCOPE}/models/m/versions/1"),
    (types.Ref("models", show="bare"), "azureml:m:1", arm, f"{SCOPE}/models/m/versions/1", f"{SCOPE}/models/m/versions/1"),
    (types.DataPath("data"), "azureml:d:1", arm, f"{SCOPE}/data/d/versions/1", "azureml:d:1"),
    (types.DataPath("data"), "d:1", arm, f"{SCOPE}/data/d/versions/1", "azureml:d:1"),
    (types.DataPath("data"), "azureml://datastores/s/paths/x", arm, "azureml://datastores/s/paths/x", "azureml://datastores/s/paths/x"),
    (types.DataPath("data"), "azureml:d:1", node, f"{SCOPE}/data/d/versions/1", f"azureml:{SCOPE}/data/d/versions/1"),
    (types.Upload("short"), "azureml://datastores/s/paths/x", arm, "azureml://datastores/s/paths/x", "azureml://datastores/s/paths/x"),
    (types.Upload("long"), "azureml://datastores/s/paths/x", arm, "azureml://subscriptions/S/resourcegroups/G/workspaces/W/datastores/s/paths/x",
     "azureml://subscriptions/S/resourcegroups/G/workspaces/W/datastores/s/paths/x"),
    (types.Upload("long"), "azureml://jobs/j/outputs/o", arm, "azureml://jobs/j/outputs/o", "azureml://jobs/j/outputs/o"),
])
def test_sent_and_printed(kind, value, dialect, sent, printed):
    assert kind.enc(value, dialect, AT) == sent
    assert kind.dec(sent, dialect, AT) == printed


def test_a_word_of_the_service_that_nobody_knows_is_printed_as_it_is():
    assert WORDS.dec("Teleport", arm, AT) == "Teleport"


def test_what_a_step_answered_is_sent():
    at = AT.but(ids={"s": {"id": "ID", "uri": "URI"}, "i": {"id": "ID"}})
    assert ENVIRONMENT.enc(Pending("s"), arm, at) == "ID"
    assert types.Upload().enc(Pending("s"), arm, at) == "URI"
    assert types.DataPath("data").enc(Pending("s"), arm, at) == "URI"
    assert types.DataPath("data").enc(Pending("i"), arm, at) == "ID"


@pytest.mark.parametrize("total, text", [
    (0, "PT0S"), (1, "PT1S"), (60, "PT1M"), (90, "PT1M30S"), (3600, "PT1H"), (9999, "PT2H46M39S"), (86400, "P1D"), (86401, "P1DT1S"),
    (93784, "P1DT2H3M4S"), (2592061, "P30DT1M1S")])
def test_durations(total, text):
    assert types.iso_duration(total) == text
    assert types.seconds(text) == total


@pytest.mark.parametrize("text, total", [("PT1.5S", 1.5), ("P1W", 604800), ("PT90M", 5400), ("P1DT12H", 129600), ("PT0.5H", 1800)])
def test_durations_as_others_write_them(text, total):
    assert types.seconds(text) == total


@pytest.mark.parametrize("text", ["", "90", "P", "PT", "P1Y", "P1M", "1H", "PT-5S", "PT1.2.3S", None, 3])
def test_no_durations(text):
    assert types.seconds(text) is None
    assert types.Duration().dec(text, arm, AT) == text


@pytest.mark.parametrize("unit, value, text", [
    ("minutes", 90, "PT1H30M"), ("milliseconds", 90000, "PT1M30S"), ("milliseconds", 1500, "PT1.5S"), ("milliseconds", 60005, "PT1M0.005S"),
    ("milliseconds", 0, "PT0S"), ("milliseconds", 500, "PT0.5S")])
def test_units_of_durations(unit, value, text):
    assert types.Duration(unit).enc(value, arm, AT) == text
    assert types.Duration(unit).dec(text, arm, AT) == value


# ---- what a text is --------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("text, local, reference", [
    ("a.csv", True, False), ("./a/b", True, False), ("/a/b", True, False), ("~/x", True, False), ("C:\\a", True, False),
    ("a:b/c", True, False), ("file:x.yml", True, True), ("a@b/c", True, False), ("", True, False),
    ("d:1", True, True), ("d@latest", True, True),
    ("azureml:d:1", False, True), (f"{SCOPE}/data/d/versions/1", False, True), (f"azureml:{SCOPE}/data/d/versions/1", False, True),
    ("azureml://datastores/s/paths/x", False, False), ("https://h/x", False, False), ("wasbs://c@a/x", False, False),
    ("git+https://x", False, False), ("runs:/x", False, False), ("${{parent.inputs.x}}", False, False), ("x/${{name}}", False, False)])
def test_what_a_text_names(text, local, reference):
    assert types.is_local(text) is local
    assert types.is_reference(text) is reference


@pytest.mark.parametrize("text", ["://x", "1a://x", "a b://x", "ä://x", "no", ":/x"])
def test_no_address(text):
    assert not types.is_url(text)


@pytest.mark.parametrize("word, folded", [
    ("SystemAssigned", "system_assigned"), ("AMLToken", "aml_token"), ("VSCode", "vs_code"), ("AzureOpenAI", "azure_open_ai"),
    ("system_assigned", "system_assigned"), ("SystemAssigned,UserAssigned", "system_assigned,user_assigned"), ("SSH", "ssh")])
def test_folding(word, folded):
    assert types.fold_snake(word) == folded


# ---- verify and lower ------------------------------------------------------------------------------------------------

@pytest.fixture
def here(tmp_path):
    (tmp_path / "rows.csv").write_text("1")
    (tmp_path / "folder").mkdir()
    (tmp_path / "odd@v1.csv").write_text("1")
    return lambda **me: Where(me=me, facts={"scope": SCOPE}, base=str(tmp_path))


def faults(kind, value, at):
    return [(fault.what.replace(at.base, "~"), fault.fix, fault.severity) for fault in kind.verify(value, at)]


@pytest.mark.parametrize("kind", [types.LocalFile(), types.Upload(), types.Code(), types.DataPath("data")], ids=lambda kind: type(kind).__name__)
def test_local_files_must_exist(kind, here):
    assert faults(kind, "folder", here()) == []
    assert faults(kind, "rows.cvs", here()) == [("'rows.cvs' does not exist (looked for ~/rows.cvs)", "did you mean 'rows.csv'?", "error")]
    assert faults(kind, "none/x", here()) == [("'none/x' does not exist (looked for ~/none/x)", "check the path", "error")]
    assert faults(kind, "a\0b", here()) == [("'a\\x00b' does not exist (looked for ~/a\0b)", "check the path", "error")]


@pytest.mark.parametrize("kind", [types.Upload(), types.Code(), types.DataPath("data")], ids=lambda kind: type(kind).__name__)
@pytest.mark.parametrize("text", ["azureml:x:1", "https://h/x", "azureml://datastores/s/paths/x", "${{parent.inputs.x}}"])
def test_what_is_not_local_need_not_exist(kind, text, here):
    assert faults(kind, text, here()) == []


def test_the_kind_of_a_path_must_be_that_of_the_type(here):
    folder, file = ("'folder' is a folder, but the type is uri_file", "use `type: uri_folder`, or name one file"), \
        ("'rows.csv' is a file, but the type is uri_folder", "use `type: uri_file`, or name its folder")
    asset = types.Upload(typed=True)
    assert faults(asset, "folder", here(type="uri_file")) == [(*folder, "error")]
    assert faults(asset, "rows.csv", here(type="uri_folder")) == [(*file, "error")]
    assert faults(asset, "rows.csv", here()) == [(*file, "error")]
    assert faults(asset, "rows.csv", here(type="uri_file")) == faults(asset, "folder", here(type="mltable")) == []
    assert faults(types.DataPath("data"), "rows.csv", here()) == [(*file, "warning")]
    assert faults(types.Upload(), "rows.csv", here()) == []


def test_steps_of_paths(here):
    plan, at = Plan(), here(type="uri_folder", datastore="azureml:mine", name="n")
    found = types.Upload("short", slash="folder").lower("folder", at, plan)
    [step] = plan.steps.values()
    assert found == Pending(step.key)
    assert (step.kind, step.value) == ("upload", {
        "path": os.path.join(at.base, "folder"), "datastore": "azureml:mine", "form": "short", "slash": True})
    assert types.Upload("short", slash="folder").lower("folder", at, plan) == found
    types.Upload("long", named=True).lower("folder", at.but(root={"name": "n", "version": "2"}), plan)
    assert list(plan.steps.values())[1].value["version"] == "2"
    assert types.Upload().lower("https://h/x", at, plan) == "https://h/x"


@pytest.mark.parametrize("kind, value, step, wanted", [
    (types.Code(), "folder", "code", {"path": "~/folder", "component": False}),
    (types.Code(), "https://h/x", "code", {"uri": "https://h/x"}),
    (types.Code(), "azureml:c:1", None, "azureml:c:1"),
    (types.Code(), "azureml://registries/r/codes/c/versions/1", None, "azureml://registries/r/codes/c/versions/1"),
    (ENVIRONMENT, "azureml:e@latest", "latest", {"collection": "environments", "name": "e", "label": "latest"}),
    (ENVIRONMENT, "azureml:e:1", None, "azureml:e:1"),
    (ENVIRONMENT, "azureml:AzureML-e@latest", None, "azureml:AzureML-e@latest"),
    (COMPUTE, "gpu", None, "gpu"),
    (types.DataPath("data"), "d@latest", "latest", {"collection": "data", "name": "d", "label": "latest"}),
    (types.DataPath("data"), "odd@v1.csv", "upload", {"path": "~/odd@v1.csv", "datastore": None, "form": "short", "slash": True}),
    (types.DataPath("data"), "d:1", None, "d:1"),
    (types.LocalFile(), "rows.csv", None, "~/rows.csv")])
def test_lowered(kind, value, step, wanted, here):
    plan, at = Plan(), here()
    found = kind.lower(value, at, plan)
    if step is None:
        assert (found.replace(at.base, "~"), plan.steps) == (wanted, {})
    else:
        [made] = plan.steps.values()
        tidy = {key: item.replace(at.base, "~") if isinstance(item, str) else item for key, item in made.value.items()}
        assert (found, made.kind, tidy) == (Pending(made.key), step, wanted)


def test_paths_of_the_user_and_of_included_files(here):
    at = here()
    assert types.resolve("~/x", at) == os.path.join(os.path.expanduser("~"), "x")
    assert types.resolve("file:../x", at) == os.path.join(os.path.dirname(at.base), "x")
    assert types.resolve("/x/./y/..", at) == "/x"


# ---- messages --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("value, text", [
    ("x", "'x'"), ("it's", '"it\'s"'), (3, "3"), (True, "true"), (None, "nothing"), ([], "a list"), ({}, "a mapping"), ("\x1b[31m", "'\\x1b[31m'"),
    ("x" * 200, "'" + "x" * 60 + "…'"), (math.inf, "inf")])
def test_how_a_message_names_a_value(value, text):
    assert types.shown(value) == text
