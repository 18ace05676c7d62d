"""`archive` and `restore` of assets: one version, or the whole container."""

from azext_ml.core.errors import UsageError
from azext_ml.verbs.prepare import path_of
from azext_ml.verbs.show import labelled


def archive(ws, noun, name, version=None, label=None, registry_name=None):
    """Hides a version, or with neither version nor label every version, from lists. It can still be used."""
    _mark(ws, noun, name, version, label, True)


def restore(ws, noun, name, version=None, label=None, registry_name=None):
    """Undoes `archive`."""
    _mark(ws, noun, name, version, label, False)


def _mark(ws, noun, name, version, label, archived):
    if version is not None and label is not None:
        raise UsageError("Cannot specify both version and label.", fix="Give --version or --label, not both.")
    if label is not None:
        version = labelled(ws, noun, name, label)
    path = path_of(ws, noun, name, version)
    wire = ws.client.get(path, api_version=noun.api_version)
    wire["properties"]["isArchived"] = archived
    ws.client.put(path, {"properties": wire["properties"]}, api_version=noun.api_version)
