"""The agent: one per workspace, quick, and never missed when it is killed."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from azext_ml.local import jobqueue, launch
from tests.local.runner.world import KEY, SCOPE, World


def test_an_agent_that_is_killed_is_followed_by_one_that_takes_over(world):
    name = world.job("echo started $MLFLOW_TRACKING_URI; while [ ! -e ../go ]; do sleep 0.01; done; echo done; exit 0")
    world.wait_log(name, "started")
    shim = world.shim_pid(name)
    port = Path(launch.folder(str(world.root), KEY), "port").read_text()
    world.kill_agent()
    assert world.status(name) == "Running"
    (world.folder(name) / "go").touch()
    world.until(lambda: "done" in world.log(name))
    world.wake()
    assert world.wait(name)["status"] == "Completed"
    assert world.log(name).count("started") == 1                                  # it ran once
    assert Path(launch.folder(str(world.root), KEY), "port").read_text() == port and f":{port}/" in world.log(name)
    world.until(lambda: not os.path.exists(f"/proc/{shim}") or "Z" in Path(f"/proc/{shim}/stat").read_text().split(")")[1][:3])


def test_cancellation_reaches_a_job_whose_agent_was_killed(world):
    name = world.job("echo up; sleep 1001")
    world.wait_log(name, "up")
    world.kill_agent()
    world.cancel(name)                                                      # wakes a new agent
    assert world.wait(name)["status"] == "Canceled"
    assert not world.left_running()


def test_a_job_whose_shim_is_killed_is_lost(world):
    name = world.job("(setsid sleep 1001 &); sleep 1002 & echo up; sleep 1003", outputs={"m": {"jobOutputType": "custom_model", "assetName": "m"}})
    world.wait_log(name, "up")
    os.kill(world.shim_pid(name), signal.SIGKILL)
    assert world.wait(name)["status"] == "Failed"
    assert "lost" in world.message(name)
    assert not world.left_running()
    assert world.request("GET", f"{SCOPE}/models/m")[0] == 404


def test_shim_and_agent_killed_together(world):
    name = world.job("(setsid sleep 1001 &); echo up; sleep 1003")
    world.wait_log(name, "up")
    shim = world.shim_pid(name)
    world.kill_agent()
    os.kill(shim, signal.SIGKILL)
    world.wake()
    assert world.wait(name)["status"] == "Failed"
    assert not world.left_running()


def test_a_job_that_waits_is_canceled_without_ever_running(world):
    blockers = [world.job("echo up; sleep 1001") for _ in range(2)]
    for name in blockers:
        world.wait_log(name, "up")
    waiting = world.job("touch ran", name="waiting")
    world.wait(waiting, "Queued")
    world.cancel(waiting)
    assert world.wait(waiting)["status"] == "Canceled"
    assert [world.status(name) for name in blockers] == ["Running", "Running"]
    assert not any("ran" in blob for blob in world.blobs(f"ExperimentRun/dcid.{waiting}/", "workspaceartifactstore"))


def test_no_more_jobs_run_than_there_are_cores(world):
    names = [world.job("echo $(date +%s%N) start; sleep 0.15; echo $(date +%s%N) end") for _ in range(6)]
    spans = []
    for name in names:
        world.wait(name)
        lines = world.log(name).split()
        spans.append((int(lines[0]), int(lines[2])))
    for start, _ in spans:
        assert sum(begin <= start < end for begin, end in spans) <= 2


def test_a_cluster_runs_as_many_jobs_as_it_has_nodes_and_does_not_hold_up_others(world):
    world.ok("PUT", f"{SCOPE}/computes/one", {"location": "local", "properties": {
        "computeType": "AmlCompute", "properties": {"vmSize": "x", "scaleSettings": {"minNodeCount": 0, "maxNodeCount": 1}}}})
    held = [world.job("echo up; while [ ! -e ../../go ]; do sleep 0.01; done", computeId=f"{SCOPE}/computes/one") for _ in range(6)]
    world.until(lambda: any(world.status(name) == "Running" for name in held))
    assert world.run("true")[1] == "Completed"
    assert sum(world.status(name) == "Running" for name in held) == 1
    (world.root / "runs" / "g" / "w" / "go").touch()
    assert {world.wait(name)["status"] for name in held} == {"Completed"}


def test_fifty_creates_at_once_start_one_agent(world):
    """All commands find no agent and want one."""
    seen, names, errors = set(), [f"job{n}" for n in range(50)], []

    def create(name):
        try:
            world.job("true", name=name)
        except Exception as error:
            errors.append(error)
    threads = [threading.Thread(target=create, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    for name in names:
        assert world.wait(name, seconds=120)["status"] == "Completed"
        seen.add(world.agent_pid)
    assert len(seen) == 1
    assert len(_agents_of(world)) == 1


def test_an_idle_agent_leaves_and_work_is_never_missed(tmp_path):
    """With no patience at all the agent leaves all the time; a job that is queued in that very moment still runs."""
    world = World(tmp_path / "root", idle=0.0)
    try:
        for _ in range(12):
            assert world.run("true")[1] == "Completed"
        world.until(lambda: not _agents_of(world))
    finally:
        world.close()


def test_the_agent_leaves_when_its_root_is_removed(tmp_path):
    import shutil
    world = World(tmp_path / "root", idle=0.3)
    world.run("true")
    world.until(lambda: not os.listdir(os.path.join(launch.folder(str(world.root), KEY), "jobs")))
    shutil.rmtree(world.root)
    world.until(lambda: not _agents_of(world))


def test_from_create_to_the_users_process(world):
    """The whole way with an agent that runs. The bound is loose, for machines that are busy; the benchmark has the figure."""
    world.run("true")
    waits = []
    for _ in range(5):
        name = world.job("date +%s.%N")
        created = time.time()
        world.wait(name)
        waits.append(float(world.log(name)) - created)
    assert min(waits) < 0.3, waits


def test_a_second_agent_returns_at_once(world):
    world.run("true")
    second = subprocess.run(world.command, timeout=30, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert (second.returncode, second.stdout) == (0, b"")


def test_descriptors_of_the_agent_are_not_inherited_by_jobs(world):
    name, _ = world.run("ls -l /proc/self/fd")
    assert "lock" not in world.log(name) and "wake" not in world.log(name) and "workspace.db" not in world.log(name)


def test_control_folders_do_not_stay(world):
    world.run("true")
    world.until(lambda: not os.listdir(os.path.join(launch.folder(str(world.root), KEY), "jobs")))


def test_what_a_killed_agent_had_no_time_to_remove_is_removed(world):
    control = Path(launch.folder(str(world.root), KEY), "jobs", "gone")
    control.mkdir(parents=True)
    (control / "spec.json").write_text(json.dumps({"env": {"MLFLOW_TRACKING_TOKEN": "x"}}))
    world.run("true")
    assert not control.exists()


def test_an_error_of_ours_ends_the_job_and_stands_in_the_log(world, tmp_path):
    name = world.job("true", environmentVariables={"A": "1"})
    world.wait(name)
    # A body that no PUT would let through.
    with world.store.writing() as tx:
        job = tx.get(KEY, "jobs", name)
        properties = {**job.body["properties"], "inputs": ["not", "a", "mapping"], "status": "Starting"}
        tx.put(KEY, "jobs", "broken", {**job.body, "properties": properties}, kind="Command", private={})
        jobqueue.enqueue(tx, KEY, "broken")
    world.wake()
    world.until(lambda: world.details("broken")["status"] == "Failed")
    assert "AttributeError" in world.message("broken")
    assert "Traceback" in Path(launch.folder(str(world.root), KEY), "agent.log").read_text()


def test_windows_is_told_so(tmp_path, monkeypatch):
    from azext_ml.core.errors import LocalError
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with pytest.raises(LocalError, match="Linux and macOS"):
        launch.ensure_agent(str(tmp_path), KEY, ["true"])


def _agents_of(world):
    found = []
    for entry in os.listdir("/proc"):
        try:
            command = Path("/proc", entry, "cmdline").read_bytes() if entry.isdigit() else b""
        except OSError:
            continue
        if b"agent.run(" in command and str(world.root).encode() + b"\0" in command:
            found.append(int(entry))
    return found
