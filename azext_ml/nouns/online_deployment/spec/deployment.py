"""Managed deployments, and those on Kubernetes."""

from azext_ml.nouns.online_deployment.spec.collector import DataCollector
from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByType
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.shapes.deployment import Assets, Deployment
from azext_ml.spec.shapes.endpoint import NAME, NAME_RULE, Name
from azext_ml.spec.shapes.probe import Probe, Requests
from azext_ml.spec.shapes.resource import CreationContext
from azext_ml.spec.types import Nested, OneOf, fold_snake


class DefaultScale(f.Spec):
    type = f.tag("scaleType", {"default": "Default"}, "As many instances as `instance_count` says.", case="snake", required=True)


class TargetUtilization(f.Spec):
    type = f.tag("scaleType", {"target_utilization": "TargetUtilization"}, "As many as keep the load at a target.", case="snake",
                 required=True)
    polling_interval = f.duration("pollingInterval", "Seconds between two looks at the load.")
    target_utilization_percentage = f.number("targetUtilizationPercentage", "The load to keep, in percent.")
    min_instances = f.number("minInstances", "Fewest instances.")
    max_instances = f.number("maxInstances", "Most instances.")


SCALE = OneOf(ByType("type", {"default": Nested(DefaultScale), "target_utilization": Nested(TargetUtilization)}, tag="scaleType",
                     wire={"TargetUtilization": "target_utilization"}, fold=fold_snake))


class RequestSettings(Requests):
    max_queue_wait_ms = f.of(types.Duration("milliseconds"), "maxQueueWait", "Milliseconds that a request may wait.")


class OnlyTrue(types.Flag):
    """A flag that is left out when it is off."""

    def enc(self, value, dialect, at):
        return value or f.NOTHING


class Online(Deployment):
    name = f.of(Name(NAME, NAME_RULE), "name", "Name of the deployment.", required=True, send=False, arg="--name -n")
    properties = f.mapping("properties.properties", "Properties.", types.Loose(), nullable=True, sent={"arm": {}}, shown={})
    data_collector = f.nested("properties.dataCollector", "Collection of requests and answers.", DataCollector)
    environment_variables = f.mapping("properties.environmentVariables", "Variables of the process.", types.Loose(), nullable=True,
                                      sent={"arm": {}}, shown={})
    app_insights_enabled = f.flag("properties.appInsightsEnabled", "Send logs to Application Insights.", default=False)
    scale_settings = f.variants("properties.scaleSettings", "How the number of instances follows the load.", SCALE.choice)
    request_settings = f.nested("properties.requestSettings", "Limits of a request.", RequestSettings, show_empty=False)
    liveness_probe = f.nested("properties.livenessProbe", "Tells that the container lives.", Probe, show_empty=False)
    readiness_probe = f.nested("properties.readinessProbe", "Tells that the container can serve.", Probe, show_empty=False)
    provisioning_state = f.text("properties.provisioningState", "Made by the service.", send=False)
    instance_count = f.number("sku.capacity", "Number of instances.", update=True)
    sku = f.constant("sku.name", "Default")
    model_mount_path = f.text("properties.modelMountPath", "Where the model appears in a container of one's own.", show=False)


def default_scale_only(value, at):
    if (value.get("scale_settings") or {}).get("type") == "target_utilization":
        yield ("scale_settings", "type"), Fault("a managed deployment does not scale by itself",
                                                "use type: default, and rules of Azure Monitor autoscale")


class ManagedOnlineDeployment(Online, shapes=[Assets], under="properties"):
    checks = (default_scale_only,)

    type = f.tag("properties.endpointComputeType", {"managed": "Managed"}, "On machines of the service.", case="snake",
                 default="managed")
    instance_type = f.text("properties.instanceType", "Size of an instance.", required=True)
    egress_public_network_access = f.enum("properties.egressPublicNetworkAccess", "Whether it reaches the internet.",
                                          {"enabled": "enabled", "disabled": "disabled"})
    private_network_connection = f.of(OnlyTrue(), "properties.properties.private-network-connection",
                                      "Connect through the workspace's private network.", show=False, preview=True)
    creation_context = f.read_only("systemData", type=Nested(CreationContext))


class Quantities(f.Spec):
    cpu = f.text("cpu", "Cores, such as '0.5'.")
    memory = f.text("memory", "Memory, such as 1Gi.")
    gpu = f.text("gpu", "GPUs.", alias=("nvidia.com/gpu",))


class Resources(f.Spec):
    requests = f.nested("containerResourceRequests", "What a container gets at least.", Quantities)
    limits = f.nested("containerResourceLimits", "What a container gets at most.", Quantities)


def no_registries(value, at):
    for path in (("environment",), ("model",), ("code_configuration", "code")):
        given = value
        for key in path:
            given = given.get(key) if isinstance(given, dict) else None
        if isinstance(given, str) and given.startswith("azureml://registries/"):
            yield path, Fault("a Kubernetes deployment takes nothing from a registry", "copy it into the workspace")


class KubernetesOnlineDeployment(Online, shapes=[Assets], under="properties"):
    checks = (no_registries,)

    type = f.tag("properties.endpointComputeType", {"kubernetes": "Kubernetes"}, "On a Kubernetes compute.", case="snake")
    instance_type = f.text("properties.instanceType", "Instance type that the cluster's administrator has defined.")
    resources = f.nested("properties.containerResourceRequirements", "Cores, memory and GPUs of a container.", Resources,
                         show_empty=False)
