"""Blobs: names in the store, content on disk under blobs/ab/<sha256>.

Content is written first (temporary name, fsync, rename), its name afterwards in a transaction: a name never points to
content that is not there, and no lock is held while bytes move. A blob's name is only ever a key in a table, so no name
can lead outside the folder.

    content = blobs.write(root, chunks)                     # or blobs.copy_in(root, path)
    with store.writing() as tx:
        blobs.put(tx, container, name, content, now=now)
    blob = blobs.get(tx, container, name);  blobs.open_content(root, blob.sha256)
    blobs.put_file(store, container, name, path)            # all of it in one call
"""

import errno
import hashlib
import json
import os
from typing import Dict, NamedTuple

from azext_ml.core.errors import LocalError
from azext_ml.local.root import sync_folder

CHUNK = 1 << 20
LEFT_OVER_SECONDS = 24 * 3600
LAST = "\U0010ffff"                  # sorts behind every character of a name


class Content(NamedTuple):
    """Bytes on disk. `md5` is raw."""

    sha256: str
    md5: bytes
    size: int


class Blob(NamedTuple):
    """`modified` in seconds since the epoch; `md5` raw; `metadata` with lower-case keys."""

    name: str
    sha256: str
    md5: bytes
    size: int
    etag: int
    modified: float
    content_type: str
    metadata: Dict[str, str]


class Exists(Exception):
    """put(overwrite=False) met a blob of that name."""


_COLUMNS = "name, sha256, md5, size, etag, modified, content_type, metadata"


def write(root, chunks):
    """Stores the bytes of an iterable. Equal content is kept once. Raises LocalError when there is no room."""
    folder = os.path.join(root, "blobs")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    temporary = os.path.join(folder, f"{os.urandom(12).hex()}.new")
    sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    try:
        with open(temporary, "xb") as file:
            for chunk in chunks:
                sha256.update(chunk)
                md5.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        content = Content(sha256.hexdigest(), md5.digest(), size)
        _keep(root, temporary, content.sha256)
        return content
    except BaseException as error:
        _remove(temporary)
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise LocalError(f"There is no room for more files in {folder}: {error.strerror}.",
                             fix="Free some room, or set AZURE_ML_LOCAL_ROOT to a folder on another disk.") from error
        raise


def copy_in(root, path):
    """Stores the bytes of a local file."""
    with open(path, "rb") as file:
        return write(root, iter(lambda: file.read(CHUNK), b""))


def open_content(root, sha256):
    """The bytes, as a binary file."""
    return open(content_path(root, sha256), "rb")


def content_path(root, sha256):
    return os.path.join(root, "blobs", sha256[:2], sha256)


def put(tx, container, name, content, *, now, metadata=None, content_type="application/octet-stream", overwrite=True):
    """Gives the content a name and returns the Blob. Raises Exists when the name is taken and `overwrite` is off."""
    old = get(tx, container, name)
    if old is not None and not overwrite:
        raise Exists(name)
    etag = old.etag + 1 if old else 1
    metadata = dict(metadata or {})
    tx.execute("INSERT OR REPLACE INTO blobs (container, name, sha256, md5, size, etag, modified, content_type, metadata)"
               " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
               (container, name, content.sha256, content.md5, content.size, etag, now, content_type, json.dumps(metadata)))
    return Blob(name, content.sha256, content.md5, content.size, etag, now, content_type, metadata)


def put_file(store, container, name, path, **options):
    """A local file as a blob."""
    content = copy_in(store.root, path)
    with store.writing() as tx:
        return put(tx, container, name, content, now=store.clock(), **options)


def sweep(root, now):
    """Removes uploads that a kill cut short more than a day ago."""
    folder = os.path.join(root, "blobs")
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        path = os.path.join(folder, name)
        if name.endswith(".new") and os.stat(path).st_mtime < now - LEFT_OVER_SECONDS:
            _remove(path)


def set_metadata(tx, container, name, metadata, *, now):
    """Replaces the metadata. False when there is no such blob."""
    return tx.execute("UPDATE blobs SET metadata = ?, etag = etag + 1, modified = ? WHERE container = ? AND name = ?",
                      (json.dumps(metadata), now, container, name)).rowcount > 0


def get(tx, container, name):
    row = tx.execute(f"SELECT {_COLUMNS} FROM blobs WHERE container = ? AND name = ?", (container, name)).fetchone()
    return _blob(row) if row else None


def delete(tx, container, name):
    """False when there is no such blob. Its content stays on disk: others may share it."""
    return tx.execute("DELETE FROM blobs WHERE container = ? AND name = ?", (container, name)).rowcount > 0


def delete_container(tx, container):
    tx.execute("DELETE FROM blobs WHERE container = ?", (container,))
    tx.execute("DELETE FROM blocks WHERE container = ?", (container,))


def list(tx, container, prefix="", *, after="", limit=None):
    """Blobs whose name begins with `prefix`, in name order, beginning behind the name `after`."""
    rows = tx.execute(f"SELECT {_COLUMNS} FROM blobs WHERE container = ? AND name >= ? AND name < ? AND name > ?"
                      " ORDER BY name LIMIT ?", (container, prefix, prefix + LAST, after, -1 if limit is None else limit))
    return [_blob(row) for row in rows]


def _keep(root, temporary, sha256):
    path = content_path(root, sha256)
    folder = os.path.dirname(path)
    if os.path.exists(path):
        os.unlink(temporary)
    else:
        if not os.path.isdir(folder):
            os.makedirs(folder, mode=0o700, exist_ok=True)
            sync_folder(os.path.dirname(folder))
        os.replace(temporary, path)
    sync_folder(folder)             # also when it was there: whoever put it there may not have come to this yet


def _remove(path):
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


def _blob(row):
    return Blob(*row[:-1], json.loads(row[-1]))
