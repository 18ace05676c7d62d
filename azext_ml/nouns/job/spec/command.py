"""Command jobs."""

from azext_ml.nouns.job.spec.job import Job
from azext_ml.spec import fields as f
from azext_ml.spec.shapes.command import Command


class CommandJob(Job, shapes=[Command], under="properties"):
    type = f.tag("properties.jobType", {"command": "Command"}, "One command on one or more instances.", default="command", case="exact")
    parameters = f.read_only("properties.parameters", show=False)
