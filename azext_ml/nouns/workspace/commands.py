"""Workspaces. Their own scope is the resource group's; a workspace that is asked about need not be the session's."""

from azext_ml.core.errors import NotFound, ServiceError, UsageError
from azext_ml.core.ids import ArmId, scope
from azext_ml.spec import dialects, walk
from azext_ml.verbs import deployment
from azext_ml.verbs.create import put
from azext_ml.verbs.list import cut
from azext_ml.verbs.prepare import path_of, prepared, shown, where

# Properties that an existing workspace lets change. Source: the official client's PATCH.
CHANGEABLE = ("description", "friendlyName", "publicNetworkAccess", "systemDatastoresAuthMode", "imageBuildCompute",
              "primaryUserAssignedIdentity", "managedNetwork", "allowRoleAssignmentOnRG", "networkAcls", "serverlessComputeSettings",
              "containerRegistry", "applicationInsights", "workspaceHubConfig")


def create(ws, noun, file=None, overrides=None, no_wait=False, update_dependent_resources=False, **flags):
    """Creates a workspace with the companions that it needs, or updates one of that name.

    Where there are no resource groups there are no companions either, and a workspace is put as it is.
    """
    value, document, kind = prepared(ws, noun, file, overrides, flags)
    group = value.get("resource_group") or ws.group
    path = scope(ws.subscription, group, value["name"])
    found = _existing(ws, noun, path)
    region = found["location"] if found else deployment.region(ws, group)
    body = walk.encode(kind, value, dialects.arm, where(ws, name=value["name"], location=lambda: region))
    body.setdefault("properties", {})
    _join_hub(ws, noun, body)
    if found:
        operation = ws.client.begin("PATCH", path, changed(found, body, update_dependent_resources), api_version=noun.api_version)
        return None if no_wait else shown(noun.kind, operation.wait(), ws)
    if region is None:
        return shown(noun.kind, put(ws, noun, path, body, no_wait), ws)
    deployment.deploy(ws, group, value["name"], body, no_wait=no_wait)
    return None if no_wait else shown(noun.kind, _closed(ws, noun, path, body), ws)


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
        found = ws.client.get(ArmId(hub).path if ArmId.parse(hub) else scope(ws.subscription, ws.group, hub), api_version=noun.api_version)
    except (NotFound, ServiceError):
        return                              # whoever may make projects need not be allowed to read hubs
    body["location"] = found["location"]
    body["properties"]["publicNetworkAccess"] = found["properties"].get("publicNetworkAccess") or "Enabled"


def _closed(ws, noun, path, body):
    """The new workspace. The template has no place for rules on addresses, so they are set here."""
    acls = body["properties"].get("networkAcls")
    if acls:
        ws.client.begin("PATCH", path, {"properties": {"networkAcls": acls}}, api_version=noun.api_version).wait()
    return ws.client.get(path, api_version=noun.api_version)


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
