"""Fields of a serverless endpoint."""

import re

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.shapes.resource import CreationContext, Resource, State
from azext_ml.spec.types import Nested


def no_version(value, at):
    model = value.get("model_id") or ""
    if re.match(r"azureml://registries/[^/]+/models/[^/]+/versions/", model):
        yield ("model_id",), Fault("a serverless endpoint serves whatever version its model is at, so the id names none",
                                   f"write {model.rpartition('/versions/')[0]}")


class ServerlessEndpoint(Resource):
    checks = (no_version,)

    id = f.read_only("id")
    location = f.read_only("location")
    sent_location = f.constant("location", lambda at: at.facts["location"]())
    sku = f.constant("sku.name", "Consumption")
    model_id = f.text("properties.modelSettings.modelId", "Id of the model, such as azureml://registries/<registry>/models/<model>.",
                      required=True)
    auth_mode = f.enum("properties.authMode", "How callers authenticate. Default: key.", {"key": "Key", "aad": "AAD"}, case="lower")
    tags = f.mapping("tags", "Tags: key=value pairs.", types.AsText(), update=True)
    properties = f.mapping(None, "Properties, for readers of the file only: the service keeps none.", send=False, show=False)
    description = f.text(None, "Description, for readers of the file only: the service keeps none.", send=False, show=False)
    provisioning_state = f.read_only("properties.provisioningState", type=State())
    scoring_uri = f.read_only("properties.inferenceEndpoint.uri")
    headers = f.read_only("properties.inferenceEndpoint.headers")
    system_data = f.read_only("systemData", type=Nested(CreationContext))
