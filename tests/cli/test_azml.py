"""The second door: its own words, and what it leaves alone."""

import configparser
import hashlib
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from azext_ml import __version__
from azext_ml.cli import azml as door
from azext_ml.core.card import Arg, Verb

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path):
    """az's folder as a person has it who uses az: a login, another extension, indexes, logs."""
    folder = tmp_path / "az"
    for name, text in {
            "azureProfile.json": '{"subscriptions": [{"id": "1", "name": "mine", "state": "Enabled", "isDefault": true}]}',
            "az.json": "{}", "az.sess": "{}", "versionCheck.json": '{"versions": {"core": {"local": "1.0"}}, "update_time": ""}',
            "commandIndex.json": '{"version": "0", "commandIndex": {"greet": ["azext_greet"]}}',
            "extensionIndex.json": '{"version": "0", "commandIndex": {"greet": ["azext_greet"]}}',
            "helpIndex.json": "{}", "extensionHelpIndex.json": "{}", "msal_token_cache.json": "not even JSON",
            "telemetry.txt": "1", "commands/2024-01-01.log": "az vm list", "clouds.config": "",
            "config": "[core]\noutput = json\n\n[cloud]\nname = AzureCloud\n"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    extension = folder / "cliextensions" / "greet"
    (extension / "azext_greet").mkdir(parents=True)
    (extension / "azext_greet" / "azext_metadata.json").write_text('{"azext.minCliCoreVersion": "2.0.0"}')
    (extension / "azext_greet" / "__init__.py").write_text(textwrap.dedent("""
        from azure.cli.core import AzCommandsLoader

        class GreetLoader(AzCommandsLoader):
            def load_command_table(self, args):
                self._cli_command("greet hello", handler=lambda values: {"hello": "you"}, argument_loader=list,
                                  description_loader=lambda: "Say hello.")
                return self.command_table

        COMMAND_LOADER_CLS = GreetLoader
        """))
    information = extension / "greet-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: greet\nVersion: 1.0\n")
    (information / "WHEEL").write_text("Wheel-Version: 1.0\nTag: py3-none-any\n")
    return folder


def process(folder, *words, tmp_path, program="azml"):
    """One command in a process of its own, as people run it; nothing of the tests' environment reaches it."""
    code = {"azml": "from azext_ml.cli.azml import main; import sys; sys.exit(main())",
            "az": "from azure.cli.core import get_default_cli; import sys; sys.exit(get_default_cli().invoke(sys.argv[1:]))"}[program]
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "AZURE_CONFIG_DIR": str(folder), "PYTHONPATH": str(PROJECT),
           "AZURE_ML_LOCAL_ROOT": str(tmp_path / "root"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, "-c", code, *words], env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60)


def contents(folder):
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
            for path in sorted(Path(folder).rglob("*"))}


def test_files_of_az_stay_as_they_are(folder, tmp_path):
    before = contents(folder)
    for words, code in [
            (["model", "list"], 0), (["ml", "model", "list", "-o", "table"], 0), (["-h"], 0), (["model", "-h"], 0), ([], 0),
            (["--version"], 0), (["vm", "list"], 2), (["greet", "hello"], 2), (["modle", "list"], 2), (["model", "list", "--bogus"], 2),
            (["model", "show", "--name", "x"], 3), (["local", "path", "--debug"], 0), (["local", "doctor"], 0),
            (["model", "list", "--subscription", "mine"], 0), (["config", "get"], 0), (["configure", "--list-defaults"], 0),
            (["workspace", "delete", "--name", "local"], 1), (["model", "show"], 2)]:
        done = process(folder, *words, tmp_path=tmp_path)
        assert done.returncode == code, (words, done.stdout, done.stderr)
        assert contents(folder) == before, words
    process(folder, "configure", "--defaults", "group=mine", tmp_path=tmp_path)
    after = contents(folder)
    assert {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} == {"config"}


def test_the_other_extension_is_real(folder, tmp_path):
    """The folder of the test above must be one that az works with, and in which az itself does write."""
    before = contents(folder)
    done = process(folder, "greet", "hello", tmp_path=tmp_path, program="az")
    assert done.returncode == 0 and '"hello": "you"' in done.stdout, done.stderr
    assert contents(folder) != before


def test_a_missing_folder_of_az_gets_no_files(tmp_path):
    assert process(tmp_path / "az", "model", "list", tmp_path=tmp_path).returncode == 0
    assert contents(tmp_path / "az") == {}


@pytest.fixture
def own_config(tmp_path, monkeypatch):
    """az's config file, in a folder of this test."""
    from azure.cli.core import _config
    folder = tmp_path / "az"
    monkeypatch.setattr(_config, "GLOBAL_CONFIG_DIR", str(folder))
    monkeypatch.setattr(door, "GLOBAL_CONFIG_DIR", str(folder))
    monkeypatch.setenv("AZURE_CONFIG_DIR", str(folder))
    monkeypatch.delenv("AZURE_ML_BACKEND")

    def read():
        parser = configparser.ConfigParser()
        parser.read(folder / "config")
        return {section: dict(parser[section]) for section in parser.sections()}
    return read


