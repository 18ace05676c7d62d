"""The files of a folder as they are uploaded, and the two hashes by which the service knows them again.

Both hashes are azure-ai-ml's, bit for bit: what one client has uploaded the other finds.
"""

import hashlib
import os
import stat
from typing import List, NamedTuple, Optional, Tuple

from azext_ml.assets.ignore import Rules, Verdict, rules_of
from azext_ml.core.errors import MLError, NotFound, TransferError

CODE_HASH_VERSION = 202208      # sent beside the content hash of code
_SEED = b"Initialize for october 2021 AML CLI version"
_CHUNK = 1 << 20


class File(NamedTuple):
    name: str                   # relative to the root, with "/"
    path: str                   # on this machine
    size: int                   # bytes
    modified: int               # nanoseconds since the epoch


class Snapshot(NamedTuple):
    """A folder or a single file, at one moment.

    name: its own name, which uploads keep.  files: sorted by name.  steps: (name, File or None for a folder) of each entry in the
    order in which the upload hash sees them.
    """

    name: str
    is_folder: bool
    files: List[File]
    steps: List[Tuple[str, Optional[File]]]

    @property
    def size(self):
        """Bytes in all."""
        return sum(file.size for file in self.files)

    def content_hash(self):
        """Hex SHA-256 of names, sizes and contents, in the order of lower-cased names: the identity of code."""
        ordered = sorted(self.files, key=lambda file: (file.name.lower(), file.name))
        digest = hashlib.sha256(str(len(ordered)).encode())
        for file in ordered:
            digest.update(f"#{file.name}#{file.size}".encode())
        for file in ordered:
            _feed(digest, file)
        return digest.hexdigest()

    def upload_hash(self):
        """Hex SHA-256 with which data, models and build contexts are filed under LocalUpload."""
        digest = hashlib.sha256(_SEED)
        for name, file in self.steps:
            digest.update(name.encode() if self.is_folder else b"")
            if file:
                _feed(digest, file)
        return digest.hexdigest()


def take(path, *, component=False):
    """The Snapshot of a folder (its ignore rules obeyed) or of a file.

    component: leave out every `__pycache__`, as is done for the code of components but not for that of jobs.
    Symbolic links are followed and keep their names. NotFound when there is nothing at `path`; MLError when the folder is empty, or
    when something in it cannot be uploaded: all such entries are named at once.
    """
    path = os.path.abspath(path)
    if os.path.isdir(path):
        rules = rules_of(path)
        files, steps = _walk(path, rules, component)
        if not files:
            raise MLError(f"The folder {path} holds no file to upload{_because(rules)}.", code="EmptyFolder",
                          fix="Name a folder with files in it, or a single file.")
        return Snapshot(os.path.basename(path), True, sorted(files), steps)
    if not os.path.exists(path):
        raise NotFound(f"There is no file or folder {path}.", fix="Check the path; it is taken relative to the YAML file.")
    faults = []
    file = _file(os.path.basename(path), path, os.stat(path), faults)
    if faults:
        raise _cannot_upload(path, faults)
    return Snapshot(file.name, False, [file], [(file.name, file)])


def _walk(root, rules, component):
    files, steps, faults = [], [], []
    # One level per open folder: (entries still to do, its Verdict, whether the upload hash sees it, its identity).
    levels = [(_entries(root, faults), "", Verdict(), True, _identity(root))]
    while levels:
        entries, prefix, verdict, hashed, _ = levels[-1]
        entry = next(entries, None)
        if entry is None:
            levels.pop()
            continue
        if component and entry.name == "__pycache__":
            continue
        name = prefix + entry.name
        left_out = rules.ignored(name, verdict)
        if _is_folder(entry):
            if hashed and not left_out:
                steps.append((entry.name, None))
            below = rules.below(name, verdict)
            if below is None:
                continue
            identity = _identity(entry.path)
            if any(level[4] == identity for level in levels):
                faults.append(f"{name} is a link to a folder that contains it")
                continue
            levels.append((_entries(entry.path, faults), name + "/", below, hashed and not left_out, identity))
        elif not left_out:
            file = _file_of(entry, name, faults)
            if file:
                files.append(file)
                if hashed:
                    steps.append((entry.name, file))
    if faults:
        raise _cannot_upload(root, faults, rules)
    return files, steps


def _entries(folder, faults):
    try:
        with os.scandir(folder) as entries:
            return iter(sorted(entries, key=lambda entry: (entry.name.lower(), entry.name)))
    except OSError as error:
        faults.append(f"{folder} cannot be listed: {error.strerror}")
        return iter(())


def _is_folder(entry):
    try:
        return entry.is_dir()
    except OSError:
        return False


def _identity(folder):
    about = os.stat(folder)
    return about.st_dev, about.st_ino


def _file_of(entry, name, faults):
    try:
        about = entry.stat()
    except OSError as error:
        faults.append(f"{name} leads nowhere" if entry.is_symlink() else f"{name} cannot be read: {error.strerror}")
        return None
    return _file(name, entry.path, about, faults)


def _file(name, path, about, faults):
    if not stat.S_ISREG(about.st_mode):
        faults.append(f"{name} is neither a file nor a folder")
    elif not os.access(path, os.R_OK):
        faults.append(f"{name} cannot be read: Permission denied")
    elif name != name.encode("utf-8", "replace").decode():
        faults.append(f"{name!r} is not valid Unicode")
    else:
        return File(name, path, about.st_size, about.st_mtime_ns)
    return None


def _cannot_upload(root, faults, rules=None):
    shown = "; ".join(faults[:5]) + (f"; and {len(faults) - 5} more" if len(faults) > 5 else "")
    ignore_file = rules.source if rules and rules.source else ".amlignore"
    return MLError(f"{root} cannot be uploaded: {shown}.", code="Unreadable",
                   fix=f"Mend these entries, or list them in {ignore_file}." if rules else None)


def _because(rules: Rules):
    return f": everything in it is ignored by its {rules.source}" if rules.source else ""


def _feed(digest, file):
    size = 0
    try:
        with open(file.path, "rb", buffering=0) as content:
            while chunk := content.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except OSError as error:
        raise MLError(f"{file.path} cannot be read: {error.strerror}.", code="Unreadable") from error
    if size != file.size:
        raise changed(file)


def changed(file):
    """The error for a file that was written to while it was on its way."""
    return TransferError(f"{file.path} changed while it was being read.", fix="Wait until nothing writes to it, then repeat.")
