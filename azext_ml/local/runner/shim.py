"""The process between the agent and a user's process. Standard library only; run as a file:

    python -E -s -S shim.py CONTROL

CONTROL is a folder of the agent's. The shim reads CONTROL/spec.json, starts the process it describes, and outlives the agent
if it must. It is the only witness of how the process ended, which it writes to CONTROL/exit.json when nothing of the tree is
left. SIGTERM to the shim ends the tree. What it leaves in CONTROL:

    shim.lock   held (flock) as long as the shim lives, so that a second one started for the same run leaves at once, and so
                that "is it alive" has an answer that no reused pid can falsify
    shim.json   {"pid", "start"}: written before the process starts; without it nothing of the user's has ever run
    child.json  {"pid", "start"} of the process, which leads a process group of its own
    exit.json   {"code" or null, "signal" or null, "timed_out", "canceled", "error" or null, "started", "ended"}; times are
                seconds since the epoch. Complete when it exists (temporary name, fsync, rename).

spec.json: {"argv", "cwd", "env", "log", "timeout" (seconds or null), "grace" (seconds between SIGTERM and SIGKILL),
"wake" (a FIFO that is written to at the end)}.

On Linux the shim is the child subreaper of everything below it: a daemon that forked twice into a session of its own still
has the shim as its ancestor. Elsewhere such a daemon is found only while it stays in the session's process group.
"""

import ctypes
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time

import processes

LEFT_BEHIND_GRACE = 1.0          # seconds that background processes get once the main process has ended by itself
_PR_SET_PDEATHSIG = 1            # linux/prctl.h
_PR_SET_CHILD_SUBREAPER = 36
_ATTEMPTS = 20


def main(control):
    lock = os.open(os.path.join(control, "shim.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return
    if os.path.exists(os.path.join(control, "exit.json")):
        return
    with open(os.path.join(control, "spec.json"), encoding="utf-8") as file:
        spec = json.load(file)
    if os.getsid(0) != os.getpid():
        os.setsid()
    signals = _listen()
    prctl = _prctl()
    prctl(_PR_SET_CHILD_SUBREAPER, 1)
    me = processes.find(os.getpid())
    write_json(control, "shim.json", {"pid": me.pid, "start": me.start})
    write_json(control, "exit.json", _run(control, spec, signals, prctl))
    _wake(spec.get("wake"))


def _run(control, spec, signals, prctl):
    """Starts the process, waits for its end, a signal or the time limit, ends the rest of the tree; returns what exit.json says."""
    ended = {"code": None, "signal": None, "timed_out": False, "canceled": False, "error": None, "started": time.time()}
    parent = os.getpid()

    def before_exec():
        os.setpgid(0, 0)                                   # `kill 0` in a script must not reach the shim
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)           # a shim that is killed takes the process with it
        if os.getppid() != parent:
            os._exit(1)

    try:
        with open(spec["log"], "ab") as log:
            # Kept until the end: a Popen that is dropped waits for its child itself, and its status would be gone.
            process = subprocess.Popen(spec["argv"], cwd=spec["cwd"], env=spec["env"], stdin=subprocess.DEVNULL, stdout=log,
                                       stderr=log, preexec_fn=before_exec)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        ended.update(error=f"The command could not be started: {error}", ended=time.time())
        return ended
    child = process.pid
    known = processes.find(child)
    if known:
        write_json(control, "child.json", {"pid": child, "start": known.start})
    statuses = {}
    deadline = None if spec.get("timeout") is None else time.monotonic() + spec["timeout"]
    grace = LEFT_BEHIND_GRACE
    while True:
        _reap(statuses)
        if child in statuses:
            break
        if _told_to_end(signals, deadline):
            ended["canceled"], grace = True, spec["grace"]
            break
        if deadline is not None and time.monotonic() >= deadline and child not in _reap(statuses):
            ended["timed_out"], grace = True, spec["grace"]
            break
    gone = processes.end(lambda: _tree(child), grace, lambda: _reap(statuses))
    _reap(statuses)
    status = statuses.get(child)
    process.returncode = status
    if status is not None:
        ended["code"] = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
        ended["signal"] = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
    if not gone:
        ended["error"] = "Some processes of the job could not be ended."
    ended["ended"] = time.time()
    return ended


def _tree(child):
    """Everything of the run but the shim."""
    running = processes.table()
    me = os.getpid()
    tree = {process.pid: process for process in processes.descendants(running, me)}
    tree.update((p.pid, p) for p in running.values() if p.pid != me and (p.session == me or p.group in (me, child)))
    return list(tree.values())


def _reap(statuses):
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return statuses
        if pid == 0:
            return statuses
        statuses[pid] = status


def _listen():
    """A descriptor that becomes readable, with the signal's number, when a child ends or the shim is told to end."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)             # not SIG_IGN, which the user's process would inherit
    return reading


def _told_to_end(signals, deadline):
    """Waits for a signal or the deadline (monotonic seconds or None). True when the shim was told to end."""
    select.select([signals], [], [], None if deadline is None else max(0.0, deadline - time.monotonic()))
    try:
        return signal.SIGTERM in os.read(signals, 4096)
    except BlockingIOError:
        return False


def write_json(folder, name, value):
    """Writes folder/name so that it is either absent or complete, also after a power cut. The folder is made again should
    the process have removed it, or remove it while this is written."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return _write(folder, name, value)
        except FileNotFoundError:
            continue
    return _write(folder, name, value)


def _write(folder, name, value):
    os.makedirs(folder, mode=0o700, exist_ok=True)
    temporary = os.path.join(folder, f".{name}.{os.getpid()}")
    with open(temporary, "w", encoding="utf-8") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    os.rename(temporary, os.path.join(folder, name))
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _wake(fifo):
    try:
        descriptor = os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
    except (OSError, TypeError):
        return                                             # nobody listens: the next agent reads exit.json when it starts
    try:
        os.write(descriptor, b"x")
    except OSError:
        pass
    finally:
        os.close(descriptor)


def _prctl():
    """prctl(2) of Linux, elsewhere a function that does nothing. Made before the fork: no import may happen after it."""
    if not sys.platform.startswith("linux"):
        return lambda option, value: None
    function = ctypes.CDLL(None, use_errno=True).prctl
    return lambda option, value: function(option, ctypes.c_ulong(value), 0, 0, 0)


if __name__ == "__main__":
    main(sys.argv[1])
