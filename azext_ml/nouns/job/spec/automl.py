"""AutoML jobs: one kind for each task."""

from azext_ml.nouns.job.spec.job import UNTYPED_SERVICES, Job
from azext_ml.spec import fields as f
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.shapes import job
from azext_ml.spec.shapes.automl_tasks import by_task
from azext_ml.spec.shapes.io import Output
from azext_ml.spec.types import Nested


def not_here(value, at):
    if value.get("compute") == "local":
        yield ("compute",), Fault("'local' runs commands only", "name a compute of the workspace, or leave it out")


class Resources(job.Resources):
    show_empty = False


class AutoMLJob(Job):
    type = f.tag("properties.jobType", {"automl": "AutoML"}, "Machine learning without code.", case="exact", required=True)
    environment_id = f.text("properties.environmentId", "Environment to run in.", show=False)
    environment_variables = f.mapping("properties.environmentVariables", "Variables of the process.", show=False)
    outputs = f.mapping("properties.outputs", "What the job writes.", Nested(Output), nullable=True, sent={"arm": {}})
    resources = f.nested("properties.resources", "Instances and their settings.", Resources)
    queue_settings = f.nested("properties.queueSettings", "Place in a shared queue.", job.QueueSettings, preview=True)
    services = f.mapping("properties.services", "Services to reach the job through.", UNTYPED_SERVICES)
    parent_job_name = None


def _job(task):
    class TaskJob(AutoMLJob, shapes=[task], under="properties.taskDetails"):
        checks = (not_here, *task.checks)
    return TaskJob


AutoML = by_task(_job, "properties.taskDetails.taskType")
