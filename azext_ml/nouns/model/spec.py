"""Fields of a model."""

import os

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.shapes.io import MODELS
from azext_ml.spec.shapes.resource import Asset, IdText, asset_name


class TemplateReference(f.Spec):
    asset_id = f.text("assetId", "Id of a deployment template.")


class Flavors(types.Map):
    """MLflow flavors: name -> settings, which the service wants below `data`."""

    def enc(self, value, dialect, at):
        return {name: {"data": found} for name, found in value.items()}

    def dec(self, wire, dialect, at):
        return {name: found.get("data", found) if isinstance(found, dict) else found for name, found in wire.items()}


def has_content(value, at):
    path = value.get("path")
    if not path:
        yield (), Fault("required key 'path' is missing",
                        "add 'path:' with a local file or folder, a datastore URI or a job's output", option="--path")
    elif value.get("type") == "mlflow_model" and types.is_local(path) and os.path.isfile(types.resolve(path, at)):
        yield ("path",), Fault(f"{types.shown(path)} is a file, but an MLflow model is a folder",
                               "name the folder that holds the file MLmodel")


class Model(Asset):
    checks: f.Checks = (has_content,)

    name = asset_name("Name of the model.")
    id = f.read_only("id", type=IdText("azureml:"))
    type = f.enum("properties.modelType", "Storage format.", {name: name for name in MODELS}, default="custom_model",
                  arg="--type -t")
    path = f.of(types.Upload("long", named=True), "properties.modelUri",
                "Local file or folder, datastore URI, or output of a job (azureml://jobs/<job>/outputs/<output>).", arg="--path -p")
    tags = f.mapping("properties.tags", "Tags: key=value pairs.", types.AsText(), nullable="dropped", sent={"arm": {}}, update=True,
                     arg="--tags")
    properties = f.mapping("properties.properties", "Properties, which stay as they are once set.", types.AsText(),
                           nullable="dropped", sent={"arm": {}})
    stage = f.text("properties.stage", "Stage of its life, such as Development or Production.", update=True, arg="--stage -s")
    flavors = f.of(Flavors(types.Anything()), "properties.flavors", "MLflow flavors.", show_empty=False)
    job_name = f.read_only("properties.jobName")
    utc_time_created = f.read_only(None, show=False)
    datastore = f.text(None, "Datastore that a local path is uploaded to.", send=False, show=False, arg="--datastore")
    system_metadata = f.mapping(None, "Metadata of the system; the service takes none.", types.Anything(), send=False, show=False)
    intellectual_property = f.read_only("properties.intellectualProperty", preview=True)
    default_deployment_template = f.nested("properties.defaultDeploymentTemplate", "Template that deployments start from.",
                                           TemplateReference, preview=True)
    allowed_deployment_templates = f.listing("properties.allowedDeploymentTemplates", "Templates that deployments may use.",
                                             types.Nested(TemplateReference), preview=True)


def in_place(value, at):
    if value.get("name"):
        return
    if value.get("version"):
        yield ("version",), Fault("a version needs a name", "add 'name:', or remove the version")
    if value.get("path") and not types.is_local(value["path"]):
        yield ("path",), Fault("a model that is not on this machine needs a name", "add 'name:' and 'version:'")


class UploadLater(types.Upload):
    """Uploaded by the step that registers the model: the upload is confirmed under a name that may have to be made first."""

    def lower(self, value, at, plan):
        if not types.is_local(value):
            return value
        return {"path": types.resolve(value, at), "datastore": at.me.get("datastore"), "form": self.form, "slash": False}


class ModelInPlace(Model):
    """Written inside a deployment: without a name its content is its name."""

    checks = (has_content, in_place)

    name = f.of(Model.field("name").type, "id", "Name of the model. Omit it to register the model by its content.", send=False)
    path = f.of(UploadLater("long"), "properties.modelUri", "Local file or folder, or of a model with a name any other address.")
