"""Batch deployments."""

from azext_ml.core.errors import UsageError
from azext_ml.verbs import delete as deleting
from azext_ml.verbs import deployments
from azext_ml.verbs import list as listing
from azext_ml.verbs import show as showing
from azext_ml.verbs.create import send
from azext_ml.verbs.prepare import prepared

PIPELINE_API = "2023-02-01-preview"         # of deployments of a pipeline, as the official client sends them


def create(ws, noun, file, name=None, endpoint_name=None, overrides=None, set_default=False, skip_script_validation=False,
           no_wait=False):
    """Creates or updates a deployment. With `set_default` the endpoint uses it afterwards when a call names none."""
    if set_default and no_wait:
        raise UsageError("--set-default needs the finished deployment.", fix="Leave --no-wait out.")
    value, document, kind = prepared(ws, noun, file, overrides, {"name": name, "endpoint_name": endpoint_name},
                                     skip_script=skip_script_validation)
    endpoint = deployments.endpoint(ws, noun, value["endpoint_name"])
    below = deployments.of(noun, value["endpoint_name"])
    if value.get("type") == "pipeline":
        below = below._replace(api_version=PIPELINE_API)
        if isinstance(value.get("job_definition"), dict):       # of a job in place nothing but its component is sent or uploaded
            value = {**value, "job_definition": {"component": value["job_definition"]["component"]}}
    printed = send(ws, below, kind, value, document, no_wait=no_wait)
    if set_default:
        deployments.update_endpoint(ws, noun, endpoint, defaults={"deploymentName": value["name"]})
    return printed


def show(ws, noun, name, endpoint_name):
    return showing.show(ws, deployments.of(noun, endpoint_name), name)


def list_(ws, noun, endpoint_name, max_results=None):
    return listing.list_(ws, deployments.of(noun, endpoint_name), max_results=max_results)


def delete(ws, noun, name, endpoint_name, no_wait=False):
    deleting.delete(ws, deployments.of(noun, endpoint_name), name, no_wait)
