"""From an `azureml://` address to the blobs behind it."""

import re
from typing import NamedTuple, Optional

from azext_ml.core.errors import MLError, ServiceError

API_VERSION = "2024-10-01-preview"          # of datastores, as the official client sends it
DEFAULT = "workspaceblobstore"

_SHORT = re.compile(r"^azureml://datastores/(?P<store>[^/]+)/paths(?:/(?P<path>.*))?$", re.I | re.S)
_LONG = re.compile(
    r"^azureml:/{1,2}subscriptions/(?P<subscription>[^/]+)/resource[gG]roups/(?P<group>[^/]+)"
    r"(?:/providers/Microsoft\.MachineLearningServices)?/workspaces/(?P<workspace>[^/]+)"
    r"/datastores/(?P<store>[^/]+)/paths(?:/(?P<path>.*))?$", re.I | re.S)
_BY_GUID = re.compile(r"^azureml://(?:locations/[^/]+/)?workspaces/(?P<guid>[^/]+)/datastores/(?P<store>[^/]+)/paths(?:/(?P<path>.*))?$",
                      re.I | re.S)
# Kinds that hold blobs, and the key that names their container. A data lake is reached through its blob endpoint.
_CONTAINER_KEYS = {"azureblob": "containerName", "azuredatalakegen2": "filesystem"}
_BY_LOGIN = ("none", "serviceprincipal")


class DatastorePath(NamedTuple):
    """store: name of a datastore.  path: within it, "" for its root.  subscription, group, workspace: of the long form, else None;
    `guid` of the form that lists of data print, else None."""

    store: str
    path: str
    subscription: Optional[str] = None
    group: Optional[str] = None
    workspace: Optional[str] = None
    guid: Optional[str] = None

    def __str__(self):
        return f"azureml://datastores/{self.store}/paths/{self.path}"


def parse(uri):
    """The DatastorePath in `uri`, in any of its three spellings; None when it is something else."""
    for form in (_SHORT, _LONG, _BY_GUID):
        match = form.match(uri)
        if match:
            found = match.groupdict()
            return DatastorePath(**{**found, "path": found["path"] or ""})
    return None


def locate(ws, uri):
    """(core.workspace.Container, prefix) of a datastore address.

    A long address in another workspace is looked up there. MLError for what is no datastore address, ServiceError and NotFound as
    the service answers.
    """
    found = parse(uri)
    if found is None:
        raise MLError(f"{uri!r} is not the address of a datastore path.", code="BadDatastorePath",
                      fix="Write azureml://datastores/<datastore>/paths/<path>.")
    if found.workspace and (found.workspace.lower(), found.group.lower()) != (ws.name.lower(), ws.group.lower()):
        ws = ws.at(found.workspace, found.group)
    return open_datastore(ws, found.store), found.path


def open_datastore(ws, name=DEFAULT):
    """The core.workspace.Container of a datastore, with the secret that the service hands out for an hour.

    Without a secret (identity-based datastores; a caller who may not list secrets) the login is used.
    """
    store = ws.client.get(f"{ws.scope}/datastores/{name}", api_version=API_VERSION)["properties"]
    url = _url(name, store)
    secrets = _secrets(ws, name, store)
    if secrets.get("sasToken"):
        return ws.container(f"{url}?{secrets['sasToken'].lstrip('?')}")
    return ws.container(url, key=secrets.get("key"))


def _secrets(ws, name, store):
    kind = (store.get("credentials") or {}).get("credentialsType") or "None"
    if kind.lower() in _BY_LOGIN:
        return {}
    try:
        # expireAfterHours: in no published description of the service, and sent by the official client all the same.
        return ws.client.post(f"{ws.scope}/datastores/{name}/listSecrets", {"expirableSecret": True, "expireAfterHours": 1},
                              api_version=API_VERSION) or {}
    except ServiceError as error:
        if error.status == 403:
            return {}
        raise


def _url(name, store):
    kind = store.get("datastoreType") or ""
    key = _CONTAINER_KEYS.get(kind.lower())
    if key is None:
        raise MLError(f"Files of the datastore '{name}' cannot be reached: its type is {kind}.", code="UnsupportedDatastore",
                      fix="Name a datastore of type AzureBlob or AzureDataLakeGen2.")
    protocol = {"wasbs": "https", "abfss": "https", "wasb": "http"}.get(store.get("protocol"), store.get("protocol") or "https")
    endpoint = store.get("endpoint") or "core.windows.net"
    if ":" in endpoint:                         # host:port: an emulator or a served workspace, account in the path
        return f"{protocol}://{endpoint}/{store['accountName']}/{store[key]}"
    return f"{protocol}://{store['accountName']}.blob.{endpoint}/{store[key]}"
