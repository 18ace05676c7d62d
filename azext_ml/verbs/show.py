"""`show`, for every noun."""

from azext_ml.core.errors import NotFound, UsageError
from azext_ml.verbs.prepare import path_of, shown


def show(ws, noun, name, version=None, label=None, registry_name=None):
    """One resource; of an asset the version or label asked for, else the newest."""
    return shown(noun.kind, found(ws, noun, name, version, label), ws)


def found(ws, noun, name, version=None, label=None):
    """Wire form of a resource. Raises NotFound, and UsageError for a version together with a label."""
    if not noun.versioned:
        return ws.client.get(path_of(ws, noun, name), api_version=noun.api_version)
    if version is not None and label is not None:
        raise UsageError("Cannot specify both version and label.", fix="Give --version or --label, not both.")
    if version is None:
        version = labelled(ws, noun, name, label)
    return ws.client.get(path_of(ws, noun, name, version), api_version=noun.api_version)


def labelled(ws, noun, name, label=None):
    """The version that a label means: `latest` is the one created last."""
    if label not in (None, "latest"):
        raise NotFound(f"'{name}' has no version with the label '{label}' in workspace '{ws.name}'.",
                       fix=f"The only label is 'latest'; `az ml {noun.name} list --name {name}` lists the versions.")
    query = {"$orderBy": "createdtime desc", "$top": "1"}
    versions = ws.client.get(path_of(ws, noun, name) + "/versions", api_version=noun.api_version, query=query).get("value")
    if not versions:
        raise _none(ws, noun, name)
    return versions[0]["name"]


def _none(ws, noun, name):
    """NotFound for an asset without a version that lists show: it is not there, or archived."""
    try:
        ws.client.get(path_of(ws, noun, name), api_version=noun.api_version)
    except NotFound:
        return NotFound(f"There is no {noun.name} named '{name}' in workspace '{ws.name}'.", status=404,
                        fix=f"See `az ml {noun.name} list`.")
    return NotFound(f"All versions of the {noun.name} '{name}' are archived.", status=404,
                    fix=f"`az ml {noun.name} list --name {name} --include-archived` lists them.")
