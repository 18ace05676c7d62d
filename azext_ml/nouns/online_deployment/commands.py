"""Online deployments."""

from azext_ml.core.errors import UsageError
from azext_ml.verbs import delete as deleting
from azext_ml.verbs import deployments
from azext_ml.verbs import list as listing
from azext_ml.verbs import show as showing
from azext_ml.verbs.create import send
from azext_ml.verbs.prepare import prepared

COLLECTED = "azureml://datastores/workspaceblobstore/paths/modelDataCollector"


def create(ws, noun, file, name=None, endpoint_name=None, overrides=None, all_traffic=False, skip_script_validation=False,
           package_model=False, local=False, local_enable_gpu=False, vscode_debug=False, no_wait=False, web=False):
    """Creates or updates a deployment. With `all_traffic` the endpoint sends every request to it afterwards."""
    if local or local_enable_gpu or vscode_debug:
        raise UsageError("Deployments are not run in Docker here.",
                         fix="Leave --local and its companions out, or use the local workspace: set AZURE_ML_BACKEND=local.")
    if all_traffic and no_wait:
        raise UsageError("--all-traffic needs the finished deployment.", fix="Leave --no-wait out.")
    value, document, kind = prepared(ws, noun, file, overrides, {"name": name, "endpoint_name": endpoint_name},
                                     skip_script=skip_script_validation)
    endpoint = deployments.endpoint(ws, noun, value["endpoint_name"])
    printed = send(ws, deployments.of(noun, value["endpoint_name"]), kind, collected(value), document, no_wait=no_wait)
    if all_traffic:
        deployments.update_endpoint(ws, noun, endpoint, traffic={value["name"]: 100})
    if web:
        deployments.open_studio(ws, f"endpoints/realtime/{value['endpoint_name']}/detail")
    return printed


def collected(value):
    """`value` with a data asset for each collection of the data collector: the one named, or one made from the names around it."""
    collector = value.get("data_collector")
    if not collector:
        return value
    endpoint, name = value["endpoint_name"], value["name"]
    collections = {}
    for key, collection in collector["collections"].items():
        data = collection.get("data") or {}
        if isinstance(data, dict):
            data = data.get("data_id") or {"name": f"{endpoint}-{name}-{key}", "version": "1",
                                           "path": f"{COLLECTED}/{endpoint}/{name}/{key}", **data}
        collections[key] = {**collection, "data": data}
    return {**value, "data_collector": {**collector, "collections": collections}}


def show(ws, noun, name, endpoint_name):
    return showing.show(ws, deployments.of(noun, endpoint_name), name)


def list_(ws, noun, endpoint_name, max_results=None):
    return listing.list_(ws, deployments.of(noun, endpoint_name), max_results=max_results)


def delete(ws, noun, name, endpoint_name, no_wait=False):
    deleting.delete(ws, deployments.of(noun, endpoint_name), name, no_wait)
