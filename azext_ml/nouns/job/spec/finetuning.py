"""Fine-tuning jobs: of models of Azure OpenAI, and of others."""

from azext_ml.nouns.job.spec.job import UNTYPED_SERVICES, Job
from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByShape, ByType
from azext_ml.spec.dialects import look
from azext_ml.spec.shapes import job
from azext_ml.spec.shapes.io import INPUT_MODES, MODELS, Output
from azext_ml.spec.types import Nested, OneOf

TASKS = {word: word for word in (
    "chatCompletion", "textCompletion", "textClassification", "questionAnswering", "textSummarization", "tokenClassification",
    "textTranslation", "imageClassification", "imageInstanceSegmentation", "imageObjectDetection", "videoMultiObjectTracking")}


class FilePath(types.DataPath):
    """Data that is named by its path alone."""

    def __init__(self):
        super().__init__("data")

    def enc(self, value, dialect, at):
        return {"jobInputType": "uri_file", "uri": super().enc(value, dialect, at)}


class File(f.Spec):
    """Data. The service takes files only, and in its own way."""

    kind = f.constant("jobInputType", "uri_file")
    type = f.enum("jobInputType", "Kind of data.", {"uri_file": "uri_file", "uri_folder": "uri_folder"}, send=False)
    path = f.of(types.DataPath("data", show="long"), "uri", "Local file, datastore URI, address or azureml: reference.", required=True)
    mode = f.enum(None, "How the data reaches the job.", INPUT_MODES, send=False, show=False)
    path_on_compute = f.text(None, "Where the data appears on the compute.", send=False, show=False)
    datastore = f.text(None, "Datastore that a local path is uploaded to.", send=False, show=False)


class Model(f.Spec):
    """A model. The service takes the MLflow format only."""

    kind = f.constant("jobInputType", "mlflow_model")
    type = f.enum("jobInputType", "Format of the model.", {name: name for name in MODELS}, send=False)
    path = f.of(types.DataPath("models"), "uri", "Local folder, datastore URI or azureml: reference.", required=True)
    mode = f.enum(None, "How the model reaches the job.", INPUT_MODES, send=False, show=False)
    datastore = f.text(None, "Datastore that a local path is uploaded to.", send=False, show=False)


DATA = OneOf(ByShape(scalar=FilePath(), mapping=Nested(File), wants="a path, or a mapping with 'path'"))


class Resources(f.Spec):
    instance_types = f.listing("instanceTypes", "Sizes of instances that may be used.")


class DetailedJob(Job):
    """Jobs that say what they do in `fineTuningDetails`."""

    services = f.mapping("properties.services", "Services to reach the job through.", UNTYPED_SERVICES)
    outputs = f.mapping("properties.outputs", "What the job writes: the model.", Nested(Output), nullable=True, sent={"arm": {}})
    training_data = f.of(DATA, "properties.fineTuningDetails.trainingData", "Data to train on.")
    validation_data = f.of(DATA, "properties.fineTuningDetails.validationData", "Data to validate with.")
    parent_job_name = None


class FineTuningJob(DetailedJob):
    type = f.tag("properties.jobType", {"finetuning": "FineTuning"}, "Fine-tuning of a model.", case="exact", required=True)
    task = f.enum("properties.fineTuningDetails.taskType", "What the model is tuned for.", TASKS, case="snake", required=True)
    model = f.nested("properties.fineTuningDetails.model", "Model to tune.", Model, required=True)
    resources = f.nested("properties.resources", "Instances.", Resources)
    queue_settings = f.nested("properties.queueSettings", "Place in a shared queue.", job.QueueSettings)


class OpenAIParameters(f.Spec):
    show_empty = False
    n_epochs = f.number("nEpochs", "Epochs of training.")
    learning_rate_multiplier = f.of(types.Decimal(), None, "Factor of the learning rate that the model was trained with.")
    batch_size = f.number(None, "Examples of one training step.")


class OpenAIJob(FineTuningJob):
    model_provider = f.enum("properties.fineTuningDetails.modelProvider", "Whose model it is.", {"azure_open_ai": "AzureOpenAI"}, "exact",
                            required=True)
    hyperparameters = f.nested("properties.fineTuningDetails.hyperParameters", "Parameters of the training.", OpenAIParameters)


class CustomJob(FineTuningJob):
    model_provider = f.enum("properties.fineTuningDetails.modelProvider", "Whose model it is.", {"custom": "Custom"}, "exact",
                            required=True)
    hyperparameters = f.mapping("properties.fineTuningDetails.hyperParameters", "Parameters of the training, as text.", nullable=True)


class ByProvider(ByType):
    """By whose model it is. A distillation is a fine-tuning job with properties of its own."""

    def choose_wire(self, wire, dialect):
        properties = look(wire, "properties.properties") or {}
        if "azureml.enable_distillation" in properties:
            return Nested("distillation_job")
        return super().choose_wire(wire, dialect)


FineTuning = OneOf(ByProvider("model_provider", {"azure_open_ai": Nested(OpenAIJob), "custom": Nested(CustomJob)},
                              tag="properties.fineTuningDetails.modelProvider", fold=str))
