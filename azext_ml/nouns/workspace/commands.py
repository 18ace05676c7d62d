"""Workspaces. Their own scope is the resource group's; a workspace that is asked about need not be the session's."""

from azext_ml.core.errors import UsageError
from azext_ml.verbs import deployment
from azext_ml.verbs.list import cut
from azext_ml.verbs.prepare import path_of, prepared, shown


def create(ws, noun, file=None, overrides=None, no_wait=False, update_dependent_resources=False, **flags):
    """Creates a workspace with the companions that it needs, or updates one of that name."""
    value, _, kind = prepared(ws, noun, file, overrides, flags)
    return shown(noun.kind, deployment.create(ws, noun, kind, value, companions_too=update_dependent_resources, no_wait=no_wait),
                 ws)


def show(ws, noun, name=None):
    name = name or ws.name
    if not name:
        raise UsageError("Which workspace?", fix="Give --name, or set a default with `az configure --defaults workspace=<name>`.")
    return shown(noun.kind, ws.client.get(path_of(ws, noun, name), api_version=noun.api_version), ws)


def list_(ws, noun, max_results=None, filtered_kinds=None):
    """Those of the resource group, or of the whole subscription when no group is named."""
    kinds = {kind.lower() for word in filtered_kinds or () for kind in word.split(",")}
    items = ws.client.pages(path_of(ws, noun), api_version=noun.api_version)
    return cut((shown(noun.kind, item, ws) for item in items if not kinds or (item.get("kind") or "default").lower() in kinds),
               max_results)
