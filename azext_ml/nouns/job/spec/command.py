"""Command jobs."""

from azext_ml.nouns.job.spec.job import Job
from azext_ml.spec import fields as f
from azext_ml.spec.fields import NOTHING
from azext_ml.spec.shapes.command import Command


class CommandJob(Job, shapes=[Command], under="properties"):
    type = f.tag("properties.jobType", {"command": "Command"}, "One command on one or more instances.", default="command", case="exact")
    # `compute: local` is no compute of the workspace: the service is told so in two places instead.
    runtime = f.constant("properties.environmentVariables.AZUREML_COMPUTE_USE_COMMON_RUNTIME",
                         lambda at: "true" if at.me.get("compute") == "local" else NOTHING)
    is_local = f.constant("properties.resources.properties.IsLocal",
                          lambda at: {"IsLocal": True} if at.me.get("compute") == "local" else NOTHING)
    parameters = f.read_only("properties.parameters", show=False)