def test_configure(azml, own_config):
    assert azml("configure --defaults group=g workspace=w").ok().out == ""
    assert own_config() == {"defaults": {"group": "g", "workspace": "w"}}
    listed = azml("configure --list-defaults").ok().json
    assert [(item["name"], item["value"]) for item in listed] == [("group", "g"), ("workspace", "w")]
    assert "resourceGroups/g/" in azml("model create --name m --version 1 --path /etc/hostname --query id -o tsv").ok().out
    azml("configure -d workspace=''").ok()
    assert azml("configure -l --query [].name").ok().json == ["group"]
    assert azml("configure").code == 2
    assert azml("configure --defaults group").code == 2


def test_config(azml, own_config):
    azml("config set ml.backend=local core.output=json").ok()
    assert own_config() == {"ml": {"backend": "local"}, "core": {"output": "json"}}
    assert azml("config get ml.backend").ok().json["value"] == "local"
    assert [item["name"] for item in azml("config get ml").ok().json if item["source"].endswith("config")] == ["backend"]
    assert set(azml("config get").ok().json) == {"core", "ml"}
    azml("config unset ml.backend").ok()
    assert own_config()["ml"] == {}
    assert azml("config get ml.backend").code == 3
    for line in ("config set", "config set ml.backend", "config set backend=local", "config unset", "config unset ml", "config get a b"):
        assert azml(line).code == 2, line


def test_config_of_a_folder(azml, own_config, tmp_path):
    azml("config set defaults.group=here --local", cwd=tmp_path).ok()
    assert (tmp_path / "az" / "config").exists()        # az keeps it in a folder of the same name, here `az`
    azml("config set defaults.group=mine").ok()
    deeper = tmp_path / "project"
    deeper.mkdir()
    azml("config set defaults.group=project --local", cwd=deeper).ok()
    assert azml("config get defaults.group --local", cwd=deeper).ok().json["value"] == "project"
    assert azml("config get defaults.group", cwd=deeper).ok().json["value"] == "mine"


def test_a_folder_cannot_choose_where_tokens_go(azml, own_config, tmp_path):
    deeper = tmp_path / "cloned"
    deeper.mkdir()
    azml("config set ml.endpoint=http://127.0.0.1:1 ml.access_token=x ml.backend=azure --local", cwd=deeper).ok()
    assert azml("model list", cwd=deeper).ok().json == []


def test_version(azml):
    lines = azml("--version").ok().out.splitlines()
    assert lines[0] == f"azml {__version__}" and lines[1].startswith("azure-cli-core ")


def test_a_leading_ml_may_be_pasted(monkeypatch, capsys):
    given = []
    monkeypatch.setattr(door, "cli", lambda: type("Cli", (), {"invoke": lambda self, words: given.append(words) or 0})())
    assert door.main(["ml", "model", "list"]) == door.main(["model", "list"]) == 0
    assert given == [["model", "list"]] * 2


@pytest.mark.parametrize("line, said", [
    ("vm list", "az ml"), ("account show", "Azure CLI"), ("login", "no login of its own"), ("modle list", "'model'"),
    ("cofig get", "'config'")])
def test_unknown_words_get_one_line(azml, line, said):
    result = azml(line)
    assert result.code == 2 and result.out == ""
    assert len(result.err.splitlines()) == 1 and said in result.err


@pytest.mark.parametrize("line, said", [
    ("model lits", "Did you mean 'list'?"), ("model", "model -h"), ("model list --bogus", "azml model list -h"),
    ("model list -o jsn", "Did you mean 'json'?"), ("model list --query [", "--query")])
def test_wrong_usage(azml, line, said):
    result = azml(line)
    assert result.code == 2 and said in result.err and "aka.ms" not in result.err and "Traceback" not in result.err


def test_no_words_show_the_help(azml):
    assert azml("").ok().out == azml("-h").ok().out
    assert "Welcome" not in azml("").out


def test_a_fault_before_the_handler_is_ours_too(azml, noun):
    noun(Verb("try", "sample:try_", "Try.", scope="none", args=(Arg("x", ("--x",), "X.", choices=(1,)),)))      # not a text
    result = azml("sample try --x 1")
    assert result.code == 1 and "report it" in result.err and "azure-cli/issues" not in result.err


def test_a_query_that_fails_is_told(azml, noun):
    noun(Verb("try", "sample:try_", "Try.", scope="none", offline=True), handlers={"try_": lambda noun: {"a": 1}})
    result = azml("sample try --query length(a)")
    assert result.code == 1 and "--query" in result.err and "Traceback" not in result.err
