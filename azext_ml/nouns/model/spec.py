"""Fields of a model."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.shapes.io import MODELS
from azext_ml.spec.shapes.resource import Asset


class TemplateReference(f.Spec):
    asset_id = f.text("assetId", "Id of a deployment template.")


class Model(Asset):
    type = f.enum("properties.modelType", "Storage format.", {name: name for name in MODELS}, default="custom_model",
                  arg="--type -t")
    path = f.of(types.Upload("long", named=True), "properties.modelUri",
                "Local file or folder, datastore URI, or output of a job (azureml://jobs/<job>/outputs/<output>).", arg="--path -p")
    tags = f.mapping("properties.tags", "Tags: key=value pairs.", types.AsText(), nullable=True, sent={"arm": {}}, update=True,
                     arg="--tags")
    properties = f.mapping("properties.properties", "Properties, which stay as they are once set.", types.AsText(), sent={"arm": {}})
    stage = f.text("properties.stage", "Stage of its life, such as Development or Production.", update=True, arg="--stage -s")
    flavors = f.mapping("properties.flavors", "MLflow flavors.", types.Anything())
    job_name = f.read_only("properties.jobName")
    datastore = f.text(None, "Datastore that a local path is uploaded to.", send=False, show=False, arg="--datastore")
    system_metadata = f.mapping("properties.systemMetadata", "Metadata of the system.", types.Anything())
    intellectual_property = f.read_only("properties.intellectualProperty", preview=True)
    default_deployment_template = f.nested("properties.defaultDeploymentTemplate", "Template that deployments start from.",
                                           TemplateReference, preview=True)
    allowed_deployment_templates = f.listing("properties.allowedDeploymentTemplates", "Templates that deployments may use.",
                                             types.Nested(TemplateReference), preview=True)
