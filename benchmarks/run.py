"""Measure what README.md promises of speed and memory, and write the table there.

    python benchmarks/run.py --az PYTHON --azml PYTHON --peer PYTHON [--rounds 11] [--only WORD]

--az is a Python with azure-cli, --azml one with this project's `standalone` extra, --peer one with azure-ai-ml; `make bench`
gives all three. The extension is built, installed into a
folder of its own with `az extension add`, and run from there on local workspaces in a temporary folder.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple

import store
from processes import Command, Run, alternating, difference, middle, ratio, run

HERE = Path(__file__).resolve().parent
README = HERE / "README.md"
BEGIN, END = "<!-- written by run.py: begin -->", "<!-- written by run.py: end -->"
JOB = HERE / "job.yml"
VIRTUAL_FOLDERS, FILES_IN_EACH = 1000, 100
STAMP = "command: date +%s.%N > '{}'\nenvironment: {{image: 'docker.io/library/python:3.11-slim'}}\nexperiment_name: benchmarks\n"


class Figure(NamedTuple):
    """A line of the table. `reached` is None where no target is set."""

    what: str
    target: str
    measured: str
    reached: bool | None = None


class Bench(NamedTuple):
    """Where everything is, and how often each command runs."""

    python: str
    standalone: str
    peer: str
    rounds: int
    work: Path
    environment: dict[str, str]

    def az(self, *words: str | os.PathLike[str]) -> Command:
        return [self.python, "-m", "azure.cli", *words]

    def azml(self, *words: str | os.PathLike[str]) -> Command:
        return [self.standalone, "-c", "from azext_ml.cli.azml import main; raise SystemExit(main())", *words]

    def on(self, root: str) -> dict[str, str]:
        """The environment of commands on the local workspaces of a root."""
        return {**self.environment, "AZURE_ML_LOCAL_ROOT": str(self.work / root)}

    def alternating(self, commands: dict[str, Command], root: str) -> dict[str, list[Run]]:
        return alternating(commands, self.rounds, self.on(root))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--az", required=True, help="a Python with azure-cli")
    parser.add_argument("--azml", required=True, help="a Python with this project's standalone extra")
    parser.add_argument("--peer", required=True, help="a Python with azure-ai-ml")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--only", default="", help="print the figures of the functions whose name has this word, write nothing")
    given = parser.parse_args()
    parts: list[Callable[[Bench], list[Figure]]] = [commands, latency, many_jobs, ignored_files]
    with tempfile.TemporaryDirectory(prefix="azml-benchmarks-") as temporary:
        bench = prepare(given, Path(temporary))
        figures = [figure for part in parts if given.only in part.__name__ for figure in part(bench)]
        text = table(figures, bench)
    print(text)
    if not given.only:
        write(text)
    sys.exit(any(figure.reached is False for figure in figures))


def prepare(given: argparse.Namespace, work: Path) -> Bench:
    """Installs the extension as a user would, beside nothing else."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AZURE_", "AZUREML_", "PYTHON"))}
    environment = {
        **kept,
        "AZURE_CONFIG_DIR": str(work / "az"),
        "AZURE_EXTENSION_DIR": str(work / "extensions"),
        "AZURE_CORE_COLLECT_TELEMETRY": "0",
        "AZURE_ML_BACKEND": "local",
    }
    pythons = (str(Path(python).absolute()) for python in (given.az, given.azml, given.peer))
    bench = Bench(*pythons, given.rounds, work, environment)
    # Built from a copy: setuptools leaves a folder `build` behind, and takes up what an earlier one left there.
    unneeded = shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "tests", "benchmarks", "__pycache__")
    shutil.copytree(HERE.parent, work / "project", ignore=unneeded)
    run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", work, work / "project"], kept)
    wheel = next(work.glob("ml-*.whl"))
    run(bench.az("extension", "add", "--source", wheel, "--yes"), environment)
    return bench


