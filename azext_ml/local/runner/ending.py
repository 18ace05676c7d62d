"""The end of a job: what it leaves behind is stored, then one transaction tells of its end."""

import os
import shutil
import signal
import time

from azext_ml.local import blobs, jobqueue, live, mlflow, root, tokens
from azext_ml.local.envelopes import Refusal
from azext_ml.local.runner import control, outputs
from azext_ml.local.runner.run import with_status

LOG = "user_logs/std_log.txt"
_TAIL_BYTES, _TAIL_LINES = 8192, 10


def conclude(run, ended):
    """Ends a job as its shim reports, None when the shim was lost."""
    if ended is None:
        control.end_leftovers(run)
        if run.canceled:
            return finish(run, "Canceled")
        return finish(run, "Failed", _error("JobLost", "The job was lost: the process that looks after it was killed."))
    times = {"started": ended["started"], "ended": ended["ended"]}
    if ended["canceled"]:
        return finish(run, "Canceled", **times)
    if ended["timed_out"]:                          # the service cancels such a job too
        error = _error("JobTimedOut", "The job was canceled when it had run as long as its limit, `limits.timeout`.")
        return finish(run, "Canceled", error, **times)
    if ended["error"] or ended["code"] != 0:
        how = f"exited with code {ended['code']}" if ended["signal"] is None else f"was ended by {_signal_name(ended['signal'])}"
        message = ended["error"] or f"The command {how}. The end of {LOG}:\n{_tail(run)}"
        return finish(run, "Failed", _error("UserError", message), **times)
    return finish(run, "Completed", **times)


def finish(run, status, error=None, started=None, ended=None):
    """Stores outputs and logs, and writes the terminal status, the outputs' registrations and the end of the run's token in one
    transaction. Times in seconds. Raises Gone."""
    if status != "Canceled":
        run.move("Finalizing", always=True)
    try:
        captured = _capture(run)
    except OSError as fault:
        captured = []
        status, error = "Failed", _error("StorageFailed", f"What the job wrote could not be stored: {fault.strerror or fault}.")
    try:
        _commit(run, status, error, captured, started, ended)
    except Refusal as refusal:
        # The command did its work, but what it was to leave behind is refused: nothing at all is registered then.
        error = _error(refusal.code, f"An output could not be registered: {refusal}")
        _commit(run, "Failed", error, captured, started, ended)
    forget(run.store.root, run.workspace, run.job, run.control)


def abandon(run):
    """Ends what still runs of a job that was deleted, and removes all of it."""
    run.canceled = True
    if control.has_begun(run) and control.wait(run) is None:
        control.end_leftovers(run)
    with run.store.writing() as tx:
        if tx.get(run.workspace, "jobs", run.job) is None:
            jobqueue.remove(tx, run.workspace, run.job)
            tokens.revoke(tx, run.workspace, run.job)
    shutil.rmtree(run.folder, ignore_errors=True)
    shutil.rmtree(run.control, ignore_errors=True)


def forget(store_root, workspace, job, control_folder):
    """Removes the working folders of a job that is over; what they held is in the blobs. The logs stay. This may be cut off: the
    control folder goes last, and the next agent begins with those that are left."""
    folder = root.job_folder(store_root, workspace, job)
    for part in ("inputs", "outputs", "code", "python"):
        shutil.rmtree(os.path.join(folder, part), ignore_errors=True)
    shutil.rmtree(control_folder, ignore_errors=True)


def _commit(run, status, error, captured, started, ended):
    with run.store.writing() as tx:
        job = tx.get(run.workspace, "jobs", run.job)
        if job is None:
            return
        for each in captured:
            for name, content in each.blobs:
                blobs.put(tx, each.container, name, content, now=run.store.clock())
        assets = _register(run, tx, captured) if status == "Completed" else {}
        private = {**(job.private or {}), "warnings": run.warnings, "assets": assets, "ended": ended or time.time()}
        private.update({key: value for key, value in (("started", started), ("error", error)) if value})
        tx.put(run.workspace, "jobs", run.job, with_status(job.body, status, run.planned), etag=job.etag, kind=job.kind,
               archived=job.archived, private=private)
        mlflow.end_run(tx, run.workspace, run.job, status, now=private["ended"])
        tokens.revoke(tx, run.workspace, run.job)
        jobqueue.remove(tx, run.workspace, run.job)


def _capture(run):
    """[Captured] of all outputs, of ./outputs and of the logs."""
    store_root = run.store.root
    workspace = run.its_workspace()
    captured = [outputs.capture(store_root, output, run.warn) for output in run.planned]
    container, prefix = live.artifact_container(workspace.guid), f"{live.PREFIX}{run.job}"
    for name in ("outputs", "logs"):
        folder = os.path.join(run.folder, "code", name)
        found = outputs.capture_folder(store_root, folder, f"{prefix}/{name}", run.warn, f"./{name}")
        captured.append(outputs.Captured(container, found))
    logs = outputs.capture_folder(store_root, os.path.join(run.folder, "logs"), prefix, run.warn, "the logs")
    return captured + [outputs.Captured(container, logs)]


def _register(run, tx, captured):
    """{output name: asset id} of the outputs that have a name and hold something."""
    workspace = run.app.workspace(tx, run.workspace)
    assets = {}
    for output, content in zip(run.planned, captured):
        if not output.asset:
            continue
        if not content.blobs and not output.direct:
            run.warn(f"The output '{output.name}' is empty, so {output.asset} was not registered.")
            continue
        assets[output.name] = outputs.register(tx, run.app, workspace, run.job, output)
    return assets


def _error(code, message):
    return {"code": code, "message": message}


def _tail(run):
    try:
        with open(os.path.join(run.folder, "logs", LOG), "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL_BYTES))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-_TAIL_LINES:])


def _signal_name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
