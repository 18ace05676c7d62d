"""What is told of a deployment of Azure OpenAI. Nothing of it can be written here."""

from azext_ml.spec import fields as f
from azext_ml.spec.shapes.resource import CreationContext
from azext_ml.spec.types import Nested


class AzureOpenAIDeployment(f.Spec):
    name = f.read_only("name")
    model_name = f.read_only("properties.model.name")
    model_version = f.read_only("properties.model.version")
    connection_name = f.read_only("connectionName")
    target_url = f.read_only("targetUrl")
    id = f.read_only("id")
    system_data = f.read_only("systemData", type=Nested(CreationContext))
