"""Measure how fast specs are loaded, checked and translated, and write the second table of README.md.

    python benchmarks/specs.py --azml PYTHON --peer PYTHON [--rounds 5] [--only WORD] [--specs FOLDER]

--azml is a Python with this project's `standalone` extra, --peer one with azure-ai-ml. --specs is a tree of other specs than
those of tests/parity; then nothing is written.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import sys
import tempfile
from pathlib import Path
from statistics import median

from processes import Run, alternating, middle, ratio, run
from run import Figure, machine, milliseconds, rows

HERE = Path(__file__).resolve().parent
SPECS = HERE.parent / "tests" / "parity" / "specs"
BEGIN, END = "<!-- written by specs.py: begin -->", "<!-- written by specs.py: end -->"
NODE = """  node_{0}:
    type: command
    command: python main.py --rows ${{{{inputs.rows}}}} --out ${{{{outputs.out}}}}
    environment: azureml:base:1
    compute: azureml:cluster
    inputs:
      rows: {1}
    outputs:
      out: {{type: uri_folder}}
"""
FILES = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--azml", required=True, help="a Python with this project's standalone extra")
    parser.add_argument("--peer", required=True, help="a Python with azure-ai-ml")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--specs", type=Path, default=SPECS)
    parser.add_argument("--only", default="", help="print the figures of the functions whose name has this word, write nothing")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="azml-benchmarks-") as temporary:
        bench = Bench(given.azml, given.peer, given.rounds, Path(temporary), given.specs)
        figures = [figure for part in (bench.every_spec, bench.one_spec, bench.pipelines, bench.many_files, bench.twenty_nodes)
                   if given.only in part.__name__ for figure in part()]
    text = "\n".join([
        f"Measured on {datetime.date.today().isoformat()} on {machine()}; medians of {given.rounds} rounds.", "", *rows(figures)])
    print(text)
    if not given.only and given.specs == SPECS:
        readme = HERE / "README.md"
        before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
        readme.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")
    sys.exit(any(figure.reached is False for figure in figures))


class Bench:
    """Where everything is, and how often each command runs."""

    def __init__(self, azml: str, peer: str, rounds: int, work: Path, specs: Path) -> None:
        self.azml, self.peer, self.rounds, self.work = str(Path(azml).absolute()), str(Path(peer).absolute()), rounds, work
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AZURE_", "AZUREML_", "PYTHON"))}
        self.environment = {**kept, "AZURE_CONFIG_DIR": str(work / "az"), "AZURE_CORE_COLLECT_TELEMETRY": "0",
                            "AZURE_ML_LOCAL_ROOT": str(work / "root"), "PYTHONPATH": str(HERE.parent)}
        self.specs: list[str] = json.loads(run(self.ours("kinds", str(specs.absolute())), self.environment).out)

    def ours(self, *words: str) -> list[str]:
        return [self.azml, str(HERE / "specs_child.py"), *words]

    def theirs(self, *words: str) -> list[str]:
        return [self.peer, str(HERE / "specs_peer.py"), *words]

    def command(self, *words: str) -> list[str]:
        return [self.azml, "-c", "from azext_ml.cli.azml import main; raise SystemExit(main())", *words]

    def every_spec(self) -> list[Figure]:
        """All specs in one process: ours loaded, checked and translated, theirs loaded only."""
        times, medians = [], []
        for _ in range(self.rounds):
            ours, theirs = (json.loads(run(side(*self.specs), self.environment).out) for side in (self.ours, self.theirs))
            both = [spec for spec in self.specs if ours[spec] is not None and theirs[spec] is not None]
            times.append(median(theirs[spec] / ours[spec] for spec in both))
            medians.append((median(ours[spec] for spec in both), median(theirs[spec] for spec in both), len(both)))
        mine, other, count = sorted(medians)[len(medians) // 2]
        found = median(times)
        return [Figure(f"Load, validate and translate, each of {count} specs in one process",
                       "at least 3 times faster than the official load",
                       f"{found:.1f} times ({1000 * mine:.2f} ms; official {1000 * other:.2f} ms)", found >= 3)]

    def one_spec(self) -> list[Figure]:
        """A process for each of a few specs: CPU, with start-up."""
        jobs = [spec for spec in self.specs if spec.startswith("job=")]
        some, ratios, mine = jobs[:: max(1, len(jobs) // 8)][:8], [], []
        for spec in some:
            sides = {"ours": self.ours(spec), "theirs": self.theirs(spec)}
            runs = alternating(sides, max(1, self.rounds // 2), self.environment)
            ratios.append(ratio(runs, "theirs", "ours"))
            mine.append(middle(runs["ours"], "cpu"))
        return [Figure(f"The same with process start, {len(some)} jobs", "at least 10 times less CPU than the official load",
                       f"{median(ratios):.1f} times ({milliseconds(median(mine))})", median(ratios) >= 10)]

    def pipelines(self) -> list[Figure]:
        """Pipelines of many nodes written in place."""
        seconds = {}
        for nodes in (1000, 5000):
            spec = f"job={self.pipeline(nodes)}"
            seconds[nodes] = median(json.loads(run(self.ours(spec), self.environment).out)[spec] for _ in range(self.rounds))
        small = self.pipeline(100)
        loaded, validated = json.loads(run(self.theirs("validate", small), self.environment).out)
        each, grown = seconds[1000] / 1000, seconds[5000] / seconds[1000] / 5
        return [
            Figure("Load, validate and lower a pipeline of 1,000 nodes", "at most 1 ms a node", f"{1000 * each:.2f} ms a node",
                   each <= 0.001),
            Figure("A node of a pipeline of 5,000 beside one of 1,000", "at most 1.2 times", f"{grown:.2f} times", grown <= 1.2),
            Figure("azure-ai-ml, a pipeline of 100 nodes", "",
                   f"{10 * loaded:.1f} ms a node to load, {10 * validated:.1f} ms to validate")]

    def many_files(self) -> list[Figure]:
        """`az ml validate` over a folder."""
        folder = self.work / "many"
        folder.mkdir()
        for number in range(FILES):
            text = [JOB, ENVIRONMENT, MODEL, COMPONENT][number % 4].format(number)
            (folder / f"{number}.yml").write_text(text, encoding="utf-8")
        runs = [run(self.command("validate", str(folder)), self.environment) for _ in range(self.rounds)]
        assert json.loads(runs[0].out)["checked"] == FILES
        cpu, peak = middle(runs, "cpu"), middle(runs, "peak")
        return [Figure(f"CPU of `azml validate` over {FILES} files", "less than 3 s", f"{cpu:.2f} s", cpu < 3),
                Figure("Peak memory of it", "at most 60 MiB", f"{peak:.1f} MiB", peak <= 60)]

    def twenty_nodes(self) -> list[Figure]:
        """`job validate` of a pipeline of ordinary size."""
        runs: dict[str, list[Run]] = alternating({
            "no-op": self.command("local", "path"), "validate": self.command("job", "validate", "-f", self.pipeline(20))},
            2 * self.rounds + 1, self.environment)
        found = ratio(runs, "validate", "no-op")
        return [Figure("CPU of `azml job validate` of a pipeline of 20 nodes", "at most 1.45 of the no-op, `azml local path`",
                       f"{found:.2f} ({milliseconds(middle(runs['validate'], 'cpu'))})", found <= 1.45)]

    def pipeline(self, nodes: int) -> str:
        """A file with a pipeline of that many nodes, each of its own."""
        path = self.work / f"pipeline-{nodes}.yml"
        nodes_text = "".join(NODE.format(number, number) for number in range(nodes))
        path.write_text(f"type: pipeline\njobs:\n{nodes_text}", encoding="utf-8")
        return str(path)


JOB = "command: echo {0}\nenvironment: azureml:environment-{0}:1\ncompute: azureml:cluster\ninputs:\n  rows: {0}\n"
ENVIRONMENT = "name: environment-{0}\nversion: '1'\nimage: docker.io/library/python:3.11\n"
MODEL = "name: model-{0}\nversion: '1'\ntype: custom_model\npath: azureml://datastores/d/paths/{0}\n"
COMPONENT = ("name: component_{0}\nversion: '1'\ntype: command\ncommand: echo ${{{{inputs.x}}}}\n"
             "environment: azureml:environment-{0}:1\ninputs:\n  x: {{type: integer, default: {0}}}\n")


if __name__ == "__main__":
    main()
