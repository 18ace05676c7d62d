"""Workspaces. Their own scope is the resource group's; a workspace that is asked about need not be the session's."""

from azext_ml.core.errors import NotFound, UsageError
from azext_ml.core.ids import PROVIDER, scope
from azext_ml.spec import dialects, walk
from azext_ml.verbs.create import put
from azext_ml.verbs.list import cut
from azext_ml.verbs.prepare import prepared, shown, where


def create(ws, noun, file=None, overrides=None, no_wait=False, **flags):
    """Creates a workspace, or updates one of that name."""
    value, _, kind = prepared(ws, noun, file, overrides, flags)
    body = walk.to_rest(kind, value, dialects.arm, where(ws, name=value["name"]))
    body.setdefault("location", "local" if "location" not in value else value["location"])
    return shown(noun.kind, put(ws, noun, scope(ws.subscription, ws.group, value["name"]), body, no_wait), ws)


def show(ws, noun, name=None):
    name = name or ws.name
    if not name:
        raise UsageError("Which workspace?", fix="Give --name, or set a default with `az configure --defaults workspace=<name>`.")
    return shown(noun.kind, ws.client.get(scope(ws.subscription, ws.group, name), api_version=noun.api_version), ws)


def list_(ws, noun, max_results=None, filtered_kinds=None):
    """Those of the resource group, or of the whole subscription when no group is named."""
    group = f"/resourceGroups/{ws.group}" if ws.group else ""
    path = f"/subscriptions/{ws.subscription}{group}/providers/{PROVIDER}/workspaces"
    kinds = {kind.lower() for word in filtered_kinds or () for kind in word.split(",")}
    items = ws.client.pages(path, api_version=noun.api_version)
    return cut((shown(noun.kind, item, ws) for item in items if not kinds or (item.get("kind") or "default").lower() in kinds),
               max_results)


def delete(ws, noun, name, all_resources=False, permanently_delete=False, no_wait=False):
    """Deletes a workspace, with `all_resources` its storage, key vault, insights and registry too."""
    path = scope(ws.subscription, ws.group, name)
    found = ws.client.get(path, api_version=noun.api_version)
    if all_resources:
        for key, api in (("applicationInsights", "2020-02-02"), ("storageAccount", "2021-09-01"), ("keyVault", "2021-10-01"),
                         ("containerRegistry", "2021-09-01")):
            companion = (found.get("properties") or {}).get(key)
            if companion:
                try:
                    ws.client.begin("DELETE", companion, api_version=api).wait()
                except NotFound:
                    pass                    # somebody was faster
    query = {"forceToPurge": "true"} if permanently_delete else {}
    operation = ws.client.begin("DELETE", path, api_version=noun.api_version, query=query)
    if not no_wait:
        operation.wait()