def commands(bench: Bench) -> list[Figure]:
    """What single commands cost beside the cheapest one, and beside az and the official SDK."""
    environment = bench.on("commands")
    for number in range(20):
        run(bench.az("ml", "model", "create", "-n", f"model-{number}", "-v", "1", "--path", "https://example.org/m"), environment)
    run(bench.az("ml", "job", "create", "-f", JOB, "-n", "shown", "--stream"), environment)
    runs = bench.alternating(
        {
            "az version": bench.az("version"),
            "no-op": bench.az("ml", "local", "path"),
            "ml -h": bench.az("ml", "-h"),
            "ml job create -h": bench.az("ml", "job", "create", "-h"),
            "model list": bench.az("ml", "model", "list"),
            "job show": bench.az("ml", "job", "show", "-n", "shown"),
            "job validate": bench.az("ml", "job", "validate", "-f", JOB),
            "azml local path": bench.azml("local", "path"),
            "azml job validate": bench.azml("job", "validate", "-f", JOB),
            "SDK": [bench.peer, HERE / "peer_validate.py", JOB],
        },
        "commands",
    )

    def beside(name: str, base: str, limit: float) -> Figure:
        found = ratio(runs, name, base)
        target = f"at most {limit:.2f} of {'`az version`' if base == 'az version' else 'the no-op'}"
        shown = "the no-op, `az ml local path`" if name == "no-op" else f"`az ml {name.removeprefix('ml ')}`"
        return Figure(f"CPU of {shown}", target, f"{found:.2f} ({milliseconds(middle(runs[name], 'cpu'))})", found <= limit)

    def memory(name: str) -> Figure:
        found = middle(runs[name], "peak")
        return Figure(f"Peak memory of `az ml {name}`", "at most 36 MiB", f"{found:.1f} MiB", found <= 36)

    times, sdk = 1 / ratio(runs, "job validate", "SDK"), runs["SDK"]
    return [
        Figure("CPU of `az version`", "", milliseconds(middle(runs["az version"], "cpu"))),
        beside("no-op", "az version", 1.15),
        beside("ml -h", "no-op", 1.05),
        beside("ml job create -h", "no-op", 1.05),
        beside("model list", "no-op", 1.20),
        memory("model list"),
        beside("job show", "no-op", 1.20),
        memory("job show"),
        beside("job validate", "no-op", 1.30),
        Figure("Peak memory of `az ml job validate`", "", f"{middle(runs['job validate'], 'peak'):.1f} MiB"),
        Figure("CPU of `azml local path`", "", milliseconds(middle(runs["azml local path"], "cpu"))),
        Figure("CPU of `azml job validate`", "", milliseconds(middle(runs["azml job validate"], "cpu"))),
        Figure("CPU of azure-ai-ml, `load_job` and `_validate`", "at least 7 times `az ml job validate`",
               f"{times:.1f} times ({milliseconds(middle(sdk, 'cpu'))}, {middle(sdk, 'peak'):.0f} MiB)", times >= 7),
    ]


def latency(bench: Bench) -> list[Figure]:
    """From the end of `job create` to the first instant of the user's process."""
    figures = []
    for title, fresh in (("no agent running yet", True), ("an agent running", False)):
        waits = []
        for number in range(-1, bench.rounds):
            environment = bench.on(f"latency-{number}" if fresh else "latency")
            stamp = bench.work / f"stamp-{fresh}-{number}"
            job = bench.work / "latency.yml"
            job.write_text(STAMP.format(stamp), encoding="utf-8")
            if fresh:
                run(bench.az("ml", "model", "list"), environment)
            created = run(bench.az("ml", "job", "create", "-f", job), environment)
            started = float(awaited(stamp))
            if number >= 0:
                waits.append(started - created.ended)
        found = median(waits)
        shown = f"{found:.2f} s" if found > 0 else f"{-found:.2f} s before"
        figures.append(Figure(f"From `job create` returning to the user's process running, {title}", "at most 0.3 s",
                              f"{shown} (slowest {max(waits):.2f} s)", found <= 0.3))
    return figures


