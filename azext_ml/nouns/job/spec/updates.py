"""What a schedule may say of a job that it starts: everything but what the job does."""

from azext_ml.nouns.job.spec.command import CommandJob
from azext_ml.nouns.job.spec.job import Job
from azext_ml.nouns.job.spec.pipeline import PipelineJob
from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.shapes.command import ENVIRONMENT
from azext_ml.spec.shapes.scheduled import SourceJob


class Updated(f.Spec):
    job = f.of(SourceJob(jobs={}), "", "The job: a path, or a job of the workspace such as azureml:my_job.", required=True)


class PipelineUpdate(PipelineJob, Updated):
    checks = ()
    type = f.tag("properties.jobType", {"pipeline": "Pipeline"}, "A pipeline.", default="pipeline")
    jobs = None
    component_ = None
    parent_job_name = None


def pipelines_only(value, at):
    yield ("type",), Fault(f"a schedule starts pipelines only, and '{value['type']}' is none", "make the job a node of a pipeline")


class CommandUpdate(CommandJob, Updated):
    checks = (pipelines_only,)
    command = None
    code = None
    environment = f.of(ENVIRONMENT, "properties.environmentId", "Environment to run in.")


class SparkUpdate(Job, Updated):
    checks = (pipelines_only,)
    type = f.tag("properties.jobType", {"spark": "Spark"}, "A Spark job.", case="exact")
    conf = f.mapping("properties.conf", "Settings of Spark.", types.Anything())
    environment = f.of(ENVIRONMENT, "properties.environmentId", "Environment to run in.")
    parent_job_name = None
