"""Compare ours with a folder of recordings of the official client, and fail below a floor.

    python tools/parity_floor.py DIR [MIN_EXACT MIN_PRINTED] [--only REGEX] [--out FOLDER]

DIR holds specs (`examples`, `extra`), recordings of them (`golden`, `golden-extra`) and the tools that made them:
`oracle_record.py`, `wire_diff.py`, `printed_diff.py`. The two floors are numbers of specs: those whose requests are exactly
the official client's, and those of which the same is printed; they stand in `tests/parity/floor.json` and only ever rise.
--only takes the specs whose path matches. Every command runs in this process, through `azml`, so that two hundred of them
take seconds.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import json
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

from record_official import token

FLOOR = Path(__file__).resolve().parents[1] / "tests" / "parity" / "floor.json"
SETS = {"examples": "golden", "extra": "golden-extra"}
VERDICTS = re.compile(r"^TOTAL +\d+ +(?P<exact>\d+)", re.MULTILINE)
PRINTED = re.compile(r"^printed: (?P<same>\d+) same, (?P<loose>\d+) loose", re.MULTILINE)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    floor = json.loads(FLOOR.read_text(encoding="utf-8"))
    parser.add_argument("min_exact", type=int, nargs="?", default=floor["exact"])
    parser.add_argument("min_printed", type=int, nargs="?", default=floor["printed"])
    parser.add_argument("--only", default="", help="regular expression that a spec's path must match")
    parser.add_argument("--out", type=Path, help="keep the recordings and the subset they were compared with here")
    given = parser.parse_args()
    if not given.folder.is_dir():
        parser.error(f"{given.folder} is not a folder")
    with tempfile.TemporaryDirectory() as temporary:
        exact, printed = compare(given.folder.resolve(), given.only, (given.out or Path(temporary)).resolve())
    print(f"{exact} specs exact (at least {given.min_exact}), {printed} printed the same (at least {given.min_printed})")
    if not given.only and (exact > floor["exact"] or printed > floor["printed"]):
        print(f"That is above the floor: raise it in {FLOOR.name}.")
    return 0 if exact >= given.min_exact and printed >= given.min_printed else 1


def compare(folder: Path, only: str, work: Path) -> tuple[int, int]:
    """(number of specs whose requests are exact, number of specs of which the same is printed)"""
    exact = printed = 0
    for specs, golden in SETS.items():
        wanted = subset(folder / golden, work / golden, only)
        if not wanted:
            continue
        record(folder, folder / specs, [folder / specs / name for name in wanted], work / specs)
        exact += counted(VERDICTS, folder / "wire_diff.py", work / golden, work / specs)["exact"]
        printed += sum(counted(PRINTED, folder / "printed_diff.py", work / golden, work / specs).values())
    return exact, printed


def subset(golden: Path, to: Path, only: str) -> list[str]:
    """Copies the recordings whose spec matches, and names these specs."""
    names = []
    for path in sorted(golden.rglob("*.json")):
        name = path.relative_to(golden).with_suffix("").as_posix()
        if not path.name.startswith("_") and re.search(only, name):
            target = to / path.relative_to(golden)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            names.append(name)
    return names


def counted(pattern: re.Pattern[str], tool: Path, golden: Path, ours: Path) -> dict[str, int]:
    run = subprocess.run([sys.executable, tool, golden, ours], capture_output=True, text=True, check=False)
    print(run.stdout)
    found = pattern.search(run.stdout)
    if found is None:
        raise SystemExit(f"{tool.name} has changed what it prints:\n{run.stdout}{run.stderr}")
    return {name: int(number) for name, number in found.groupdict().items()}


def record(folder: Path, root: Path, specs: list[Path], out: Path) -> None:
    """The folder's own recorder over our commands, each of them run in this process."""
    tool = load(folder / "oracle_record.py")
    tool.run_command = in_process
    with tempfile.TemporaryDirectory() as az, environment(AZURE_CONFIG_DIR=az, AZURE_ML_BACKEND="azure"):
        arguments, sys.argv = sys.argv, ["", "--exec", "azml", "--out", str(out), "--root", str(root), *map(str, specs)]
        here = os.getcwd()
        try:
            tool.main()
        finally:
            sys.argv = arguments
            os.chdir(here)


def in_process(_: str, path: str, kind: str, flags: list[dict[str, Any]], url: str, *__: Any) -> dict[str, Any]:
    """Stands in for the recorder's `run_command`: one `azml … create`, and what became of it."""
    from azext_ml.cli import azml

    stub = sys.modules["wire_stub"]
    noun = re.sub(r"^(model_|pipeline_component_)(?=batch)", "", kind).replace("_", "-")
    line = ["data", "import"] if kind == "data_import" else [noun, "create"]
    line += ["--file", path, "--only-show-errors"]
    for name, value in (pair for flag in flags for pair in flag.items()):
        own = name in ("name", "endpoint_name")
        line += [f"--{name.replace('_', '-')}", str(value)] if own else ["--set", f"{name}={value}"]
    logging.disable(logging.NOTSET)     # the recorder wants none, and errors are logged
    for logger in (logging.getLogger(), logging.getLogger("cli"), logging.getLogger("azure")):
        logger.handlers.clear()         # those of the command before write to its stderr
    started = time.perf_counter()
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    access = token("https://management.azure.com", stub.TENANT)
    azure = environment(AZURE_ML_ENDPOINT=url, AZURE_ML_ACCESS_TOKEN=access, AZURE_SUBSCRIPTION_ID=stub.SUB,
                        AZURE_DEFAULTS_GROUP=stub.RG, AZURE_DEFAULTS_WORKSPACE=stub.WS)
    with azure, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = azml.cli().invoke(line, out_file=out) if line[0] in azml.known_words() else 2
        except SystemExit as leaving:
            code = leaving.code or 0
        except Exception:  # a crash is a verdict on one spec, not on the run
            code = 1
            err.write(traceback.format_exc())
    printed, message = (stream.buffer.getvalue().decode() for stream in (out, err))
    taken = time.perf_counter() - started
    found = {"kind": kind, "ok": code == 0, "error_type": None, "error_message": None, "seconds_load": 0.0, "seconds_total": taken}
    if code:
        return {**found, "error_type": f"exit {code}", "error_message": message[-2000:]}
    return {**found, "printed": json.loads(as_azure(printed, url))}


def as_azure(printed: str, url: str) -> str:
    """What was printed with the addresses that the stub has turned to itself under their own names again."""
    own = url.removeprefix("http://")
    printed = printed.replace(f"{url}/_host/", "https://").replace(f'"endpoint": "{own}"', '"endpoint": "core.windows.net"')
    return printed.replace('"protocol": "http"', '"protocol": "https"')


@contextlib.contextmanager
def environment(**values: str):
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def load(path: Path) -> ModuleType:
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    # az reads these into constants when it is imported
    os.environ.update(AZURE_CORE_COLLECT_TELEMETRY="0", AZURE_CORE_NO_COLOR="1")
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    sys.exit(main())
