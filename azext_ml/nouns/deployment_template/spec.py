"""Fields of a deployment template. On the wire they stand at the top, not below `properties`: it is an asset of the data plane."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByKey, ByShape
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.shapes import probe
from azext_ml.spec.shapes.resource import Resource
from azext_ml.spec.types import Nested, OneOf


class EnvironmentName(types.Text):
    """Id of an environment in a registry, or a reference, which goes without its `azureml:`."""

    wants = "the id of an environment, such as azureml://registries/my-registry/environments/my-environment/versions/1"

    def enc(self, value, dialect, at):
        return value if value.startswith("azureml://") else value.removeprefix("azureml:")


# The published schema has environments in place; the official client then sends the text of a Python object.
ENVIRONMENT = OneOf(ByShape(scalar=EnvironmentName(), mapping=OneOf(ByKey(
    {"name": Nested("environment")}, default=Nested("anonymous_environment"), guess=False)), wants=EnvironmentName.wants))


def registered(value, at):
    if isinstance(value.get("environment"), dict):
        yield ("environment",), Fault("an environment in place is not sent with a template", "register it first, and give its id")


class User(types.Text):
    def dec(self, wire, dialect, at):
        return wire.get("userName") or wire.get("userObjectId") if isinstance(wire, dict) else wire


class Created(f.Spec):
    created_at = f.text("createdTime")
    created_by = f.of(User(), "createdBy")
    last_modified_at = f.text("modifiedTime")
    last_modified_by = f.of(User(), "modifiedBy")


class Probe(probe.Probe):
    scheme = f.text("scheme", "http or https.")
    method = f.text("httpMethod", "Method of the request, such as GET.")
    path = f.text("path", "Path of the request.")
    port = f.number("port", "Port of the request.")


class AcceleratorMap(f.Spec):
    accelerator_type = f.text("acceleratorType", "Kind of accelerator, such as H100_80GB.", required=True)
    number_of_accelerators_per_model_instance = f.number(
        "numberOfAcceleratorsPerModelInstance", "How many of them one instance of the model takes.", required=True)
    default = f.flag("default", "Whether it is taken where nothing else is asked for.")


class DeploymentTemplate(Resource):
    checks = (registered,)

    name = f.text("name", "Name.", required=True, arg="--name -n")
    version = f.of(types.Text(cast=True), "version", "Version.", required=True, arg="--version -v")
    type = f.text("type", "Set by the service.", send=False)
    sent_type = f.constant("type", "deploymenttemplates")
    display_name = f.text("displayName", "Name for people.")
    description = f.text("description", "Description.")
    stage = f.read_only("stage")
    deployment_template_type = f.text("deploymentTemplateType", "What deploys it, such as managed.")
    tags = f.mapping("tags", "Tags.", types.Loose(), show_empty=False)
    environment = f.of(ENVIRONMENT, "environmentId", "Environment that the server runs in.")
    environment_variables = f.mapping("environmentVariables", "Variables of the server.", types.Loose())
    model_mount_path = f.text("modelMountPath", "Where the model is mounted.")
    request_settings = f.nested("requestSettings", "Time limits.", probe.Requests)
    liveness_probe = f.nested("livenessProbe", "How it is found out whether the server lives.", Probe)
    readiness_probe = f.nested("readinessProbe", "How it is found out whether the server is ready.", Probe)
    default_instance_type = f.text("defaultInstanceType", "Size of the machines, where none is asked for.")
    instance_count = f.number("instanceCount", "How many machines.")
    scoring_path = f.text("scoringPath", "Path of the server.")
    scoring_port = f.number("scoringPort", "Port of the server.")
    allowed_instance_types = f.listing("allowedInstanceTypes", "Sizes that may be asked for.")
    also_sent_as = f.constant("allowedInstanceType", lambda at: at.me.get("allowed_instance_types") or f.NOTHING)
    accelerator_maps = f.listing("acceleratorMaps", "Accelerators that it runs on.", Nested(AcceleratorMap), preview=True)
    creation_context = f.read_only("", type=Nested(Created), show_empty=False)
