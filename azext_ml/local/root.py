"""Where the local workspace lies on disk.

    <root>/workspace.db            the store            <root>/blobs/ab/<sha256>    content
    <root>/runs/<group>/<ws>/<job> job folders          <root>/envs/<digest>        environments of jobs
"""

import os
import sys
from pathlib import Path

from azext_ml.core.errors import LocalError

# A SQLite file in WAL mode needs shared memory between its users, which these do not give (sqlite.org/wal.html).
_NETWORK = ("nfs", "cifs", "smb", "afs", "ncpfs", "9p", "fuse.sshfs", "fuse.s3fs", "fuse.gcsfuse", "fuse.rclone", "ceph",
            "glusterfs", "fuse.glusterfs", "lustre", "beegfs", "gpfs", "davfs", "fuse.blobfuse")


def find(environ, platform=sys.platform):
    """The root folder: AZURE_ML_LOCAL_ROOT, else `azml` in the user's data folder. Made with mode 0700 when missing.

    Raises LocalError when it cannot be made or lies on a network file system.
    """
    root = Path(environ["AZURE_ML_LOCAL_ROOT"]) if environ.get("AZURE_ML_LOCAL_ROOT") else _data_folder(environ, platform) / "azml"
    root = Path(os.path.abspath(root.expanduser()))
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise LocalError(f"The folder of the local workspace, {root}, cannot be made: {error.strerror}.",
                         fix="Set AZURE_ML_LOCAL_ROOT to a folder that you may write to.") from error
    kind = _file_system(root) if platform == "linux" else None
    if kind and (kind in _NETWORK or kind.startswith(("nfs", "smb"))):
        raise LocalError(f"{root} lies on a network file system ({kind}), where the local workspace's database is not safe.",
                         fix="Set AZURE_ML_LOCAL_ROOT to a folder on a local disk.")
    return root


def job_folder(root, workspace, job):
    """Folder of a job. `workspace` is a workspace key, "group/name"; its parts and job names are checked when they are made."""
    return Path(root, "runs", *workspace.split("/"), job)


def sync_folder(folder):
    """Makes names that were just given in a folder outlive a power cut."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def environment_folder(root, digest):
    return Path(root, "envs", digest)


def _data_folder(environ, platform):
    home = Path(environ.get("HOME") or os.path.expanduser("~"))
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    if platform == "darwin":
        return home / "Library" / "Application Support"
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")


def _file_system(path, mounts="/proc/self/mounts"):
    """Type of the file system that holds `path`, None when it cannot be told."""
    path = os.path.realpath(path)
    best, kind = "", None
    try:
        with open(mounts, encoding="utf-8", errors="surrogateescape") as lines:
            for line in lines:
                _, point, this, *_ = line.split(" ")
                point = point.replace("\\040", " ")
                if len(point) >= len(best) and (path + "/").startswith(point.rstrip("/") + "/"):
                    best, kind = point, this
    except OSError:
        return None
    return kind
