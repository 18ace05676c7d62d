"""Starting the agent of a workspace, from any process and at any moment, at most once.

Who may be the agent is settled by a lock (flock) on <root>/agents/<group>/<workspace>/lock. The process that wants an agent
takes the lock itself, opens the FIFO `wake`, and hands both to the agent that it starts: from that moment on everybody else
sees that there is one, and a byte put into the FIFO is read once the agent is up. So nobody waits for an agent to start, and
when it dies, however it dies, the kernel takes lock and FIFO away with it.
"""

import os
import subprocess
import time

from azext_ml.core.errors import LocalError
from azext_ml.local.runner.processes import MARK

DESCRIPTORS = "AZML_AGENT_DESCRIPTORS"           # "lock,wake": how the agent is told what it inherited
_LOG_BYTES = 1 << 20
_LEAVING_SECONDS = 10


def folder(root, workspace):
    """Where the agent of a workspace (key "group/name") keeps its lock, FIFO, log and the control folders of running jobs."""
    return os.path.join(root, "agents", *workspace.split("/"))


def ensure_agent(root, workspace, command, env=None):
    """Sees to it that an agent runs and looks at the queue. Returns at once.

    `command`: argv of a process that calls agent.run(root, workspace, app). `env`: variables to add to this process's own for
    it. What the caller wants the agent to see must be committed before. Raises LocalError where jobs cannot run.
    """
    place = folder(root, workspace)
    os.makedirs(place, mode=0o700, exist_ok=True)
    deadline = time.monotonic() + _LEAVING_SECONDS
    while True:
        lock = take_lock(place)
        if lock is not None:
            try:
                _start(place, lock, command, env)
            finally:
                os.close(lock)
            return
        if wake(place):
            return
        # The lock is held and nobody listens: an agent is leaving and may have missed what was just queued.
        if time.monotonic() > deadline:
            raise LocalError(f"The agent of the local workspace does not answer (its folder is {place}).",
                             fix="End the process that holds the file `lock` in that folder.")
        time.sleep(0.005)


def take_lock(place):
    """Descriptor of the agent's lock, None when another process has it."""
    try:
        import fcntl
    except ImportError:
        raise LocalError("Jobs of the local workspace run on Linux and macOS only.",
                         fix="Use WSL, or set AZURE_ML_BACKEND=azure to run the job in Azure.") from None
    lock = os.open(os.path.join(place, "lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return lock
    except BlockingIOError:
        os.close(lock)
        return None


def open_wake(place):
    """Reading end of the FIFO. Opened for writing too: with a writer of its own it never reads an end of file."""
    path = os.path.join(place, "wake")
    try:
        os.mkfifo(path, 0o600)
    except FileExistsError:
        pass
    return os.open(path, os.O_RDWR | os.O_NONBLOCK)


def wake(place):
    """Tells the agent that there is something to look at. False when none listens."""
    try:
        descriptor = os.open(os.path.join(place, "wake"), os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        os.write(descriptor, b"x")
        return True
    except BlockingIOError:
        return True                              # full: it has plenty to read
    except OSError:
        return False
    finally:
        os.close(descriptor)


def _start(place, lock, command, env):
    environ = {name: value for name, value in os.environ.items() if name not in (MARK, "AZURE_ML_ACCESS_TOKEN")}
    environ.update(env or {})
    wake_up = open_wake(place)
    try:
        log = os.open(os.path.join(place, "agent.log"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            if os.fstat(log).st_size > _LOG_BYTES:
                os.ftruncate(log, 0)
            environ[DESCRIPTORS] = f"{lock},{wake_up}"
            subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=place, env=environ,
                             pass_fds=(lock, wake_up), start_new_session=True)
        finally:
            os.close(log)
    finally:
        os.close(wake_up)
