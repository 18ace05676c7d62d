"""Fields of a batch endpoint."""

from azext_ml.spec import fields as f
from azext_ml.spec.shapes.endpoint import Endpoint


class Defaults(f.Spec):
    deployment_name = f.text("deploymentName", "Deployment that answers when none is named.")


class BatchEndpoint(Endpoint):
    auth_mode = f.enum("properties.authMode", "How callers prove who they are.",
                       {"aad_token": "aadToken", "key": "key", "aml_token": "amlToken"}, case="snake", default="aad_token")
    defaults = f.nested("properties.defaults", "What holds when a call does not say otherwise.", Defaults, update=True)
