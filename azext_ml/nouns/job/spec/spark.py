"""Spark jobs."""

from azext_ml.nouns.job.spec.job import Job
from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.shapes.io import INPUT, Output
from azext_ml.spec.shapes.job import IDENTITY
from azext_ml.spec.shapes.spark import SparkBody, SparkResources


class SparkJob(Job, shapes=[SparkBody], under="properties"):
    identity = f.variants("properties.identity", "Identity that the job runs under.", IDENTITY.choice, default={"type": "user_identity"})
    type = f.tag("properties.jobType", {"spark": "Spark"}, "A Spark job.", case="exact")
    inputs = f.mapping("properties.inputs", "What it reads.", INPUT, sent={"arm": {}})
    outputs = f.mapping("properties.outputs", "What it writes.", types.Nested(Output), nullable=True, sent={"arm": {}})
    resources = f.nested("properties.resources", "Instances and runtime of serverless Spark.", SparkResources)
