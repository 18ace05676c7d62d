"""`create` and `delete` of workspaces of every kind, with their companions.

A workspace is made by a deployment of a template in Azure, elsewhere by a PUT; one that exists is patched.
"""

from azext_ml.core.errors import NotFound, ServiceError, UsageError
from azext_ml.core.ids import ArmId, scope
from azext_ml.spec import dialects, walk
from azext_ml.verbs.create import put
from azext_ml.verbs.deployment.template import API, deploy
from azext_ml.verbs.prepare import path_of, where

# Properties that an existing workspace lets change. Source: the official client's PATCH.
CHANGEABLE = ("description", "friendlyName", "publicNetworkAccess", "systemDatastoresAuthMode", "imageBuildCompute",
              "primaryUserAssignedIdentity", "managedNetwork", "allowRoleAssignmentOnRG", "networkAcls",
              "serverlessComputeSettings",
              "containerRegistry", "applicationInsights", "workspaceHubConfig")


def create(ws, noun, kind, value, *, store=None, companions_too=False, no_wait=False):
    """The wire form of the workspace that checked data describes, None when nothing was waited for.

    store: function (group, parameters of the template) -> those of a feature store.  companions_too: an existing workspace may get
    another container registry and monitoring resource. Where there are no resource groups there are no companions either, and a
    workspace is put as it is.
    """
    group = value.get("resource_group") or ws.group
    path = scope(ws.subscription, group, value["name"])
    found = _existing(ws, noun, path)
    region = found["location"] if found else _region(ws, group)
    body = walk.encode(kind, value, dialects.arm, where(ws, name=value["name"], location=lambda: region))
    body.setdefault("properties", {})
    _join_hub(ws, noun, body)
    if found:
        operation = ws.client.begin("PATCH", path, changed(found, body, companions_too), api_version=noun.api_version)
        return None if no_wait else operation.wait()
    if region is None:
        return put(ws, noun, path, body, no_wait)
    deploy(ws, group, value["name"], body, store, no_wait)
    acls = body["properties"].get("networkAcls")
    if no_wait:
        if acls:
            ws.terminal.warn("network_acls can only be set once the workspace is there: run the same command again then.")
        return None
    if acls:                                # the template has no place for them
        ws.client.begin("PATCH", path, {"properties": {"networkAcls": acls}}, api_version=noun.api_version).wait()
    return ws.client.get(path, api_version=noun.api_version)


def changed(found, body, companions_too):
    """What an existing workspace is sent: what it lets change, and tags beside those that it has.

    UsageError for another registry or another monitoring resource, unless that was asked for.
    """
    old = found["properties"]
    wanted = {key: value for key, value in body["properties"].items() if key in CHANGEABLE}
    for key, option in (("containerRegistry", "--container-registry"), ("applicationInsights", "--application-insights")):
        if wanted.get(key) and wanted[key] != old.get(key) and not companions_too:
            raise UsageError(f"Another {option[2:].replace('-', ' ')} may break what earlier jobs and deployments refer to.",
                             fix="Give --update-dependent-resources to do it all the same.")
        if old.get(key) and key not in wanted and not body["properties"].get("hubResourceId"):
            wanted[key] = old[key]          # a project has none of its own
    if wanted.get("publicNetworkAccess", old.get("publicNetworkAccess")) == "Disabled":
        wanted["networkAcls"] = {"defaultAction": "Allow"}      # the service refuses any other while it cannot be reached at all
    address = ((body["properties"].get("encryption") or {}).get("keyVaultProperties") or {}).get("keyIdentifier")
    if address:
        wanted["encryption"] = {"keyVaultProperties": {"keyIdentifier": address}}
    tags = {**(found.get("tags") or {}), **(body.get("tags") or {})}
    identity = body.get("identity") or {key: value for key, value in (found.get("identity") or {}).items()
                                        if key in ("type", "userAssignedIdentities")}
    return {"tags": tags, **({"identity": identity} if identity else {}), "properties": wanted}


def delete(ws, noun, name, all_resources=False, permanently_delete=False, no_wait=False):
    """Deletes a workspace, with `all_resources` its storage, key vault, insights and registry too."""
    path = path_of(ws, noun, name)
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


def _existing(ws, noun, path):
    try:
        return ws.client.get(path, api_version=noun.api_version)
    except NotFound:
        return None


def _join_hub(ws, noun, body):
    """A project is where its hub is, and is reached as its hub is."""
    hub = body["properties"].get("hubResourceId")
    if not hub:
        return
    body["kind"] = "Project"
    try:
        found = ws.client.get(ArmId(hub).path if ArmId.parse(hub) else scope(ws.subscription, ws.group, hub),
                              api_version=noun.api_version)
    except (NotFound, ServiceError):
        return                              # whoever may make projects need not be allowed to read hubs
    body["location"] = found["location"]
    body["properties"]["publicNetworkAccess"] = found["properties"].get("publicNetworkAccess") or "Enabled"


def _region(ws, group):
    """Region of a resource group: where a workspace is made unless it names one. None when the service knows no such group."""
    try:
        return ws.client.get(f"/subscriptions/{ws.subscription}/resourcegroups/{group}", api_version=API)["location"]
    except NotFound:
        return None
