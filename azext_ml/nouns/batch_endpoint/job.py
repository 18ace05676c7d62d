"""Fields of a call of a batch endpoint (`batch-endpoint invoke`): a kind of its own beside the endpoint's in spec.py."""

import json

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.fields import NOTHING


class Retry(f.Spec):
    max_retries = f.number("maxRetries", "How often a mini-batch is tried again.")
    timeout = f.duration("timeout", "Seconds that a mini-batch may take.")


class JsonTexts(types.Map):
    """Settings whose values the service wants as JSON."""

    def enc(self, value, dialect, at):
        return {key: json.dumps(item) for key, item in value.items()}


def one_node_here(value, at):
    if value.get("target") == "local" and value.get("instance_count", 1) != 1:
        yield ("instance_count",), Fault("a local run has one instance", "remove the key")


class Target(types.Ref):
    def __init__(self):
        super().__init__("computes", versioned=False, show="bare", keep=("local",))

    def enc(self, value, dialect, at):
        return NOTHING if value == "local" else super().enc(value, dialect, at)


class Compute(f.Spec):
    checks = (one_node_here,)

    target = f.of(Target(), "target", "Cluster to run on.")
    is_local = f.constant("isLocal", lambda at: at.me.get("target") == "local")
    instance_count = f.number("instanceCount", "Number of instances.")
    instance_type = f.text("instanceType", "Size of an instance.")
    location = f.text("location", "Region.")
    properties = f.of(JsonTexts(types.Anything()), "properties", "Settings that the compute understands.")


class OutputData(f.Spec):
    datastore_id = f.of(types.Ref("datastores", versioned=False), None, "Datastore that the results go to.", send=False)
    path = f.text(None, "Folder in that datastore.", send=False)


class OutputFile(types.Text):
    """Name of the file with the results, a part of the address where `output_dataset` says where they go."""

    def enc(self, value, dialect, at):
        return NOTHING if at.me.get("output_dataset") else value


def results(at):
    """`output_dataset` in the service's present form."""
    place = at.me.get("output_dataset") or {}
    if not place.get("datastore_id"):
        return NOTHING
    store = place["datastore_id"].removeprefix("azureml:").rpartition("/")[2]
    path = "/".join(part for part in (place.get("path"), at.me.get("output_file_name")) if part)
    return {"jobOutputType": "UriFile", "uri": f"azureml://datastores/{store}/paths/{path}"}


class BatchJob(f.Spec):
    schema_ = f.schema()
    job_name = f.text("properties.name", "Name of the job.")
    compute = f.nested("properties.compute", "Where the job runs.", Compute)
    dataset = f.text("properties.dataset", "Data to score, by id.")
    input_data = f.mapping("properties.inputData", "What the job reads, by name.", types.Anything())
    output_data = f.mapping("properties.outputData", "What the job writes, by name.", types.Anything())
    output_dataset = f.nested(None, "Where the results go.", OutputData, send=False)
    results = f.constant("properties.outputData.output_name", results)
    output_file_name = f.of(OutputFile(), "properties.outputFileName", "Name of the file with the results.")
    mini_batch_size = f.number("properties.miniBatchSize", "Files in one call of the scoring script.")
    error_threshold = f.number("properties.errorThreshold", "Failures after which the job is given up; -1: never.", low=-1)
    retry_settings = f.nested("properties.retrySettings", "What happens to a mini-batch that fails.", Retry)
    properties = f.mapping("properties.properties", "Properties.", types.Anything())
