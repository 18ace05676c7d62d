"""Sweep jobs: one command, many times, with other values."""

from azext_ml.nouns.job.spec.job import Job
from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.shapes import job
from azext_ml.spec.shapes.command import CODE, ENVIRONMENT_IN_COMPONENT
from azext_ml.spec.shapes.io import INPUT, Output
from azext_ml.spec.shapes.sweep import SweepBody


class Trial(f.Spec):
    """The command that each trial runs."""

    command = f.text("command", "Command line to run.", required=True)
    code = f.of(CODE, "codeId", "Folder or file with the code.")
    environment = f.of(ENVIRONMENT_IN_COMPONENT, "environmentId", "Environment to run in.", required=True)
    environment_variables = f.mapping("environmentVariables", "Variables of the process.", types.Loose(), nullable=True, sent={"arm": {}})
    resources = f.nested("resources", "Instances and their settings.", job.Resources)
    distribution = f.variants("distribution", "Distributed training.", job.DISTRIBUTION.choice)
    queue_settings = f.nested(None, "Ignored: that of the sweep counts.", job.QueueSettings, send=False, show=False)


class SweepJob(Job, shapes=[SweepBody], under="properties"):
    type = f.tag("properties.jobType", {"sweep": "Sweep"}, "A hyperparameter sweep.", case="exact")
    trial = f.nested("properties.trial", "What each trial runs.", Trial, required=True)
    inputs = f.mapping("properties.inputs", "What the trials read.", INPUT, sent={"arm": {}})
    outputs = f.mapping("properties.outputs", "What the trials write.", types.Nested(Output), nullable=True, sent={"arm": {}})
    resources = f.nested("properties.resources", "Instances and their settings.", job.Resources)
    queue_settings = f.nested("properties.queueSettings", "Place in a shared queue.", job.QueueSettings, preview=True)
