"""Indexes, which are assets of the data plane: the workspace's discovery tells where that is."""

from urllib.parse import quote

from azext_ml.core.errors import NotFound, ServiceError, UsageError
from azext_ml.verbs.create import body_of
from azext_ml.verbs.discovery import address
from azext_ml.verbs.list import cut
from azext_ml.verbs.prepare import prepared, shown, where


def create(ws, noun, file=None, overrides=None, registry_name=None, **flags):
    """Creates or updates a version of an index."""
    value, document, kind = prepared(ws, noun, file, overrides, flags)
    base = _base(ws, noun)
    if not value.get("version"):
        answer = ws.client.post(f"{base}/{quote(value['name'], safe='')}:getNextVersion", api_version=noun.api_version) or {}
        if answer.get("nextVersion") is None:
            raise ServiceError(f"The service gave no version for '{value['name']}'.", fix="Give --version.")
        value["version"] = str(answer["nextVersion"])
    body = body_of(ws, kind, value, document, where(ws, name=value["name"]))
    wire = ws.client.put(_version(base, value["name"], value["version"]), body, api_version=noun.api_version)
    return shown(noun.kind, wire, ws)


def show(ws, noun, name, version=None, label=None, registry_name=None):
    """The version asked for, else the one that was created last."""
    if version is not None and label is not None:
        raise UsageError("Cannot specify both version and label.", fix="Give --version or --label, not both.")
    if label not in (None, "latest"):
        raise NotFound(f"'{name}' has no version with the label '{label}'.", fix="The only label is 'latest'.")
    return shown(noun.kind, ws.client.get(_version(_base(ws, noun), name, version), api_version=noun.api_version), ws)


def list_(ws, noun, name=None, max_results=None, registry_name=None):
    """The newest version of every index, or with `name` all versions of one."""
    path = _base(ws, noun) + (f"/{quote(name, safe='')}/versions" if name else "")
    return cut((shown(noun.kind, item, ws) for item in ws.client.pages(path, api_version=noun.api_version)), max_results)


def _version(base, name, version):
    """Full address of a version; of the newest one when it is None."""
    return f"{base}/{quote(name, safe='')}" + (f"/versions/{quote(version, safe='')}" if version is not None else "")


def _base(ws, noun):
    return f"{address(ws)}/genericasset{ws.scope}/{noun.collection}"