def many_jobs(bench: Bench) -> list[Figure]:
    """The first page of `job list` in a small and in a very large store."""
    counts = {"100 jobs": 100, "100,000 jobs": 100_000}
    for title, count in counts.items():
        environment = bench.on(title)
        run(bench.az("ml", "job", "create", "-f", JOB, "-n", "seed", "--stream"), environment)
        store.copy_job(bench.work / title, "seed", count - 1)
    runs: dict[str, list[Run]] = {title: [] for title in counts}
    for number in range(-1, bench.rounds):
        for title in list(counts)[:: 1 if number % 2 else -1]:
            one = run(bench.az("ml", "job", "list", "--max-results", "50"), bench.on(title))
            if number >= 0:
                runs[title].append(one)
    small, large = counts
    slower = ratio(runs, large, small, "wall")
    grown = middle(runs[large], "peak") - middle(runs[small], "peak")
    return [
        Figure("First page of `job list` among 100,000 jobs", "at most 2 times that among 100",
               f"{slower:.2f} times ({milliseconds(middle(runs[large], 'wall'))} wall)", slower <= 2),
        Figure("Peak memory of it", "as among 100 jobs",
               f"{middle(runs[large], 'peak'):.1f} MiB ({grown:+.1f} MiB)", abs(grown) < 2),
    ]


def ignored_files(bench: Bench) -> list[Figure]:
    """`job create` from a code folder with and without an ignored `.venv`."""
    jobs = {}
    for title in ("without", "with"):
        code = bench.work / title
        code.mkdir()
        (code / "main.py").write_text("print('hello')\n", encoding="utf-8")
        (code / ".amlignore").write_text(".venv/\n", encoding="utf-8")
        jobs[title] = bench.work / f"{title}.yml"
        jobs[title].write_text(f"command: 'true'\ncode: {title}\nenvironment: {{image: 'docker.io/library/python:3.11-slim'}}\n",
                               encoding="utf-8")
    for folder in range(VIRTUAL_FOLDERS):
        place = bench.work / "with" / ".venv" / "lib" / f"package_{folder}"
        place.mkdir(parents=True)
        for number in range(FILES_IN_EACH):
            (place / f"module_{number}.py").touch()
    runs = bench.alternating({title: bench.az("ml", "job", "create", "-f", job) for title, job in jobs.items()}, "ignored")
    cost = {what: difference(runs, "with", "without", what) for what in ("wall", "cpu")}
    files = VIRTUAL_FOLDERS * FILES_IN_EACH
    return [Figure(f"What an ignored `.venv` of {files:,} files adds to `job create`", "less than 100 ms",
                   f"{milliseconds(cost['wall'])} wall, {milliseconds(cost['cpu'])} CPU", cost["wall"] < 0.1)]


def awaited(path: Path, seconds: float = 60) -> str:
    """What a job writes to a file, once it is there."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if path.exists() and (text := path.read_text().strip()):
            return text
        time.sleep(0.01)
    raise SystemExit(f"no job wrote {path.name} in {seconds:g} seconds")


def milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms"


def rows(figures: list[Figure]) -> list[str]:
    marks = {True: "yes", False: "**no**", None: ""}
    return ["| | target | measured | reached |", "|---|---|---|---|",
            *(f"| {f.what} | {f.target} | {f.measured} | {marks[f.reached]} |" for f in figures)]


def table(figures: list[Figure], bench: Bench) -> str:
    return "\n".join([
        f"Measured on {datetime.date.today().isoformat()} on {machine()}; {versions(bench)}.",
        f"Medians of {bench.rounds} rounds, in each of which every command ran once; ratios are medians of the rounds' ratios.",
        "",
        *rows(figures),
    ])


def machine() -> str:
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
        model = found.group(1).strip() if found else model
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{platform.system()} {platform.machine()}, {cores} cores of {model}"


def versions(bench: Bench) -> str:
    def of(python: str, package: str) -> str:
        code = f"import importlib.metadata as m, platform; print(m.version({package!r}), 'on Python', platform.python_version())"
        return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    return f"azure-cli {of(bench.python, 'azure-cli')}, azure-ai-ml {of(bench.peer, 'azure-ai-ml')}"


def write(text: str) -> None:
    """Puts the table between its two marks in README.md."""
    old = README.read_text(encoding="utf-8")
    before, rest = old.split(BEGIN)
    README.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
