"""What all tests share: az's folder and the local workspace in temporary places, and `az ml` in this very process.

The environment is set before anything of az is imported: az reads these variables into constants.
"""

import contextlib
import io
import json
import logging
import os
import shlex
import shutil
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest

_SESSION = tempfile.mkdtemp(prefix="azml-tests-")
for _name in [name for name in os.environ if name.startswith(("AZURE_", "AZUREML_", "MLFLOW_"))]:
    del os.environ[_name]
os.environ.update(
    AZURE_CONFIG_DIR=os.path.join(_SESSION, "az"), AZURE_ML_LOCAL_ROOT=os.path.join(_SESSION, "root"),
    AZURE_CORE_COLLECT_TELEMETRY="0", AZURE_CORE_NO_COLOR="1", AZURE_EXTENSION_DIR=os.path.join(_SESSION, "extensions"),
    AZURE_CORE_SURVEY_MESSAGE="0", AZURE_ML_BACKEND="local")

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT)) if str(PROJECT) not in sys.path else None


class Result(NamedTuple):
    """How a command ended. `out` is text; `json` is what it holds."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    def ok(self):
        """This result, provided that the command succeeded."""
        assert self.code == 0, f"exit code {self.code}\n{self.err}"
        return self


@pytest.fixture(scope="session", autouse=True)
def _az_folder():
    """az looks up new versions in the network unless it did so before."""
    folder = Path(os.environ["AZURE_CONFIG_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(ImportError):
        from azure.cli.core import __version__
        (folder / "versionCheck.json").write_text(json.dumps({"versions": {"core": {"local": __version__}}, "update_time": ""}))
    yield
    shutil.rmtree(_SESSION, ignore_errors=True)


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A fresh root of the local workspace."""
    path = tmp_path / "azml-root"
    monkeypatch.setenv("AZURE_ML_LOCAL_ROOT", str(path))
    return path


@pytest.fixture
def az_ml(root):
    """Runs `az ml <line>` in this process on a fresh local workspace: az_ml("model list -o json") -> Result."""
    return lambda line, **options: run("az", line, **options)


@pytest.fixture
def azml(root):
    """The same through the other door: azml("model list")."""
    return lambda line, **options: run("azml", line, **options)


def run(door, line, *, cwd=None, env=None):
    """One command through a door, "az" or "azml", as in a process of its own. `line`: a text as for a shell, or a list."""
    words = shlex.split(line) if isinstance(line, str) else [str(word) for word in line]
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with _place(cwd, env or {}), _quiet_loggers(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = _az(words, out) if door == "az" else _azml(words, out)
        except SystemExit as leaving:
            code = leaving.code or 0
    return Result(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))


def _azml(words, out):
    from azext_ml.cli import azml
    if words[:1] and not words[0].startswith("-") and words[0] not in azml.known_words():
        return azml.main(words)
    return azml.cli().invoke(words, out_file=out)


def _az(words, out):
    """az itself, which finds the one extension without looking for it: no index, no installed copy."""
    from azure.cli.core import AzCli, MainCommandsLoader, get_default_cli
    from azure.cli.core.commands import ExtensionCommandSource

    import azext_ml

    class Loader(MainCommandsLoader):
        def load_command_table(self, args):
            loader = azext_ml.COMMAND_LOADER_CLS(cli_ctx=self.cli_ctx)
            self.command_table.update(loader.load_command_table(args))
            self.command_group_table.update(loader.command_group_table)
            self.cmd_to_loader_map = {name: [loader] for name in self.command_table}
            for command in self.command_table.values():
                command.command_source = ExtensionCommandSource(extension_name="ml")
            return self.command_table
    cli = get_default_cli()
    assert type(cli) is AzCli
    cli.commands_loader_cls = Loader
    return cli.invoke(["ml", *words], out_file=out)


@contextlib.contextmanager
def _place(cwd, env):
    """Working folder and environment of one command; a value of None removes a variable."""
    before, here = dict(os.environ), os.getcwd()
    try:
        for name, value in env.items():
            os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, str(value))
        os.chdir(cwd or here)
        yield
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def _quiet_loggers():
    """knack sets up its handlers only where there are none, and pytest has put its own. Afterwards all is as it was."""
    before = {logger: (logger.handlers, logger.level, logger.propagate, logger.disabled) for logger in _loggers()}
    for logger in before:
        logger.handlers = []
    try:
        yield
    finally:
        for logger in _loggers():
            logger.handlers, level, logger.propagate, logger.disabled = before.get(logger, ([], logging.NOTSET, True, False))
            logger.setLevel(level)


def _loggers():
    named = logging.root.manager.loggerDict.values()
    return [logging.root, *(logger for logger in named if isinstance(logger, logging.Logger))]
