"""Online deployments."""

from azext_ml.core.errors import ServiceError, UsageError
from azext_ml.core.ids import ArmId
from azext_ml.verbs import delete as deleting
from azext_ml.verbs import deployments
from azext_ml.verbs import list as listing
from azext_ml.verbs import show as showing
from azext_ml.verbs.create import body_of, location_of, put
from azext_ml.verbs.prepare import path_of, prepared, shown, where

PACKAGED = "packaged-env"                   # the environment that packages become versions of
PACKAGE_API = "2023-08-01-preview"
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
    body = body_of(ws, kind, collected(value), document, where(ws, name=value["name"], location=location_of(ws)))
    if package_model:
        package(ws, body["properties"])
    below = deployments.of(noun, value["endpoint_name"])
    printed = shown(noun.kind, put(ws, below, path_of(ws, below, value["name"]), body, no_wait), ws)
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


def package(ws, properties):
    """Has an image built of model, code and environment, and puts it in their place. Waits for it."""
    model = ArmId.parse(properties.pop("model", None))
    if model is None or model.parent != "workspaces":
        raise UsageError("--package-model needs a model of the workspace.", fix="Name one in 'model', or leave the option out.")
    request = {"targetEnvironmentName": PACKAGED, "inferencingServer": {"serverType": "AzureMLOnline"}}
    code = properties.pop("codeConfiguration", None)
    if code:
        request["inferencingServer"]["codeConfiguration"] = {**code, "codeId": f"azureml:/{code['codeId']}"}
    base = properties.get("environmentId")
    if base:
        request["baseEnvironmentSource"] = {"baseEnvironmentSourceType": "EnvironmentAsset",
                                            "resourceId": f"azureml:/{base}" if base.startswith("/") else base}
    answer = ws.client.begin("POST", f"{model.path}/package", request, api_version=PACKAGE_API).wait() or {}
    made = answer.get("targetEnvironmentId")
    if not made:
        raise ServiceError("The service built the package but did not say under which id.", code="PackageWithoutId")
    properties["environmentId"] = f"{ws.scope}/environments/{made.partition('/environments/')[2]}"


def show(ws, noun, name, endpoint_name):
    return showing.show(ws, deployments.of(noun, endpoint_name), name)


def list_(ws, noun, endpoint_name, max_results=None):
    return listing.list_(ws, deployments.of(noun, endpoint_name), max_results=max_results)


def delete(ws, noun, name, endpoint_name, no_wait=False):
    deleting.delete(ws, deployments.of(noun, endpoint_name), name, no_wait)
