"""Outputs of a job: folders (or one file) that its command writes, made into blobs when it has ended.

Symbolic links that lead out of an output are never followed: a job may not read, by way of its outputs, what it names but
does not own. Links to files inside it (as model caches have) count as the files.
"""

import os
import re
import stat
from typing import List, NamedTuple, Tuple

from azext_ml.local import blobs
from azext_ml.local.runner import expressions, locations
from azext_ml.local.runner.failure import Failure
from azext_ml.local.runner.inputs import folder_name

MODELS = ("custom_model", "mlflow_model", "triton_model")
_COLLECTIONS = {"uri_file": "data", "uri_folder": "data", "mltable": "data", **dict.fromkeys(MODELS, "models")}


class Output(NamedTuple):
    """`path` is what the command is given; `uri` where it goes; `place` the same in the store. Mode `direct` has no path of
    ours: the command gets the URI."""

    name: str
    kind: str
    uri: str
    place: locations.Place
    path: str
    direct: bool
    asset: str
    version: str


class Captured(NamedTuple):
    """(blob name, Content) pairs of what was stored on disk; they get their names in the job's last transaction."""

    container: str
    blobs: List[Tuple[str, blobs.Content]]


def plan(tx, workspace, job, outputs, folder):
    """Outputs of a wire body, without the default one that holds logs and ./outputs. Raises Failure."""
    default = locations.default_datastore(tx, workspace)
    planned = []
    for name, value in (outputs or {}).items():
        value = value or {}
        if name == "default" and "/workspaceartifactstore/" in (value.get("uri") or ""):
            continue
        kind = value.get("jobOutputType", "uri_folder").lower()
        uri = value.get("uri") or locations.output_uri(job, name)
        uri = expressions.plain(uri, {"name": job, "output_name": name, "default_datastore": default})
        place = locations.locate(tx, workspace, uri)
        if not isinstance(place, locations.Place):
            raise Failure(f"The output '{name}' cannot go to {uri}; use a datastore path.", "InvalidUri")
        direct = (value.get("mode") or "").lower() == "direct"
        path = os.path.join(folder, folder_name(name))
        if kind == "uri_file":
            if place.name.endswith("/") or not place.name:
                uri, place = f"{uri.rstrip('/')}/{name}", place._replace(name=f"{place.name}{name}")
            path = os.path.join(path, os.path.basename(place.name))
        planned.append(Output(name, kind, uri, place, uri if direct else path, direct, value.get("assetName") or "",
                              value.get("assetVersion") or ""))
    return planned


def make_folders(planned):
    for output in planned:
        if not output.direct:
            os.makedirs(os.path.dirname(output.path) if output.kind == "uri_file" else output.path, exist_ok=True)


def capture(root, output, warn):
    """Stores the bytes of an Output; returns Captured. `warn(text)` hears of what is left out."""
    name = output.place.name
    if output.direct:
        return Captured(output.place.container, [])
    if output.kind == "uri_file":
        if os.path.isfile(output.path) and not os.path.islink(output.path):
            return Captured(output.place.container, [(name, blobs.copy_in(root, output.path))])
        warn(f"The output '{output.name}' has no file: the job wrote none to {output.path}.")
        return Captured(output.place.container, [])
    return Captured(output.place.container, capture_folder(root, output.path, name, warn, f"the output '{output.name}'"))


def capture_folder(root, folder, prefix, warn, what):
    """[(blob name, Content)] of all files below a folder, names below `prefix`. A folder that is missing has none."""
    top = os.path.realpath(folder)
    prefix = f"{prefix.rstrip('/')}/" if prefix.strip("/") else ""
    captured = []
    if os.path.islink(folder):
        warn(f"Left out {what}: it was replaced by a symbolic link.")
        return captured
    for base, folders, files in os.walk(top):
        for name in list(folders):
            if os.path.islink(os.path.join(base, name)):
                folders.remove(name)
                warn(f"Left out of {what}: {_shown(os.path.relpath(os.path.join(base, name), top))} is a link to a folder.")
        folders.sort()
        for name in sorted(files):
            path = os.path.join(base, name)
            relative = os.path.relpath(path, top)
            reason = _unfit(path, top)
            if reason:
                warn(f"Left out of {what}: {_shown(relative)} {reason}.")
                continue
            captured.append((prefix + _blob_name(relative), blobs.copy_in(root, path)))
    return captured


def register(tx, app, workspace, job, output):
    """Registers a named output in the transaction of the job's last status; returns its asset id. Raises Refusal."""
    collection = _COLLECTIONS.get(output.kind, "data")
    properties = {"isAnonymous": False, "isArchived": False, "tags": {}, "properties": {}}
    if collection == "models":
        properties.update(modelUri=output.uri, modelType=output.kind, jobName=job)
    else:
        properties.update(dataUri=output.uri, dataType=output.kind)
    version = app.register(tx, workspace, collection, output.asset, output.version or None, properties)
    return f"azureml://locations/local/workspaces/{workspace.guid}/{collection}/{output.asset}/versions/{version}"


def _unfit(path, top):
    """Why a file is left out, None when it is not."""
    try:
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode):
            target = os.path.realpath(path)
            if not target.startswith(top + os.sep):
                return "is a link that leads out of it"
            status = os.stat(target)
    except OSError:
        return "is a link that leads nowhere"
    if not stat.S_ISREG(status.st_mode):
        return "is not a file"
    return None if os.access(path, os.R_OK) else "cannot be read"


def _blob_name(relative):
    """Names are text in the store: bytes that are not UTF-8 are written as %XX."""
    raw = os.fsencode(relative.replace(os.sep, "/"))
    return re.sub("[\udc80-\udcff]", lambda match: f"%{ord(match[0]) - 0xdc00:02X}", raw.decode("utf-8", "surrogateescape"))


def _shown(relative):
    return _blob_name(relative).encode("unicode_escape").decode()
