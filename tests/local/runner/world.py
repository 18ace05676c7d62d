"""A local workspace for tests: the app in-process, a real agent, real processes."""

import io
import json
import os
import signal
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from azext_ml.cli.session import services
from azext_ml.local import blobs, launch
from azext_ml.local.app import App
from azext_ml.local.runner import processes

REPOSITORY = Path(__file__).resolve().parents[3]
SCOPE = ("/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/g/providers/Microsoft.MachineLearningServices"
         "/workspaces/w")
KEY = "g/w"
OVER = ("Completed", "Failed", "Canceled")
_AGENT = """
import sys
sys.path.insert(0, sys.argv[1])
from azext_ml.cli.session import services
from azext_ml.local import agent
from azext_ml.local.app import App
agent.run(sys.argv[2], sys.argv[3], App(sys.argv[2], services()), idle_seconds=float(sys.argv[4]), cores=int(sys.argv[5]))
"""


class World:
    def __init__(self, root, *, cores=2, idle=30.0, env=None):
        self.root = Path(root)
        self.root.mkdir(parents=True, exist_ok=True)
        self.command = [sys.executable, "-c", _AGENT, str(REPOSITORY), str(self.root), KEY, str(idle), str(cores)]
        self.env = {"AZURE_CORE_COLLECT_TELEMETRY": "0", **(env or {})}
        self.app = App(self.root, services(), wake=self.wake)
        self.store = self.app.store
        self.ok("PUT", SCOPE, {"location": "local", "properties": {}})

    def wake(self, workspace=KEY):
        launch.ensure_agent(str(self.root), workspace, self.command, self.env)

    def request(self, method, path, body=None, app=None):
        """(status, decoded body)."""
        data = b"" if body is None else json.dumps(body).encode()
        parts, answer = urlsplit(path), []
        environ = {"REQUEST_METHOD": method, "PATH_INFO": parts.path, "QUERY_STRING": parts.query, "SERVER_NAME": "azml.local",
                   "SERVER_PORT": "80", "HTTP_HOST": "azml.local:80", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(data),
                   "CONTENT_LENGTH": str(len(data)), "azml.trusted": True}
        content = b"".join((app or self.app)(environ, lambda status, headers: answer.append(int(status[:3]))))
        return answer[0], json.loads(content) if content else None

    def ok(self, method, path, body=None):
        status, answer = self.request(method, path, body)
        assert status < 300, (status, answer)
        return answer

    def job(self, command, name=None, **properties):
        """Creates a command job; returns its name."""
        name = name or "j" + os.urandom(5).hex()
        self.ok("PUT", f"{SCOPE}/jobs/{name}", {"properties": {"jobType": "Command", "command": command, **properties}})
        return name

    def show(self, name):
        return self.ok("GET", f"{SCOPE}/jobs/{name}")["properties"]

    def status(self, name):
        return self.show(name)["status"]

    def wait(self, name, *wanted, seconds=60):
        """The job's properties once it has one of these statuses, by default a terminal one."""
        self.until(lambda: self.status(name) in (wanted or OVER), seconds, lambda: f"{name}: {self.status(name)}")
        return self.show(name)

    def run(self, command, **properties):
        """The name of a job that has ended, and its status."""
        name = self.job(command, **properties)
        return name, self.wait(name)["status"]

    def cancel(self, name):
        return self.request("POST", f"{SCOPE}/jobs/{name}/cancel")

    def details(self, name):
        return self.ok("GET", f"/history/v1.0{SCOPE}/runs/{name}/details")

    def message(self, name):
        error = self.details(name)["error"]
        return error and error["error"]["message"]

    def warnings(self, name):
        return [warning["message"] for warning in self.details(name)["warnings"]]

    def folder(self, name):
        return self.root / "runs" / "g" / "w" / name

    def log_path(self, name):
        return self.folder(name) / "logs" / "user_logs" / "std_log.txt"

    def log(self, name):
        return self.log_path(name).read_text()

    def wait_log(self, name, text, seconds=30):
        self.until(lambda: self.log_path(name).exists() and text in self.log_path(name).read_text(errors="replace"), seconds,
                   lambda: f"no {text!r} in the log of {name}; it is {self.status(name)}: {self.message(name)}")

    def container(self, datastore="workspaceblobstore"):
        return self.ok("GET", f"{SCOPE}/datastores/{datastore}")["properties"]["containerName"]

    def put_blob(self, name, data, datastore="workspaceblobstore"):
        content = blobs.write(str(self.root), [data])
        container = self.container(datastore)
        with self.store.writing() as tx:
            blobs.put(tx, container, name, content, now=time.time())

    def blobs(self, prefix="", datastore="workspaceblobstore"):
        """{name below the prefix: bytes}"""
        container = self.container(datastore)
        with self.store.reading() as tx:
            found = blobs.list(tx, container, prefix)
        return {blob.name[len(prefix):]: Path(blobs.content_path(str(self.root), blob.sha256)).read_bytes() for blob in found}

    def environment(self, name="e", **properties):
        """Id of a new environment version."""
        path = f"{SCOPE}/environments/{name}/versions/1"
        self.ok("PUT", path, {"properties": properties})
        return path

    @property
    def agent_pid(self):
        """Pid of the agent, None when none runs."""
        place = launch.folder(str(self.root), KEY)
        if not os.path.isdir(place):
            return None
        lock = launch.take_lock(place)
        if lock is not None:
            os.close(lock)
            return None
        return int(Path(place, "lock").read_text() or 0)

    def kill_agent(self):
        """kill -9 at the agent, if there is one."""
        self.until(lambda: self.agent_pid != 0, 10)
        pid = self.agent_pid
        if pid:
            os.kill(pid, signal.SIGKILL)
            self.until(lambda: self.agent_pid is None, 10)

    def shim_pid(self, name):
        path = Path(launch.folder(str(self.root), KEY), "jobs", name, "shim.json")
        self.until(path.exists, 20)
        return json.loads(path.read_text())["pid"]

    def left_running(self):
        """Processes of runs of this root."""
        mark, found = f"{processes.MARK}={self.root}/".encode(), []
        for process in processes.table().values():
            try:
                if mark in Path(f"/proc/{process.pid}/environ").read_bytes() and process.state != "Z":
                    found.append((process.pid, Path(f"/proc/{process.pid}/cmdline").read_bytes()))
            except OSError:
                continue
        return found

    def until(self, condition, seconds=20, explain=lambda: "not in time"):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, explain()
            time.sleep(0.005)

    def close(self):
        with self.store.reading() as tx:
            running = [row[0] for row in tx.execute("SELECT job FROM queue")]
        for name in running:
            self.cancel(name)
        self.until(lambda: not any(self.status(name) not in OVER for name in running), 30, lambda: f"still running: {running}")
        self.kill_agent()
        left = self.left_running()
        for pid, _ in left:
            os.kill(pid, signal.SIGKILL)
        assert not left, left
        self.store.close()
