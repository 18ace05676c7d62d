"""Parallel jobs. The service runs them as nodes of a pipeline only, so no union of jobs names this one: it is there for its schema."""

from azext_ml.nouns.job.spec.job import Job
from azext_ml.spec import fields as f
from azext_ml.spec.shapes.io import INPUT, Output
from azext_ml.spec.shapes.parallel import ParallelBody
from azext_ml.spec.types import Loose, Nested


class ParallelJob(Job, shapes=[ParallelBody], under="properties"):
    type = f.tag("properties.jobType", "parallel", "A job over many mini-batches.", case="exact")
    environment_variables = f.mapping("properties.environmentVariables", "Variables of the process.", Loose(), nullable=True)
    inputs = f.mapping("properties.inputs", "What it reads.", INPUT)
    outputs = f.mapping("properties.outputs", "What it writes.", Nested(Output), nullable=True)
