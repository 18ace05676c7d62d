"""The shim alone, with real processes: what it reports, and that nothing outlives it."""

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from azext_ml.local.runner import processes

SHIM = Path(processes.__file__).with_name("shim.py")


def load_shim():
    """The shim as a module; it is a script that finds its neighbours beside it."""
    spec = importlib.util.spec_from_file_location("shim_of_tests", SHIM)
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(SHIM.parent))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(SHIM.parent))
    return module


class Shim:
    def __init__(self, folder, command, *, timeout=None, grace=0.3, argv=None, cwd=None):
        self.folder, self.log = folder, folder / "log"
        folder.mkdir(exist_ok=True)
        spec = {"argv": argv or ["bash", "-c", command], "cwd": str(cwd or folder), "env": {**os.environ, processes.MARK: str(folder)},
                "log": str(self.log), "timeout": timeout, "grace": grace, "wake": None}
        (folder / "spec.json").write_text(json.dumps(spec))
        self.process = self.start()

    def start(self):
        return subprocess.Popen([sys.executable, "-E", "-s", "-S", str(SHIM), str(self.folder)], start_new_session=True)

    def wait_log(self, text):
        deadline = time.monotonic() + 20
        while not self.log.exists() or text not in self.log.read_text():
            assert time.monotonic() < deadline, self.log.exists() and self.log.read_text()
            time.sleep(0.005)

    def ended(self):
        self.process.wait(30)
        return json.loads((self.folder / "exit.json").read_text())


@pytest.fixture
def shim(tmp_path):
    made = []

    def start(command="", **options):
        made.append(Shim(tmp_path / f"control{len(made)}", command, **options))
        return made[-1]
    yield start
    for each in made:
        left = processes.leftovers(str(each.folder), [])
        processes.end(lambda: processes.leftovers(str(each.folder), []), 0)   # noqa: B023 - used at once
        each.process.kill()
        each.process.wait()
        assert not left, left


def test_exit_code_and_output(shim):
    run = shim("echo out; echo err >&2; exit 7")
    ended = run.ended()
    assert (ended["code"], ended["signal"], ended["timed_out"], ended["canceled"], ended["error"]) == (7, None, False, False, None)
    assert run.log.read_text() == "out\nerr\n"
    assert ended["started"] <= ended["ended"]


def test_signal_of_the_process(shim):
    ended = shim("kill -SEGV $$").ended()
    assert (ended["code"], ended["signal"]) == (None, signal.SIGSEGV)


def test_many_short_processes_are_all_reported(tmp_path, shim):
    # A child that ends while it is being started is where statuses get lost.
    for _ in range(15):
        assert shim(argv=["true"]).ended()["code"] == 0


def test_a_command_that_does_not_exist(shim):
    assert "No such file" in shim(argv=["/no/such/program"]).ended()["error"]


def test_a_folder_that_does_not_exist(shim, tmp_path):
    assert "could not be started" in shim("true", cwd=tmp_path / "gone").ended()["error"]


def test_time_limit_ends_the_whole_tree(shim):
    run = shim("sleep 1001 & (setsid sleep 1002 &) ; echo up; wait", timeout=0.5)
    ended = run.ended()
    assert ended["timed_out"] and ended["signal"] == signal.SIGTERM


def test_sigterm_is_given_a_chance(shim):
    run = shim("trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.01; done", grace=20)
    run.wait_log("up")
    run.process.terminate()
    ended = run.ended()
    assert (ended["canceled"], ended["code"]) == (True, 3)
    assert "bye" in run.log.read_text()


def test_a_process_that_ignores_sigterm_is_killed(shim):
    run = shim("trap '' TERM; echo up; while :; do sleep 1; done", grace=0.1)
    run.wait_log("up")
    run.process.terminate()
    assert run.ended()["signal"] == signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="a daemon without mark, session and parent is found by the subreaper only")
def test_daemons_end_with_the_main_process(shim):
    # Forked twice, own session, empty environment: only the subreaper still knows whose it is.
    seconds = 100000 + os.getpid()                       # unmistakable
    run = shim(f"(setsid env -i sleep {seconds} &) ; setsid bash -c 'env -i sleep {seconds} & disown; exit' ; exit 0")
    assert run.ended()["code"] == 0
    assert not [p for p in processes.table().values() if _command(p.pid) == b"sleep\0%d\0" % seconds and p.state != "Z"]


def test_a_stopped_process_ends(shim):
    run = shim("echo up; kill -STOP $$; echo went on", grace=20)
    run.wait_log("up")
    run.process.terminate()
    assert run.ended()["signal"] == signal.SIGTERM


def test_kill_0_in_a_script_does_not_reach_the_shim(shim):
    assert shim("kill -TERM 0").ended()["signal"] == signal.SIGTERM


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
def test_the_process_dies_with_a_shim_that_is_killed(shim, tmp_path):
    run = shim("echo up $$; exec sleep 1005")
    run.wait_log("up")
    pid = int(run.log.read_text().split()[1])
    run.process.kill()
    run.process.wait()
    deadline = time.monotonic() + 10
    while processes.find(pid) and processes.find(pid).state != "Z":
        assert time.monotonic() < deadline
        time.sleep(0.005)
    assert not (run.folder / "exit.json").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="environments of processes are read from /proc")
