"""Every example is run, as its reader runs it: in a shell, on a local workspace. They share one root, and so environments."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from azext_ml.local import launch

PROJECT = Path(__file__).parents[2]
EXAMPLES = PROJECT / "examples"
SECONDS = 300                       # an environment may have to be installed

# What the script of each folder must print.
PRINTED = {
    "mlflow": ["Downloaded 3 files", '"slope": 2.99'],
    "data-asset": ["2025-03-02: warmest 6.0 at 14:00", "warm-hours", "2025-03-02,14:00,6.0"],
    "model": ['"approved": "yes"', '"Completed"', "\n0\n", "A straight line, to score with."],
    "environment": ['"version": "1"', "greets you", '"Completed"'],
    "compute": ["part 1 done", "part 2 done", "part 3 done", "two-at-once"],
    "datastore": ['"credentials": {}', "team_store_key"],
    "ci": ["passed: "],
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Folder with a root of the local workspace and the program `azml`, which is this project's."""
    folder = tmp_path_factory.mktemp("examples")
    (folder / "bin").mkdir()
    program = folder / "bin" / "azml"
    program.write_text(f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(PROJECT)!r})\n"
                       "from azext_ml.cli.azml import main\nsys.exit(main())\n")
    program.chmod(0o755)
    yield folder
    for lock in folder.glob("root/agents/*/*/lock"):        # an agent whose lock is gone leaves
        lock.unlink()
        launch.wake(str(lock.parent))


@pytest.fixture
def bash(home, tmp_path):
    """Runs a command in a copy of an example: bash("ci", "./run.sh", …) -> CompletedProcess with both streams as text."""
    def run(example, *words, **variables):
        here = tmp_path / example
        if not here.exists():
            shutil.copytree(EXAMPLES / example, here, ignore=shutil.ignore_patterns("results", "job.json", "__pycache__"))
        return subprocess.run(["bash", *words], cwd=here, env={**environment(home), **variables}, capture_output=True, text=True,
                              timeout=SECONDS)
    return run


def environment(home):
    return {**os.environ, "AZURE_ML_LOCAL_ROOT": str(home / "root"), "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def test_no_example_is_forgotten():
    assert set(PRINTED) | {"quickstart"} == {path.name for path in EXAMPLES.iterdir() if path.is_dir()}


@pytest.mark.parametrize("example", PRINTED)
def test_script(example, bash):
    done = bash(example, "run.sh")
    assert done.returncode == 0, done.stdout + done.stderr
    for text in PRINTED[example]:
        assert text in done.stdout + done.stderr
    assert "bm90IGEga2V5" not in done.stdout + done.stderr


def test_quickstart(bash):
    done = bash("quickstart", "-c", "azml job create --file job.yml --stream"
                " && azml model show --name quickstart-model > model.json"
                " && azml job download --name $(azml job list --max-results 1 --query [0].name --output tsv) --output-name model"
                " && cat named-outputs/model/figures.json model.json")
    assert done.returncode == 0, done.stdout + done.stderr
    job, figures, model = documents(done.stdout)
    assert job["status"] == "Completed"
    assert "round 12  trees  300  mean error" in done.stderr, "the log goes to stderr, the job to stdout"
    assert figures["r2"] > 0.8 and figures["trees"] == 300
    assert model["type"] == "custom_model" and model["path"].rstrip("/").endswith(f"azureml/{job['name']}/model")


def test_quickstart_data_is_what_its_script_makes():
    made = subprocess.run([sys.executable, EXAMPLES / "quickstart" / "make_data.py"], capture_output=True, text=True, check=True)
    assert made.stdout == (EXAMPLES / "quickstart" / "data" / "rentals.csv").read_text()


def test_a_pipeline_stops_when_the_job_fails(bash):
    done = bash("ci", "run.sh", "--set", "inputs.quality=80")
    assert done.returncode == 4
    assert done.stdout == "the job failed\n"


def test_a_pipeline_stops_when_the_job_runs_out_of_time(bash):
    done = bash("ci", "run.sh", "--set", "limits.timeout=1", "--set", "command=sleep 60")
    assert done.returncode == 5, done.stderr
    assert done.stdout == "the job was canceled, or ran out of time\n"


def test_metrics_are_read_from_a_served_workspace(bash, home):
    assert importlib.util.find_spec("mlflow"), "this test needs mlflow-skinny, which the extra `test` installs"
    job = json.loads(bash("mlflow", "-c", "azml job create --file job.yml --stream").stdout)["name"]
    server = subprocess.Popen(["azml", "local", "serve"], env=environment(home), stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True)
    try:
        served = json.loads(server.stdout.readline())
        done = bash("mlflow", "-c", f"{sys.executable} read.py {served['url']} {job}",
                    MLFLOW_TRACKING_TOKEN=Path(served["token_file"]).read_text())
    finally:
        server.terminate()
        server.wait(10)
        server.stdout.close()
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == f"{job}: FINISHED, {{'rate': '0.05', 'steps': '40'}}"
    assert [line.split()[1] for line in done.stdout.splitlines()[1:]] == ["0", "10", "20", "30"]


@pytest.mark.parametrize("spec", sorted(EXAMPLES.rglob("job.yml")), ids=lambda path: path.parent.name)
def test_specs_are_valid(spec, azml):
    assert azml(["job", "validate", "--file", spec]).ok().json == {"result": "Succeeded"}
    assert yaml.safe_load(spec.read_text())["$schema"].startswith("https://azuremlschemas.azureedge.net/latest/")


def documents(text):
    """The JSON documents that stand in `text` one after the other."""
    decoder, found = json.JSONDecoder(), []
    while text.strip():
        text = text[text.index("{"):]
        document, end = decoder.raw_decode(text)
        found.append(document)
        text = text[end:]
        if "{" not in text:
            break
    return found
