"""What the URIs in a job's body stand for, in terms of the store: a place in a container, or an address on the network.

Forms: recorded traffic of the service and of the official client. Paths in them are names of blobs as they are, not
percent-encoded. What lies outside this workspace is refused with the reason.
"""

import re
from typing import NamedTuple

from azext_ml.core.ids import ArmId
from azext_ml.local import live
from azext_ml.local.datastores import ACCOUNT
from azext_ml.local.request import CANONICAL
from azext_ml.local.runner.failure import Failure
from azext_ml.local.versions import parent

_DATASTORE = re.compile(r"^azureml://(?:(?:subscriptions/[^/]+/resource[gG]roups/[^/]+/)?workspaces/(?P<workspace>[^/]+)/)?"
                        r"datastores/(?P<datastore>[^/]+)(?:/paths/?(?P<path>.*))?$", re.S)
_JOB_OUTPUT = re.compile(r"^azureml://(?:.*/)?jobs/(?P<job>[^/]+)/outputs/(?P<output>[^/]+)(?:/paths)?/?(?P<path>.*)$", re.S)
_ASSET = re.compile(r"^azureml://(?:locations/[^/]+/)?workspaces/[^/]+/(?P<collection>data|models)/(?P<name>[^/]+)/versions/(?P<version>[^/]+)$")
_RUN = re.compile(r"^runs:/+(?P<run>[^/]+)/(?P<path>.*)$", re.S)
_DEPTH = 8                                                # an asset may lead to a job's output, which leads to a datastore


class Place(NamedTuple):
    """`name` of one blob, or the prefix of many with or without its last slash."""

    container: str
    name: str


class Address(NamedTuple):
    """An http or https URL outside this root."""

    url: str


def locate(tx, workspace, uri, depth=0):
    """Place or Address of a URI, ARM id or `azureml:` id. `workspace`: request.Workspace. Raises Failure."""
    if depth > _DEPTH:
        raise Failure(f"{uri} leads in a circle.", "InvalidUri")
    asset = ArmId.parse(uri)
    if asset is not None:
        return _asset(tx, workspace, asset.collection, asset.name, asset.version, uri, depth, asset.workspace)
    match = _ASSET.match(uri)
    if match:
        return _asset(tx, workspace, match["collection"], match["name"], match["version"], uri, depth, workspace.name)
    match = _RUN.match(uri)
    if match:
        return Place(live.artifact_container(workspace.guid), f"{live.PREFIX}{match['run']}/{match['path']}")
    match = _JOB_OUTPUT.match(uri)
    if match:
        return _job_output(tx, workspace, match, uri, depth)
    match = _DATASTORE.match(uri)
    if match:
        if match["workspace"] and match["workspace"].lower() not in (workspace.name.lower(), workspace.guid.lower()):
            raise _elsewhere(uri, f"it belongs to the workspace {match['workspace']}")
        return datastore_place(tx, workspace, match["datastore"], match["path"] or "", uri)
    if uri.startswith(f"{CANONICAL}/{ACCOUNT}/"):
        container, _, name = uri[len(CANONICAL) + len(ACCOUNT) + 2:].partition("?")[0].partition("/")
        return Place(container, name)
    if re.match(r"^https?://", uri):
        return Address(uri)
    scheme = re.match(r"^(\w+)://", uri)
    if uri.startswith("azureml://registries/"):
        raise _elsewhere(uri, "it belongs to a registry")
    if scheme and scheme[1] in ("wasb", "wasbs", "abfs", "abfss", "adl"):
        raise _elsewhere(uri, f"{scheme[1]}:// needs an Azure login; use an https:// URL or upload the data")
    raise Failure(f"{uri} cannot be found locally: it is neither a datastore path, an asset, a job's output nor an http(s) URL.",
                  "InvalidUri")


def datastore_place(tx, workspace, name, path, uri):
    """Place of a path in a datastore of the workspace."""
    document = tx.get(workspace.key, "datastores", name)
    if document is None:
        raise Failure(f"Not found datastore with name {name}, which {uri} names.", "DatastoreNotFound")
    properties = document.body["properties"]
    container = properties.get("containerName") or properties.get("fileShareName") or properties.get("filesystem")
    if properties.get("accountName") != ACCOUNT or not container:
        raise _elsewhere(uri, f"the datastore {document.name} lies in Azure")
    return Place(container, path.lstrip("/"))


def default_datastore(tx, workspace):
    """Name of the workspace's default datastore."""
    for document in tx.list(workspace.key, "datastores"):
        if document.body["properties"].get("isDefault"):
            return document.name
    return "workspaceblobstore"


def output_uri(job, output, datastore="workspaceblobstore"):
    """Where an output goes that names no path."""
    return f"azureml://datastores/{datastore}/paths/azureml/{job}/{output}/"


def _asset(tx, workspace, collection, name, version, uri, depth, of_workspace):
    if of_workspace.lower() != workspace.name.lower():
        raise _elsewhere(uri, f"it belongs to {of_workspace}")
    document = tx.get(workspace.key, parent(collection, name), version or "") if version else None
    properties = document.body["properties"] if document else {}
    inner = properties.get("dataUri") or properties.get("modelUri") or properties.get("codeUri")
    if not inner:
        raise Failure(f"Not found {collection} version {name}:{version}.", "AssetNotFound")
    return locate(tx, workspace, inner, depth + 1)


def _job_output(tx, workspace, match, uri, depth):
    job = tx.get(workspace.key, "jobs", match["job"])
    if match["output"] in ("artifacts", "default") and not _declares(job, match["output"]):
        return Place(live.artifact_container(workspace.guid), f"{live.PREFIX}{match['job']}/{match['path']}")
    if not _declares(job, match["output"]):
        raise Failure(f"{uri} names no output of a job of this workspace.", "OutputNotFound")
    base = job.body["properties"]["outputs"][match["output"]].get("uri") or output_uri(job.name, match["output"])
    place = locate(tx, workspace, base, depth + 1)
    if not match["path"]:
        return place
    return Place(place.container, f"{place.name.rstrip('/')}/{match['path']}")


def _declares(job, output):
    return job is not None and bool((job.body["properties"].get("outputs") or {}).get(output))


def _elsewhere(uri, reason):
    return Failure(f"{uri} cannot be used on the local workspace: {reason}.", "NeedsAzure")