def test_leftovers_of_a_killed_shim_are_found(shim):
    run = shim("(setsid sleep 1006 &) ; (sleep 1007 &) ; echo up; sleep 1008")
    run.wait_log("up")
    who = json.loads((run.folder / "shim.json").read_text())
    deadline = time.monotonic() + 20                # `up` may be said before the others have become what they will be
    while not {b"sleep\x001006\0", b"sleep\x001007\0"} <= {_command(p.pid) for p in processes.table().values()}:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    run.process.kill()
    run.process.wait()
    left = {_command(p.pid) for p in processes.leftovers(str(run.folder), [(who["pid"], who["start"])])}
    assert {b"sleep\x001006\0", b"sleep\x001007\0"} <= left
    assert processes.end(lambda: processes.leftovers(str(run.folder), [(who["pid"], who["start"])]), 0)


def test_leftovers_are_found_by_group_where_there_are_no_marks(shim, monkeypatch):
    run = shim("sleep 1010 & echo up; wait")
    run.wait_log("up")
    deadline = time.monotonic() + 20
    while not (run.folder / "child.json").exists():
        assert time.monotonic() < deadline
        time.sleep(0.005)
    child = json.loads((run.folder / "child.json").read_text())
    monkeypatch.setattr(processes, "table", processes._from_ps)              # as on macOS
    monkeypatch.setattr(processes, "marked", lambda table, mark: [])
    known = processes._from_ps()[child["pid"]]
    assert {p.pid for p in processes.leftovers("", [(known.pid, known.start)])} >= {known.pid}
    assert len(processes.leftovers("", [(known.pid, known.start)])) == 2
    assert processes.leftovers("", [(known.pid, "another start")]) == []
    monkeypatch.undo()
    run.process.terminate()
    assert run.ended()["canceled"]


def test_a_second_shim_leaves_the_run_alone(shim):
    run = shim("echo once; sleep 0.5")
    run.wait_log("once")
    second = run.start()
    assert second.wait(20) == 0
    assert run.ended()["code"] == 0
    third = run.start()
    assert third.wait(20) == 0
    assert run.log.read_text() == "once\n"


def test_the_control_folder_may_vanish(shim):
    run = shim("rm -rf \"$PWD\"; exit 4")
    assert run.ended()["code"] == 4


def test_a_folder_that_goes_away_while_it_is_written_to_is_made_again(tmp_path, monkeypatch):
    folder, rename = tmp_path / "control", os.rename

    def removed(source, target):
        monkeypatch.setattr(os, "rename", rename)
        shutil.rmtree(folder)
        rename(source, target)

    monkeypatch.setattr(os, "rename", removed)
    load_shim().write_json(str(folder), "exit.json", {"code": 4})
    assert json.loads((folder / "exit.json").read_text()) == {"code": 4}


def test_a_pid_that_was_given_to_another_process_is_left_alone():
    other = subprocess.Popen(["sleep", "1009"])
    try:
        known = processes.find(other.pid)
        impostor = known._replace(start="boot:1")
        assert processes.end(lambda: [p for p in [impostor] if processes.is_alive(p.pid, p.start)], 0)
        assert not processes.is_alive(impostor.pid, impostor.start)
        assert processes.is_alive(known.pid, known.start)
        processes.send(impostor.pid, impostor.start, signal.SIGKILL)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_without_proc_and_subreaper(tmp_path):
    """As on macOS: by ps, groups and parents alone."""
    code = ("import os, sys; real = os.path.isdir; os.path.isdir = lambda path: path != '/proc/self' and real(path)\n"
            f"sys.path.insert(0, {str(SHIM.parent)!r}); import shim; shim._prctl = lambda: lambda option, value: None\n"
            "shim.main(sys.argv[1])")
    spec = {"argv": ["bash", "-c", "trap '' TERM; (sleep 1011 &) ; sleep 1012"], "cwd": str(tmp_path), "env": dict(os.environ),
            "log": str(tmp_path / "log"), "timeout": 0.3, "grace": 0.2}
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    subprocess.run([sys.executable, "-E", "-s", "-S", "-c", code, str(tmp_path)], start_new_session=True, timeout=30, check=True)
    ended = json.loads((tmp_path / "exit.json").read_text())
    child = json.loads((tmp_path / "child.json").read_text())
    assert (ended["timed_out"], ended["signal"], ended["error"]) == (True, signal.SIGKILL, None)
    assert not [p for p in processes.table().values() if p.group == child["pid"] and p.state != "Z"]


def test_the_table_of_ps_agrees_with_proc():
    mine = processes._from_ps()[os.getpid()]
    assert (mine.pid, mine.parent, mine.group) == (os.getpid(), os.getppid(), os.getpgrp())


def _command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
