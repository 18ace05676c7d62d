"""Brings a folder of blobs onto the disk, and nothing anywhere else.

Names of blobs are other people's input: each is checked before the first byte is written.
"""

import hashlib
import os
import re
import uuid

from azext_ml.assets import parallel
from azext_ml.core.errors import NotFound, TransferError, UnsafePath

_DRIVE = re.compile(r"^[A-Za-z]:")
_FORBIDDEN = re.compile(r"[\\\x00-\x1f]")
_RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)", re.I)


def download(container, prefix, folder, *, what=None, progress=None):
    """Downloads the blob `prefix`, or all blobs below it, into `folder`; returns their names relative to it, in order.

    container: core.workspace.Container.  what: how messages call the source.  progress: called with the bytes of each piece, from
    several threads.  Each file appears under its name only when it is whole; one that is there already and verifies (length and
    MD5) is kept, so that a repeated command goes on where it was broken off.

    NotFound when there is no such blob; UnsafePath for a name or a link that leads out of the folder, before anything is written;
    TransferError when bytes are missing or wrong or cannot be written.
    """
    files = list(_files(container, prefix.strip("/")))
    if not files:
        raise NotFound(f"{what or prefix or 'The container'} holds no files.", code="NothingToDownload",
                       fix="See whether the job wrote this output, and whether its name is spelled right.")
    root = os.path.realpath(folder)
    for name, *_ in files:
        check_name(name)
        check_parents(root, name)

    def fetch(file):
        name, blob, size, digest = file
        target = os.path.join(root, *name.split("/"))
        if digest is not None and _verifies(target, size, digest):
            return
        _fetch(container, blob, size, root, name, target, progress)

    parallel.each(fetch, files, workers=getattr(container, "workers", 1))
    return [name for name, *_ in files]


def check_name(name, *, windows=os.name == "nt"):
    """Raises UnsafePath unless `name`, with "/" between its parts, is a plain relative path on this system."""
    for part in name.split("/"):
        if part in ("", ".", "..") or _DRIVE.match(part) or _FORBIDDEN.search(part):
            raise _unsafe(name)
        if windows and (_RESERVED.match(part) or part[-1] in ". " or re.search(r'[<>:"|?*]', part)):
            raise _unsafe(name)


def check_parents(root, name):
    """Raises UnsafePath when a folder on the way from `root` (a real path) to `name` is a symbolic link."""
    parent = os.path.dirname(os.path.join(root, *name.split("/")))
    if os.path.realpath(parent) != parent:
        raise UnsafePath(f"{name!r} would be written through a symbolic link in {root}.",
                         fix="Remove the link, or download into another folder.")


def _unsafe(name):
    return UnsafePath(f"{name!r} does not name a file inside the folder; nothing was written.",
                      fix="Whoever wrote this file gave it a hostile name: look at it in the storage account.")


def _files(container, prefix):
    """(name relative to the target, name of the blob, bytes, MD5 or None), in order."""
    below = prefix + "/" if prefix else ""
    found = False
    for blob, size, digest in container.list(below):
        found = True
        yield blob[len(below):], blob, size, digest
    if not found and prefix:
        for blob, size, digest in container.list(prefix):       # the blob itself comes first, names being ordered
            if blob == prefix:
                yield prefix.rsplit("/", 1)[-1], blob, size, digest
            break


def _verifies(path, size, digest):
    try:
        if os.path.islink(path) or os.path.getsize(path) != size:
            return False
        md5 = hashlib.md5(usedforsecurity=False)        # against damage, not against forgery: what blob storage keeps
        with open(path, "rb") as content:
            while chunk := content.read(1 << 20):
                md5.update(chunk)
    except OSError:
        return False
    return md5.digest() == bytes(digest)


def _fetch(container, blob, size, root, name, target, progress):
    folder = os.path.dirname(target)
    partial = os.path.join(folder, f".{uuid.uuid4().hex}.part")
    try:
        check_parents(root, name)               # again: time has passed since all names were checked
        os.makedirs(folder, exist_ok=True)
        written = 0
        with open(partial, "xb") as file:
            for chunk in container.read(blob):
                file.write(chunk)
                written += len(chunk)
                if progress:
                    progress(len(chunk))
        if written != size:
            raise TransferError(f"{name} came with {written} of {size} bytes.", fix="Repeat the command; what is whole is kept.")
        os.replace(partial, target)
    except OSError as error:
        raise TransferError(f"{target} cannot be written: {error.strerror}.") from error
    finally:
        if os.path.lexists(partial):
            os.remove(partial)
