"""The agent: the one process per workspace that runs its jobs.

It is started when there is work (launch.py) and leaves when there has been none for a while. It keeps nothing of its own: what
is to be done stands in the store's queue, what has been done in the jobs' control folders. Killed at any moment, its
successor takes over from these: a user's process does not notice.

While it lives it serves the app on 127.0.0.1, for the MLflow calls of its jobs.
"""

import os
import socket
import threading

from azext_ml.local import launch
from azext_ml.local.runner.scheduler import Scheduler

IDLE_SECONDS = 10.0
_SERVER_SECONDS = 1.0            # after which the server starts, job or no job
_BODY_BYTES = 1 << 40


def run(root, workspace, app, *, setting=None, idle_seconds=None, cores=None):
    """Runs the jobs of a workspace (key "group/name") until there have been none for a while. Returns at once when another agent
    does.

    `app`: an App on the same root; `setting(name)`: text of a setting of [ml] or None, by default from AZURE_ML_<NAME>.
    `idle_seconds`: by default the setting `agent_idle_seconds`. `cores`: how many jobs run at once, by default the machine's.
    """
    place = launch.folder(os.fspath(root), workspace)
    os.makedirs(place, mode=0o700, exist_ok=True)
    lock, wake = _descriptors(place)
    if lock is None:
        return
    setting = setting or (lambda name: os.environ.get(f"AZURE_ML_{name.upper()}"))
    os.truncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)            # for people who look for the agent; nothing here relies on it
    if idle_seconds is None:
        idle_seconds = float(setting("agent_idle_seconds") or IDLE_SECONDS)
    started = threading.Event()
    base_url = _serve(app, place, started)
    Scheduler(place, workspace, app, base_url, started, lock, wake, setting, idle_seconds, cores or available_cores()).work()


def available_cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _descriptors(place):
    """(lock, wake) as handed over by launch.ensure_agent, else opened here; (None, None) when another agent has them."""
    given = os.environ.pop(launch.DESCRIPTORS, None)
    if given:
        lock, wake = (int(number) for number in given.split(","))
        os.set_inheritable(lock, False)
        os.set_inheritable(wake, False)
        return lock, wake
    lock = launch.take_lock(place)
    return (lock, launch.open_wake(place)) if lock is not None else (None, None)


def _serve(app, place, started):
    """Serves the app on a loopback port and returns its URL. Jobs that outlive an agent know its port, so the successor takes
    the same if it can. Connections queue in the socket until the server, which takes long to import, is up; it is not
    imported before the first job runs."""
    known = os.path.join(place, "port")
    try:
        with open(known, encoding="ascii") as file:
            listening = _listen(int(file.read()))
    except (OSError, ValueError, OverflowError):
        listening = _listen(0)
    port = listening.getsockname()[1]
    with open(known, "w", encoding="ascii") as file:
        file.write(str(port))

    def serve():
        started.wait(_SERVER_SECONDS)
        from waitress.server import create_server  # start-up cost: 50 ms that the first job would wait for
        create_server(app, sockets=[listening], threads=4, max_request_body_size=_BODY_BYTES, ident=None,
                      clear_untrusted_proxy_headers=True).run()

    threading.Thread(target=serve, name="server", daemon=True).start()
    return f"http://127.0.0.1:{port}"


def _listen(port):
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen(128)
        return listening
    except BaseException:
        listening.close()
        raise
