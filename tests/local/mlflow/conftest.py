"""The real mlflow client, of both majors, in virtual environments of their own below the project's folder."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from azext_ml.cli.session import services
from azext_ml.local import mlflow, tokens
from azext_ml.local.app import App
from azext_ml.local.runner import environments, pipconfig
from azext_ml.local.serve import Server

PROJECT = Path(__file__).resolve().parents[3]
SCOPE = ("/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/g/providers/Microsoft.MachineLearningServices"
         "/workspaces/w")
REQUIREMENTS = {"2": ("mlflow-skinny<3", "numpy<2", "pandas", "setuptools<81"), "3": ("mlflow-skinny>=3", "numpy", "pandas")}


def python_with(major):
    """Path of a Python that has mlflow-skinny of that major; made when it is missing."""
    folder = PROJECT / f".venv-mlflow{major}"
    ready = folder / "ready.stamp"
    if not ready.exists():
        environ = {**os.environ, **pipconfig.for_uv(os.environ), "UV_PYTHON_DOWNLOADS": "never"}
        uv = environments.find_uv(environ)
        python = str(folder / "bin" / "python")
        make = [uv, "venv", "--clear", "--python", sys.executable] if uv else [sys.executable, "-m", "venv", "--clear"]
        install = [uv, "pip", "install", "--quiet", "--python", python] if uv else [python, "-m", "pip", "install", "--quiet"]
        subprocess.run([*make, str(folder)], check=True, env=environ)
        subprocess.run([*install, *REQUIREMENTS[major]], check=True, env=environ)
        ready.touch()
    return str(folder / "bin" / "python")


class Tracking:
    """A workspace that is served on a socket, with a job's run in it."""

    def __init__(self, root, major):
        self.app = App(root, services(), token="the root's token")
        self.server = Server(self.app)
        threading.Thread(target=self.server.run, daemon=True).start()
        self.python = major and python_with(major)
        self.call("PUT", SCOPE, {"location": "local", "properties": {}})
        self.uri = f"{self.server.url}/mlflow/v1.0{SCOPE}"
        self.job = "a-job"
        with self.app.store.writing() as tx:
            tx.put("g/w", "jobs", self.job, {"properties": {"status": "Running", "jobType": "Command", "tags": {}, "experimentName": "exp"}},
                   kind="Command")
            self.experiment = mlflow.begin_run(tx, "g/w", self.job, "exp", name="A job", user="me", now=self.app.clock())
            self.token = tokens.issue(tx, "g/w", self.job)

    def call(self, method, path, body=None, token="the root's token", base=None):
        """(status, text) over the socket."""
        import json
        import urllib.error
        import urllib.request
        request = urllib.request.Request((base or self.server.url) + path, method=method,
                                         data=None if body is None else json.dumps(body).encode())
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def script(self, code, *, token=None, run=True):
        """Runs Python code as a job's process would be run; returns what it printed behind "=> "."""
        env = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "PYTHON"))}
        env.update(MLFLOW_TRACKING_URI=self.uri, MLFLOW_TRACKING_TOKEN=token or self.token, NO_PROXY="127.0.0.1",
                   MLFLOW_HTTP_REQUEST_MAX_RETRIES="0", GIT_PYTHON_REFRESH="quiet", MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT="true")
        if run:
            env.update(MLFLOW_RUN_ID=self.job, MLFLOW_EXPERIMENT_ID=self.experiment, MLFLOW_EXPERIMENT_NAME="exp")
        done = subprocess.run([self.python, "-W", "ignore", "-c", code], env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        return "".join(line[3:] for line in done.stdout.splitlines(True) if line.startswith("=> "))

    def close(self):
        self.server.close()
        self.app.store.close()


@pytest.fixture(params=["2", "3"])
def tracking(request, tmp_path):
    """With a client of each major."""
    yield from _tracking(tmp_path, request.param)


@pytest.fixture
def served(tmp_path):
    """Without a client."""
    yield from _tracking(tmp_path, None)


def _tracking(folder, major):
    made = Tracking(folder, major)
    yield made
    made.close()
