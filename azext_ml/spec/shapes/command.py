"""The body that command jobs, command components and command nodes share."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.shapes import job
from azext_ml.spec.shapes.io import INPUT, Output

CODE = types.Code()
ENVIRONMENT = types.Inline("environment", types.Ref("environments"), "anonymous_environment")
# References inside a component are printed as whole ids.
ENVIRONMENT_IN_COMPONENT = types.Inline("environment", types.Ref("environments", show="long"), "anonymous_environment")


class CommandBody(f.Spec):
    """What runs, and on what."""

    command = f.text("command", "Command line to run.", required=True)
    code = f.of(CODE, "codeId", "Folder or file with the code.")
    environment = f.of(ENVIRONMENT, "environmentId", "Environment to run in.", required=True)
    resources = f.nested("resources", "Instances and their settings.", job.Resources)
    distribution = f.variants("distribution", "Distributed training.", job.DISTRIBUTION.choice)
    queue_settings = f.nested("queueSettings", "Place in a shared queue.", job.QueueSettings, preview=True)


class Command(CommandBody):
    """With the values that it runs on. Field order is the order of the asset steps: code, environment, inputs."""

    environment_variables = f.mapping("environmentVariables", "Variables of the process.", types.Loose(), nullable=True, sent={"arm": {}})
    inputs = f.mapping("inputs", "What the command reads.", INPUT, sent={"arm": {}})
    outputs = f.mapping("outputs", "What the command writes.", types.Nested(Output), nullable=True, sent={"arm": {}})
    limits = f.nested("limits", "When the job is ended.", job.CommandLimits)
