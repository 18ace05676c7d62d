"""Inputs of a job, as what its command finds: values, or copies below the job's folder.

Copies, never links into the blob store: a script that writes to its input must not change what others read.
"""

import os
import re
import shutil
from urllib.parse import unquote, urlsplit

from azext_ml.local import blobs
from azext_ml.local.runner import locations
from azext_ml.local.runner.failure import Failure, Stopped

_CHUNK = 1 << 20
_TIMEOUT_SECONDS = 60
_SAFE_NAME = re.compile(r"^[\w][\w.-]*$")


def materialise(store, workspace, inputs, folder, stopped):
    """{name: text} of all inputs of a wire body that have a value; files are put below `folder`. `stopped()` is asked between
    the chunks. Raises Failure and Stopped."""
    return {name: _one(store, workspace, name, value, os.path.join(folder, folder_name(name)), stopped)
            for name, value in (inputs or {}).items() if value and ("value" in value or value.get("uri"))}


def _one(store, workspace, name, value, folder, stopped):
    kind = value.get("jobInputType", "literal").lower()
    if kind == "literal":
        return str(value.get("value", ""))
    uri = value.get("uri") or ""
    with store.reading() as tx:
        place = locations.locate(tx, workspace, uri)
    if (value.get("mode") or "").lower() == "direct":
        return uri
    if os.path.lexists(folder):
        shutil.rmtree(folder)
    os.makedirs(folder)
    try:
        if isinstance(place, locations.Address):
            return _download(name, place.url, kind, folder, stopped)
        return copy_out(store, place, kind, folder, f"The input '{name}' ({uri})", stopped)
    except OSError as error:
        raise Failure(f"The input '{name}' could not be copied: {error.strerror or error}.", "InputFailed") from error


def copy_out(store, place, kind, folder, what, stopped):
    """Copies the blobs of a Place below `folder`. `kind` uri_file wants one blob; models take either. Returns the path that
    stands for them. `what` begins the sentence of a Failure."""
    may_be_file = place.name and kind in ("uri_file", "custom_model", "triton_model")
    with store.reading() as tx:
        blob = blobs.get(tx, place.container, place.name) if may_be_file else None
        prefix = f"{place.name.rstrip('/')}/" if place.name.strip("/") else ""
        found = [] if blob or kind == "uri_file" else blobs.list(tx, place.container, prefix)
    if blob is not None:
        path = _inside(folder, os.path.basename(place.name), what)
        _copy(store.root, blob, path, stopped)
        return path
    if not found:
        raise Failure(f"{what} does not exist: there is no {'file' if kind == 'uri_file' else 'file below'} {place.name or '/'}"
                      f" in the container {place.container}.", "InputNotFound")
    for each in found:
        relative = each.name[len(prefix):]
        if relative:
            _copy(store.root, each, _inside(folder, relative, what), stopped)
    return folder


def _copy(root, blob, path, stopped):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.isdir(path):
        return                                            # a folder's marker: "a" beside "a/b", as some clients upload
    with blobs.open_content(root, blob.sha256) as source, open(path, "wb") as target:
        while True:
            if stopped():
                raise Stopped()
            chunk = source.read(_CHUNK)
            if not chunk:
                return
            target.write(chunk)


def _download(name, url, kind, folder, stopped):
    if kind not in ("uri_file", "custom_model"):
        raise Failure(f"The input '{name}' is a {kind}, but {url} is a single file; use type uri_file.", "InputFailed")
    import ssl  # start-up cost: only inputs from the network need these, 20 ms
    import urllib.error
    import urllib.request
    path = _inside(folder, unquote(os.path.basename(urlsplit(url).path)) or "download", f"The input '{name}'")
    shown = urlsplit(url)._replace(query="", fragment="", netloc=urlsplit(url).netloc.rpartition("@")[2]).geturl()
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT_SECONDS, context=ssl.create_default_context()) as answer, \
                open(path, "wb") as target:
            expected, received = answer.headers.get("Content-Length"), 0
            if expected and int(expected) > shutil.disk_usage(folder).free:
                raise Failure(f"The input '{name}' has {expected} bytes, more than there is room for.", "InputFailed")
            while chunk := answer.read(_CHUNK):
                if stopped():
                    raise Stopped()
                received += len(chunk)
                target.write(chunk)
    except (urllib.error.URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise Failure(f"The input '{name}' could not be downloaded from {shown}: {reason}.", "InputFailed") from error
    if expected and received != int(expected):
        raise Failure(f"The input '{name}' was cut off: {received} of {expected} bytes came from {shown}.", "InputFailed")
    return path


def _inside(folder, relative, what):
    """folder/relative, for a relative path that stays inside."""
    parts = relative.split("/")
    if any(part in ("", ".", "..") for part in parts) or "\0" in relative:
        raise Failure(f"{what} holds a file with the unsafe name {relative!r}.", "UnsafePath")
    return os.path.join(folder, *parts)


def folder_name(name):
    """Names of inputs are plain words when they come from a spec; on the wire they may be anything."""
    return name if _SAFE_NAME.match(name) else "_" + name.encode().hex()
