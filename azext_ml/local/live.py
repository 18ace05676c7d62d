"""Logs of a job that still runs, as blobs of the workspace's artifact store.

The service shows a job's logs at `ExperimentRun/dcid.<job>/user_logs/…` of workspaceartifactstore from the first line on. Here
they are files of the job's folder until the end of the job makes blobs of them; until then these functions stand in.
"""

import os
from typing import NamedTuple

from azext_ml.local import root
from azext_ml.local.store import workspace_key

PREFIX = "ExperimentRun/dcid."
FOLDERS = ("user_logs", "system_logs", "azureml-logs")


class Live(NamedTuple):
    """A log file in a list of blobs."""

    name: str
    size: int
    modified: float
    sha256: str = "0" * 64
    md5: bytes = b""
    etag: int = 0
    content_type: str = "text/plain; charset=utf-8"
    metadata: dict = {}


def artifact_container(guid):
    """Container of workspaceartifactstore. All workspaces share one storage account here, hence the workspace in the name."""
    return f"azureml-{guid}"


def log_files(folder):
    """{name as `user_logs/std_log.txt`: path} of the log files below a job's folder."""
    found = {}
    for top in FOLDERS:
        for base, _, files in os.walk(os.path.join(folder, "logs", top)):
            for file in files:
                path = os.path.join(base, file)
                found[os.path.relpath(path, os.path.join(folder, "logs")).replace(os.sep, "/")] = path
    return dict(sorted(found.items()))


def open_log(app, tx, container, name):
    """The open file behind the name of a running job's log, or None."""
    job, _, path = name[len(PREFIX):].partition("/") if name.startswith(PREFIX) else ("", "", "")
    folder = _folder(app, tx, container, job)
    file = log_files(folder).get(path) if folder and path else None
    try:
        return open(file, "rb") if file else None
    except OSError:
        return None


def remove_folder(app, ws, job):
    """Removes the folder of a job that is no more, of all jobs of a workspace when `job` is ""."""
    import shutil  # lazy: nothing else here needs it
    shutil.rmtree(root.job_folder(app.root, ws, job), ignore_errors=True)


def size(file):
    return os.fstat(file.fileno()).st_size


def merge(app, tx, container, prefix, after, found):
    """`found`, a sorted list of blobs, with the running job's logs that belong in it."""
    job = prefix[len(PREFIX):].partition("/")[0] if prefix.startswith(PREFIX) else ""
    folder = _folder(app, tx, container, job)
    if not folder:
        return found
    names = {blob.name for blob in found}
    for name, path in log_files(folder).items():
        name = f"{PREFIX}{job}/{name}"
        if name.startswith(prefix) and name > after and name not in names:
            try:
                status = os.stat(path)
            except OSError:
                continue
            found.append(Live(name, status.st_size, status.st_mtime))
    return sorted(found, key=lambda blob: blob.name)


def _folder(app, tx, container, job):
    """Folder of a job that is not over, if the container is its workspace's artifact store."""
    if not job or not container.startswith("azureml-"):
        return None
    row = tx.execute("SELECT workspace, job FROM queue WHERE job = ?", (job,)).fetchall()
    for workspace, name in row:
        found = app.workspace(tx, workspace)
        if found and artifact_container(found.guid) == container:
            return root.job_folder(app.root, workspace_key(found.group, found.name), name)
    return None
