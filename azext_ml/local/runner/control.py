"""A job's control folder, <agent's folder>/jobs/<job>: what the agent and the shim tell each other. It is there while the job is
in an agent's hands. Its path is also the mark that all processes of the run carry in their environment."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time

from azext_ml.local.runner import processes

_SHIM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "shim.py")


def start(run, spec):
    """Starts the shim on a spec (shim.py says what that is)."""
    path = os.path.join(run.control, "spec.json")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(spec, file)                       # holds the run's token
    run.shim = subprocess.Popen([sys.executable, "-E", "-s", "-S", _SHIM, run.control], stdin=subprocess.DEVNULL, cwd="/",
                                start_new_session=True)


def has_begun(run):
    """Whether anything of the user's may have run. Without shim.json nothing has."""
    return any(os.path.exists(os.path.join(run.control, name)) for name in ("shim.json", "exit.json")) or _is_alive(run)


def wait(run):
    """Waits for the shim's end, and has it end the tree when the job is canceled. Returns what exit.json says, None when the
    shim was killed."""
    told = False
    while True:
        alive = _is_alive(run)                      # asked before exit.json is looked for: it may come to be in between
        ended = _read(run, "exit.json")
        if ended is not None or not alive:
            if run.shim is not None:
                run.shim.wait()
            return ended
        if run.canceled and not told:
            told = _tell_to_end(run)
        if run.canceled and not told:
            time.sleep(0.02)                        # it is starting
        else:
            run.pause()


def end_leftovers(run):
    """Ends what a killed shim, or a killed agent's installer, left running."""
    leaders = [(each["pid"], each["start"]) for each in (_read(run, "shim.json"), _read(run, "child.json")) if each]
    processes.end(lambda: processes.leftovers(run.control, leaders), 0)


def _is_alive(run):
    """Whether the shim is: by its lock, for which no other process can be mistaken."""
    if run.shim is not None and run.shim.poll() is None:
        return True
    try:
        lock = os.open(os.path.join(run.control, "shim.lock"), os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(lock)


def _tell_to_end(run):
    """False while the shim does not say who it is yet."""
    shim = _read(run, "shim.json")
    if shim is None:
        return False
    processes.send(shim["pid"], shim["start"], signal.SIGTERM)
    return True


def _read(run, name):
    try:
        with open(os.path.join(run.control, name), encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return None
