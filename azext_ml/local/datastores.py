"""The datastores that every workspace has, and the two spellings of a path on one."""

import re

from azext_ml.local.live import artifact_container

ACCOUNT = "azml"
HOST = "azml.local:80"               # stands for the request's host in stored endpoints
# azureml://[subscriptions/S/resourcegroups/G/]workspaces/W/datastores/D/paths/P, or without a workspace.
_URI = (r"^azureml://(?:(?:subscriptions/[^/]+/resource[gG]roups/(?P<group>[^/]+)/)?workspaces/(?P<workspace>[^/]+)/)?"
                  r"datastores/(?P<store>[^/]+)/paths/(?P<path>.*)$")


def built_in(guid):
    """{name: properties} for a new workspace (as recorded)."""
    return {
        "workspaceblobstore": _blob(f"azureml-blobstore-{guid}", True),
        "workspaceartifactstore": _blob(artifact_container(guid), False),
        "workspaceworkingdirectory": _file(f"code-{guid}"),
        "workspacefilestore": _file(f"azureml-filestore-{guid}"),
    }


def container_of(tx, ws, name):
    """Container of a datastore of this machine; None when there is no such datastore or its account is elsewhere."""
    document = tx.get(ws, "datastores", name)
    properties = document.body["properties"] if document else {}
    return properties.get("containerName") if properties.get("accountName") == ACCOUNT else None


def parse(uri, ws):
    """(datastore, path) of a URI on a datastore of workspace `ws`, in whichever form; None for any other text."""
    match = re.match(_URI, uri or "")
    if not match:
        return None
    workspace, group = match["workspace"], match["group"]
    if workspace and workspace.lower() not in (ws.name.lower(), ws.guid) or group and group.lower() != ws.group.lower():
        return None
    return match["store"], match["path"]


def long_uri(uri, ws, groups):
    """The form that names the whole workspace; `groups` is how the service spells `resourceGroups` there. Texts that are no path
    on a datastore of this workspace come back as they are."""
    found = parse(uri, ws)
    if found is None:
        return uri
    return f"azureml://subscriptions/{ws.subscription}/{groups}/{ws.group}/workspaces/{ws.name}/datastores/{found[0]}/paths/{found[1]}"


def same_path(ws, a, b):
    """Whether two URIs name the same place, in whatever form."""
    return a == b or (parse(a, ws) or a) == (parse(b, ws) or b)


def _blob(container, default):
    return {**_store("AzureBlob", default), "containerName": container,
            "serviceDataAccessAuthIdentity": "WorkspaceSystemAssignedIdentity" if default else "None"}


def _file(share):
    return {**_store("AzureFile", False), "fileShareName": share, "serviceDataAccessAuthIdentity": "None"}


def _store(kind, default):
    return {"description": None, "tags": None, "properties": None, "isDefault": default,
            "credentials": {"credentialsType": "AccountKey"}, "datastoreType": kind, "accountName": ACCOUNT,
            "endpoint": HOST, "protocol": "http"}
