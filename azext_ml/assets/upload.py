"""Brings a snapshot into a container, once.

Order of requests as azure-ai-ml's: the first file in path order is the indicator; HEAD of it, then every file, then its metadata,
which alone say that the upload is whole.
"""

import os
import uuid
from typing import NamedTuple

from azext_ml.assets import parallel
from azext_ml.assets.snapshot import changed
from azext_ml.core.errors import TransferError

COMPLETE = ("upload_status", "completed")


class Uploaded(NamedTuple):
    """path: the blob or folder within the container.  name, version: of the asset that it was first uploaded for.  reused:
    nothing was sent, since it was there."""

    path: str
    name: str
    version: str
    reused: bool


def upload(container, prefix, snapshot, *, name=None, version=None, progress=None):
    """Uploads `snapshot` as `{prefix}/{its name}`; returns Uploaded.

    container: core.workspace.Container.  prefix: "LocalUpload/<hash>", or "" for the container itself.  name, version: of the
    asset, kept in the indicator's metadata; made up when None.  progress: called with the bytes of each file that is done, from
    several threads.
    An upload that was broken off is completed by overwriting. A blob that somebody else has put there meanwhile is kept when it is
    the same and overwritten when it is not. Raises TransferError, ServiceError: whatever fails, fails the upload.
    """
    path = "/".join(part for part in (prefix.strip("/"), snapshot.name) if part)
    blobs = [(f"{path}/{file.name}" if snapshot.is_folder else path, file) for file in snapshot.files]
    indicator = blobs[0][0]
    known = container.metadata(indicator)
    if known is not None and known.get(COMPLETE[0]) == COMPLETE[1]:
        return Uploaded(path, known.get("name", ""), known.get("version", ""), True)

    def send(blob_and_file):
        blob, file = blob_and_file
        _send(container, blob, file, overwrite=known is not None)
        if progress:
            progress(file.size)

    parallel.each(send, blobs, workers=getattr(container, "workers", 1))
    done = {"name": name or str(uuid.uuid4()), "version": version or str(uuid.uuid4())}
    container.set_metadata(indicator, {**dict([COMPLETE]), **done})
    return Uploaded(path, done["name"], done["version"], False)


def _send(container, blob, file, overwrite):
    if not container.put(blob, file.path, overwrite=overwrite) and not _same(container, blob, file):
        container.put(blob, file.path, overwrite=True)
    try:
        about = os.stat(file.path)
    except OSError as error:
        raise TransferError(f"{file.path} went away while it was uploaded: {error.strerror}.") from error
    if (about.st_size, about.st_mtime_ns) != (file.size, file.modified):
        raise changed(file)


def _same(container, blob, file):
    """True if the blob that is there already holds the content of `file`."""
    for name, size, digest in container.list(blob):
        if name == blob:
            return size == file.size and digest is not None and bytes(digest) == _md5(file.path)
    return False


def _md5(path):
    import hashlib  # only for a blob that was there already

    digest = hashlib.md5(usedforsecurity=False)     # what blob storage keeps of a content
    with open(path, "rb") as content:
        while chunk := content.read(1 << 20):
            digest.update(chunk)
    return digest.digest()
