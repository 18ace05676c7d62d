"""The agent: the one process per workspace that runs its jobs.

It is started when there is work (launch.py) and leaves when there has been none for a while. It keeps nothing of its own: what
is to be done stands in the store's queue, what has been done in the jobs' control folders. Killed at any moment, its
successor takes over from these: a user's process does not notice.

While it lives it serves the app on 127.0.0.1, for the MLflow calls of its jobs.
"""

import os
import select
import shutil
import socket
import sys
import threading
import time
import traceback

from azext_ml.local import jobqueue, launch
from azext_ml.local.runner import command
from azext_ml.local.runner.slots import Slots, compute_of

IDLE_SECONDS = 10.0
_TICK_SECONDS = 1.0              # how soon a shim that was killed is missed; ends that shims report are noticed at once
_FAULTS = 10                     # of the store, one after the other, before the agent gives up
_AHEAD = 2                       # jobs that are made ready while all slots are taken
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
    Agent(place, workspace, app, lock, wake, setting, idle_seconds, cores or available_cores()).work()


def available_cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Agent:
    def __init__(self, place, workspace, app, lock, wake, setting, idle_seconds, cores):
        self.place, self.workspace, self.app, self.store = place, workspace, app, app.store
        self.setting, self.idle_seconds = setting, idle_seconds
        self.slots = Slots(cores)
        self.started = threading.Event()                    # a first job was started, or there is none
        self._lock, self._wake = lock, wake
        self._begun = self._faults = 0
        self._lives = {}                                    # job: (Run, Thread)
        self._computes = {}                                 # job: (compute, limit), of those in the queue

    def work(self):
        self.base_url = _serve(self.app, self.place, self.started)
        _sweep(self.place, self.store, self.workspace)
        quiet_since = time.monotonic()
        while True:
            if self._look_again():
                quiet_since = time.monotonic()
            elif time.monotonic() - quiet_since >= self.idle_seconds or not os.path.exists(os.path.join(self.place, "lock")):
                if self._leave():
                    return
            self._wait(_TICK_SECONDS if self._lives else quiet_since + self.idle_seconds - time.monotonic())

    def tell(self):
        """Makes the agent look at the queue again; called by a job's thread at its end."""
        try:
            os.write(self._wake, b"x")
        except BlockingIOError:
            pass                                            # there is plenty to read already

    def _look_again(self):
        """_look, for which a fault that may pass is no reason to leave the jobs alone."""
        try:
            busy = self._look()
            self._faults = 0
            return busy
        except Exception:
            self._faults += 1
            if self._faults > _FAULTS:
                raise
            traceback.print_exc()
            return True

    def _look(self):
        """Brings the threads in line with the queue. True while there is anything in it."""
        for job, (_, thread) in list(self._lives.items()):
            if not thread.is_alive():
                del self._lives[job]
        with self.store.reading() as tx:
            entries = jobqueue.entries(tx, self.workspace)
            for entry in entries:
                if entry.job not in self._computes:
                    self._computes[entry.job] = self._compute(tx, entry.job)
        for entry in entries:
            if entry.job in self._lives:
                run = self._lives[entry.job][0]
                run.canceled = run.canceled or entry.cancel
            elif entry.owner is not None or entry.cancel or self._has_room_for(entry.job):
                self._begin(entry)
        for run, _ in self._lives.values():
            run.attention.set()
        for job in set(self._computes) - {entry.job for entry in entries}:
            del self._computes[job]
        if not entries:
            self.started.set()
        return bool(entries or self._lives)

    def _compute(self, tx, job):
        document = tx.get(self.workspace, "jobs", job)
        return compute_of(tx, self.app.workspace(tx, self.workspace), document.body["properties"]) if document else ("", None)

    def _has_room_for(self, job):
        """Some jobs are made ready ahead of their turn, but not so many of one compute that those of others have to wait."""
        compute, limit = self._computes[job]
        same = sum(run.compute == compute for run, _ in self._lives.values())
        return len(self._lives) < self.slots.cores + _AHEAD and (limit is None or same <= limit)

    def _begin(self, entry):
        if entry.owner is None:
            with self.store.writing() as tx:
                tx.execute("UPDATE queue SET owner = ? WHERE workspace = ? AND job = ?",
                           (f"agent {os.getpid()}", self.workspace, entry.job))
        self._begun += 1
        run = command.Run(self, entry.job, self._begun, *self._computes[entry.job])
        run.canceled = entry.cancel
        thread = threading.Thread(target=_live, args=(self, run), name=entry.job, daemon=True)
        self._lives[entry.job] = run, thread
        thread.start()

    def _wait(self, seconds):
        select.select([self._wake], [], [], max(0.0, seconds))
        try:
            while len(os.read(self._wake, 4096)) == 4096:
                pass
        except BlockingIOError:
            pass

    def _leave(self):
        """Whether the agent may go. It stops listening first and looks once more then: a job that was queued meanwhile is
        either seen here, or its command finds nobody listening and waits for the lock."""
        os.close(self._wake)
        with self.store.reading() as tx:
            if not jobqueue.entries(tx, self.workspace):
                os.close(self._lock)
                return True
        self._wake = launch.open_wake(self.place)
        return False


def _live(agent, run):
    try:
        command.live(run)
    except Exception:
        # Nothing may be left half done in silence: the log says what happened, and the next look tries again.
        print(f"{time.ctime()} job {run.job}:", file=sys.stderr)
        traceback.print_exc()
        time.sleep(_TICK_SECONDS)
    finally:
        agent.store.close()
        agent.tell()


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
        started.wait(_TICK_SECONDS)
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


def _sweep(place, store, workspace):
    """Removes the control folders of jobs that are over: an agent may be killed between a job's last transaction and this."""
    jobs = os.path.join(place, "jobs")
    if os.path.isdir(jobs):
        with store.reading() as tx:
            wanted = {entry.job for entry in jobqueue.entries(tx, workspace)}
        for job in set(os.listdir(jobs)) - wanted:
            command.clear(store.root, workspace, job)
            shutil.rmtree(os.path.join(jobs, job), ignore_errors=True)
