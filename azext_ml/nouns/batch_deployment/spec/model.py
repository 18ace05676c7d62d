"""Deployments of a model: the classic shape, and the typed one with its `settings`."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.dialects import look
from azext_ml.spec.fields import NOTHING
from azext_ml.spec.shapes import job
from azext_ml.spec.shapes.deployment import MODEL, Assets, Deployment
from azext_ml.spec.shapes.resource import CreationContext
from azext_ml.spec.types import Nested


class OutputFile(types.Text):
    """Name of the file with the results; it only means something where rows are appended to one."""

    def dec(self, wire, dialect, at):
        return wire if look(at.me, "properties.outputAction") == "AppendRow" else None


class Retry(f.Spec):
    max_retries = f.number("maxRetries", "How often a mini-batch is tried again.")
    timeout = f.duration("timeout", "Seconds that a mini-batch may take.")


class Scoring(f.Spec):
    """How the data is worked through."""

    mini_batch_size = f.number("miniBatchSize", "Files in one call of the scoring script.")
    max_concurrency_per_instance = f.number("maxConcurrencyPerInstance", "Calls at once on one instance.")
    error_threshold = f.number("errorThreshold", "Failures after which the job is given up; -1: never.", low=-1)
    retry_settings = f.nested("retrySettings", "What happens to a mini-batch that fails.", Retry, show_empty=False)
    logging_level = f.text("loggingLevel", "Least severe messages that are logged: debug, info or warning.")
    output_action = f.enum("outputAction", "Whether results become rows of one file.", ("append_row", "summary_only"))
    output_file_name = f.of(OutputFile(), "outputFileName", "Name of that file.")


class BatchAssets(Assets):
    model = f.of(MODEL, "model.assetId", "Model to score with.")
    reference = f.constant("model.referenceType", lambda at: "Id" if at.me.get("model") else NOTHING)


def no_file_of_a_summary(value, at):
    if value.get("output_action") == "summary_only" and value.get("output_file_name"):
        yield ("output_file_name",), Fault("there is no file of results with output_action: summary_only", "remove one of the two")


class OfModel(Deployment, shapes=[BatchAssets], under="properties"):
    properties = f.mapping("properties.properties", "Properties.", types.Loose(), nullable=True, sent={"arm": {}}, shown={})
    environment_variables = f.mapping("properties.environmentVariables", "Variables of the process.", types.Loose(), nullable=True,
                                      shown={})
    compute = f.of(types.Ref("computes", versioned=False, plain=True, show="long"), "properties.compute", "Cluster to run on.")
    resources = f.nested("properties.resources", "Instances and their settings.", job.Resources)


class ClassicBatchDeployment(OfModel, shapes=[Scoring], under="properties"):
    checks = (no_file_of_a_summary,)

    environment_variables = f.mapping("properties.environmentVariables", "Variables of the process.", types.Loose(), nullable=True,
                                      sent={"arm": {}}, shown={})
    creation_context = f.read_only("systemData", type=Nested(CreationContext))
    provisioning_state = f.read_only("properties.provisioningState")


class Settings(Scoring):
    checks = (no_file_of_a_summary,)

    instance_count = f.number("resources.instanceCount", "Number of instances, in place of `resources`.")
    instance_settings = f.constant("resources.properties", lambda at: {} if at.me.get("instance_count") else NOTHING)
    environment_variables = f.mapping("environmentVariables", "Variables of the process; they win over those at the top.",
                                      types.Loose(), nullable=True)


def one_instance_count(value, at):
    if value.get("resources") and (value.get("settings") or {}).get("instance_count"):
        yield ("settings", "instance_count"), Fault("the instances are counted in 'resources' already", "remove one of the two")


class ModelBatchDeployment(OfModel):
    checks = (one_instance_count,)

    type = f.enum(None, "A deployment of a model.", ("model",), required=True, send=False)
    compute = f.of(OfModel.field("compute").type, "properties.compute", "Cluster to run on.", required=True)
    error_threshold = f.number("properties.errorThreshold", "The same as in `settings`, which wins.", low=-1)
    settings = f.nested("properties", "How the data is worked through.", Settings)
