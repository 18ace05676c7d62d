"""Monitors of deployed models."""

from azext_ml.core.ids import ArmId
from azext_ml.nouns.schedule.spec.schedule import Schedule
from azext_ml.nouns.schedule.spec.signals import SIGNAL
from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByShape
from azext_ml.spec.diagnostics import Fault, Wrong
from azext_ml.spec.types import Nested, OneOf


class Spark(f.Spec):
    compute_type = f.enum(None, "Kind of compute.", {"ServerlessSpark": "ServerlessSpark"}, default="ServerlessSpark", show=False)
    instance_type = f.text(None, "Size of an instance.", required=True)
    runtime_version = f.enum(None, "Version of Spark.", {word: word for word in ("3.4", "3.5")}, required=True)
    identity = f.constant("computeIdentity.computeIdentityType", "AmlToken")


class Deployment(types.Text):
    """A deployment of an online endpoint: `endpoint:deployment` or an ARM id."""

    wants = "a deployment, as azureml:endpoint:deployment"

    def check(self, value):
        parts = super().check(value).removeprefix("azureml:").split(":")
        if not types.is_id(value) and (len(parts) != 2 or not all(parts)):
            raise Wrong(f"{types.shown(value)} names no deployment", "write azureml:endpoint:deployment")
        return value

    def enc(self, value, dialect, at):
        return deployment_id(value, at.facts["scope"])


def deployment_id(value, scope):
    found = ArmId.parse(value)
    if found:
        return found.path
    endpoint, deployment = value.removeprefix("azureml:").split(":")
    return f"{scope}/onlineEndpoints/{endpoint}/deployments/{deployment}"


class Target(f.Spec):
    ml_task = f.enum("taskType", "What the model does.", {word: word for word in ("classification", "regression", "questionanswering")},
                     default="classification")
    endpoint_deployment_id = f.of(Deployment(), "deploymentId", "The deployment.")
    model_id = f.of(types.Ref("models", show="long"), None, "The model, where it is not deployed here.")


class Mail(f.Spec):
    kind = f.constant("alertNotificationType", "Email")
    emails = f.listing("emailNotificationSetting.emails", "Addresses that alerts are sent to.")
    when = f.constant("emailNotificationSetting.emailOn", ["JobFailed", "JobCompleted"])


class AzureMonitor(types.Enum):
    def __init__(self):
        super().__init__({"azmonitoring": "AzureMonitor"})

    def enc(self, value, dialect, at):
        return {"alertNotificationType": super().enc(value, dialect, at)}

    def dec(self, wire, dialect, at):
        return super().dec(wire.get("alertNotificationType"), dialect, at)


ALERT = OneOf(ByShape(scalar=AzureMonitor(), mapping=Nested(Mail),
                      wire=lambda wire, dialect: "scalar" if wire.get("alertNotificationType") == "AzureMonitor" else "mapping",
                      wants="azmonitoring, or a mapping with emails"))


def signals(value, at):
    """Without signals the usual ones watch what a deployment collects."""
    if not value.get("monitoring_signals") and not (value.get("monitoring_target") or {}).get("endpoint_deployment_id"):
        yield (), Fault("has no 'monitoring_signals'", "give them, or the deployment to watch as endpoint_deployment_id below "
                                                       "monitoring_target")


class Monitor(f.Spec):
    show_empty = False
    checks = (signals,)

    compute = f.nested("computeConfiguration", "Where it runs.", Spark, required=True)
    monitoring_target = f.nested(None, "What is watched.", Target)
    monitoring_signals = f.mapping("signals", "What is looked at; none: the usual.", SIGNAL)
    alert_notification = f.of(ALERT, "alertNotificationSetting", "Who hears of alerts.", show_empty=True)


class MonitorSchedule(Schedule):
    show_empty = True

    id = f.read_only("id")
    action = f.constant("properties.action.actionType", "CreateMonitor")
    create_monitor = f.nested("properties.action.monitorDefinition", "The monitor.", Monitor, required=True)
