"""Brings what runs in line with the queue: one thread per job in hand, as many as there is room for."""

import os
import select
import sys
import threading
import time
import traceback

from azext_ml.local import jobqueue, launch
from azext_ml.local.runner import command, ending
from azext_ml.local.runner.run import CHECK_SECONDS, Run
from azext_ml.local.runner.slots import Slots, compute_of

_FAULTS = 10                     # of the store, one after the other, before the agent gives up
_AHEAD = 2                       # jobs that are made ready while all slots are taken


class Scheduler:
    """What an agent does. `lock` and `wake` are its descriptors; `base_url` is where the app is served, and the server waits for
    `started`, set once the first job runs."""

    def __init__(self, place, workspace, app, base_url, started, lock, wake, setting, idle_seconds, cores):
        self.place, self.workspace, self.app, self.store = place, workspace, app, app.store
        self.base_url, self.started, self.setting, self.idle_seconds = base_url, started, setting, idle_seconds
        self.slots = Slots(cores)
        self._lock, self._wake = lock, wake
        self._begun = self._faults = 0
        self._lives = {}                                    # job: (Run, Thread)
        self._computes = {}                                 # job: (compute, limit), of those in the queue

    def work(self):
        _sweep(self.place, self.store, self.workspace)
        quiet_since = time.monotonic()
        while True:
            if self._look_again():
                quiet_since = time.monotonic()
            elif time.monotonic() - quiet_since >= self.idle_seconds or not os.path.exists(os.path.join(self.place, "lock")):
                if self._leave():
                    return
            self._wait(CHECK_SECONDS if self._lives else quiet_since + self.idle_seconds - time.monotonic())

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
        run = Run(self, entry.job, self._begun, *self._computes[entry.job])
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


def _live(scheduler, run):
    try:
        command.live(run)
    except Exception:
        # Nothing may be left half done in silence: the log says what happened, and the next look tries again.
        print(f"{time.ctime()} job {run.job}:", file=sys.stderr)
        traceback.print_exc()
        time.sleep(CHECK_SECONDS)
    finally:
        scheduler.store.close()
        scheduler.tell()


def _sweep(place, store, workspace):
    """Removes the control folders of jobs that are over: an agent may be killed between a job's last transaction and this."""
    jobs = os.path.join(place, "jobs")
    if os.path.isdir(jobs):
        with store.reading() as tx:
            wanted = {entry.job for entry in jobqueue.entries(tx, workspace)}
        for job in set(os.listdir(jobs)) - wanted:
            ending.forget(store.root, workspace, job, os.path.join(jobs, job))
