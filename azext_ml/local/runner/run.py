"""A job in the agent's hands: where it stands, and the transactions that move it on."""

import os
import threading

from azext_ml.local import jobqueue, root
from azext_ml.local.runner.failure import Stopped

CHECK_SECONDS = 1.0              # how soon a shim that was killed is missed; all else is told


class Gone(Exception):
    """The job's document was deleted."""


class Run:
    """`canceled` is set by the scheduler, which also sets `attention` whenever something may have changed: cancellation, the
    shim's end. `planned`: outputs.Output of each declared output, once known. `folder` is the job's, `control` its control
    folder (control.py)."""

    def __init__(self, scheduler, job, number, compute, limit):
        self.scheduler, self.app, self.store = scheduler, scheduler.app, scheduler.store
        self.workspace, self.job = scheduler.workspace, job
        self.number, self.compute, self.limit = number, compute, limit
        self.folder = str(root.job_folder(self.store.root, self.workspace, job))
        self.control = os.path.join(scheduler.place, "jobs", job)
        self.attention = threading.Event()
        self.canceled = False
        self.warnings = []
        self.planned = []
        self.shim = None
        self._has_slot = False

    def stopped(self):
        return self.canceled

    def warn(self, text):
        if text not in self.warnings:
            self.warnings.append(text)

    def pause(self):
        """Until there may be something new."""
        self.attention.wait(CHECK_SECONDS)
        self.attention.clear()

    def document(self):
        """The job's Document. Raises Gone."""
        with self.store.reading() as tx:
            job = tx.get(self.workspace, "jobs", self.job)
        if job is None:
            raise Gone()
        return job

    def its_workspace(self):
        """request.Workspace of the job. Raises Gone."""
        with self.store.reading() as tx:
            workspace = self.app.workspace(tx, self.workspace)
        if workspace is None:
            raise Gone()
        return workspace

    def move(self, status, always=False, **private):
        """Writes a status and returns the Document. Raises Gone, and Stopped when cancellation was asked for, unless `always`.
        `private`: facts to keep with the job that are not there yet."""
        with self.store.writing() as tx:
            entry = jobqueue.entry(tx, self.workspace, self.job)
            job = tx.get(self.workspace, "jobs", self.job)
            if job is None or entry is None:
                raise Gone()
            self.canceled = self.canceled or entry.cancel
            if self.canceled and not always:
                raise Stopped()
            kept = {**private, **(job.private or {}), "warnings": self.warnings}
            return tx.put(self.workspace, "jobs", self.job, with_status(job.body, status, ()), etag=job.etag, kind=job.kind,
                          archived=job.archived, private=kept)

    def wait_for_slot(self):
        """Raises Stopped."""
        slots = self.scheduler.slots
        granted = slots.ask(self.number, self.compute, self.limit, self.attention.set)
        while not granted.is_set() and not self.canceled:
            self.pause()
        if self.canceled:
            slots.give_back(self.compute, granted)
            raise Stopped()
        self._has_slot = True

    def take_slot(self):
        """At once: for a job that runs already."""
        self.scheduler.slots.take(self.compute)
        self._has_slot = True

    def give_slot_back(self):
        if self._has_slot:
            self._has_slot = False
            self.scheduler.slots.give_back(self.compute)


def with_status(body, status, planned):
    """The body with a status and, once they are known, the outputs' URIs."""
    properties = {**body["properties"], "status": status}
    if planned:
        given = properties["outputs"]
        properties["outputs"] = {**given, **{output.name: {**(given[output.name] or {}), "uri": output.uri} for output in planned}}
    return {**body, "properties": properties}
