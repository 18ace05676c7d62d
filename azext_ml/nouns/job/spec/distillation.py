"""Distillation: a large model teaches a small one. On the wire it is a fine-tuning job, and what that does not know stands in its
properties, as text."""

import json

from azext_ml.nouns.job.spec.finetuning import DetailedJob, Model
from azext_ml.spec import dialects, types
from azext_ml.spec import fields as f
from azext_ml.spec.choices import ByShape, ByType
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.types import In, Nested, OneOf, fold_snake

CONNECTION = "azureml.connection_information"
ORDER = ("name", "description", "tags", "type", "target", "credentials", "is_shared", "metadata", "api_key", "endpoint")   # of its text
TEACHER = "azureml.teacher_model."


class Property(types.Type):
    """One value, under a key among the job's properties."""

    def __init__(self, key, inner):
        self.key, self.inner, self.wants, self.arg_type = key, inner, inner.wants, inner.arg_type

    def check(self, value):
        return self.inner.check(value)

    def enc(self, value, dialect, at):
        return {self.key: str(value)}

    def dec(self, wire, dialect, at):
        return told(wire.get(self.key), self.inner)


def told(text, kind=None):
    """The value that the text of a property means; text stays text where `kind` says so."""
    if not isinstance(text, str) or isinstance(kind, types.Enum):
        return text
    for cast in (int, float):
        try:
            return cast(text)
        except ValueError:
            pass
    return {"True": True, "False": False}.get(text, text)


class InferenceParameters(types.Map):
    """Parameters of the teacher, each a property."""

    def __init__(self):
        super().__init__(types.Anything())

    def enc(self, value, dialect, at):
        return {f"{TEACHER}{key}": str(item) for key, item in value.items()}

    def dec(self, wire, dialect, at):
        names = {key: key[len(TEACHER):] for key in wire if key.startswith(TEACHER) and key != f"{TEACHER}endpoint_name"}
        return {name: told(wire[key]) for key, name in names.items()} or None


class Properties(types.Map):
    """The user's properties, as text. The teacher's connection is not printed among them: it holds a key."""

    def __init__(self):
        super().__init__(types.AsText(), nullable=True)

    def dec(self, wire, dialect, at):
        return {key: value for key, value in wire.items() if key != CONNECTION}


class EndpointSettings(f.Spec):
    show_empty = False
    request_batch_size = f.of(Property("azureml.request_batch_size", types.Number()), "", "Requests at a time.")
    min_endpoint_success_ratio = f.of(Property("azureml.min_endpoint_success_ratio", types.Decimal()), "",
                                      "Share of the requests that has to succeed.")


class TeacherSettings(f.Spec):
    show_empty = False
    inference_parameters = f.of(InferenceParameters(), "", "Parameters of the teacher's answers.")
    endpoint_request_settings = f.nested("", "How the teacher is asked.", EndpointSettings)


class PromptSettings(f.Spec):
    show_empty = False
    enable_chain_of_thought = f.of(Property("azureml.enable_chain_of_thought", types.Flag()), "", "Have the teacher reason in steps.",
                                   default=False)
    enable_chain_of_density = f.of(Property("azureml.enable_chain_of_density", types.Flag()), "", "Have summaries made denser in steps.",
                                   default=False)
    max_len_summary = f.of(Property("azureml.max_len_summary", types.Number()), "", "Most words of a summary.")


def size_only(value, at):
    for key in value:
        if key != "instance_type":
            yield (key,), Fault(f"'{key}' is not used: data is generated on one instance, of the type given", "remove it", at_key=True,
                                severity="warning")


class Resources(f.Spec):
    checks = (size_only,)
    instance_type = f.of(Property("azureml.instance_type.data_generation", types.Text()), "", "Size of the instance.")
    instance_count = f.number(None, "Not used.", send=False, show=False)
    properties = f.mapping(None, "Not used.", types.Anything(), send=False, show=False)


class Facts(types.Map):
    """Tags and metadata are one: each is sent with the keys of both, and metadata wins."""

    def __init__(self):
        super().__init__(types.Anything())

    def enc(self, value, dialect, at):
        return {**(at.me.get("tags") or {}), **(at.me.get("metadata") or {})}


class Teacher(f.Spec):
    """The connection to the teacher."""

    schema_ = f.schema()
    name = f.text("name", "Name of the endpoint.", required=True)
    id = f.text("id", "Ignored.", send=False, show=False)
    description = f.text("description", "Description.")
    tags = f.of(Facts(), "tags", "Older name of metadata.", default={})
    type = f.text("type")
    target = f.text("target", "Address of the endpoint.")
    credentials = f.anything("credentials")
    is_shared = f.flag("is_shared", "In a project: shared with the other projects of its hub.", default=True)
    metadata = f.of(Facts(), "metadata", "Further facts: key=value pairs.", default={})
    creation_context = f.read_only("creation_context", show=False)


def _secret(name, help):
    return f.text(name, help, required=True, show=False)


class ServerlessTeacher(Teacher):
    type = f.enum("type", "A serverless endpoint.", {"serverless": "serverless"}, "snake", required=True)
    target = f.text("target", "Ignored: the endpoint is the target.", send=False)
    sent_target = f.constant("target", lambda at: at.me["endpoint"])
    credentials = f.of(Nested("connection_credentials"), "credentials", "Ignored: the key is used.", send=False)
    sent_credentials = f.constant("credentials", lambda at: {"type": "api_key", "key": at.me["api_key"]})
    api_key = _secret("api_key", "Key of the endpoint.")
    endpoint = f.text("endpoint", "Address of the endpoint.", required=True)


class OtherTeacher(Teacher):
    type = f.enum("type", "Kind of the service.", {word: word for word in (
        "custom", "git", "container_registry", "python_feed", "s3", "snowflake", "azure_sql_db", "azure_synapse_analytics",
        "azure_my_sql_db", "azure_postgres_db", "azure_data_lake_gen2")}, "snake", required=True)
    credentials = f.of(Nested("connection_credentials"), "credentials", "How the service is opened.", default={"type": "none"})


class TeacherConnection(OneOf):
    """A connection as JSON text among the properties, and its name once more."""

    def __init__(self):
        words = {**{word: Nested(OtherTeacher) for word in OtherTeacher.field("type").type.words},
                 "serverless": Nested(ServerlessTeacher)}
        super().__init__(ByType("type", words, fold=fold_snake))

    def enc(self, value, dialect, at):
        text = json.dumps({key: value[key] for key in ORDER if key in value})
        return {CONNECTION: text, f"{TEACHER}endpoint_name": value["name"]}

    def dec(self, wire, dialect, at):
        return json.loads(wire[CONNECTION]) if CONNECTION in wire else None


class StudentReference(types.Ref):
    """The student by its reference alone."""

    def __init__(self):
        super().__init__("models")

    def enc(self, value, dialect, at):
        return {"jobInputType": "mlflow_model", "uri": super().enc(value, dialect, at)}


def data_to_label(value, at):
    for key in ("training_data", "validation_data"):
        if value.get("data_generation_type") == "label_generation" and value.get(key) is None:
            yield (), Fault(f"'{key}' is missing: labels are generated for it",
                            f"add '{key}:', or use `data_generation_type: data_generation`")


class DistillationJob(DetailedJob):
    checks = (data_to_label,)

    type = f.tag("properties.jobType", {"distillation": "FineTuning"}, "A model that learns from a larger one.", case="exact",
                 required=True)
    properties = f.of(Properties(), "properties.properties", "Properties.", sent={"arm": {}}, update=True)
    enabled = f.constant("properties.properties", {"azureml.enable_distillation": "True"})
    data_generation_type = f.of(Property("azureml.data_generation_type", types.Enum({
        word: word for word in ("label_generation", "data_generation")})), "properties.properties", "What the teacher makes.",
        required=True)
    data_generation_task_type = f.of(Property("azureml.data_generation_task_type", types.Enum({
        word: word for word in ("NLI", "NLU_QA", "CONVERSATION", "MATH", "SUMMARIZATION")})), "properties.properties",
        "What the data is about.", required=True)
    teacher_model_endpoint_connection = f.of(In(dialects.yaml, TeacherConnection()), "properties.properties",
                                             "Connection to the teacher.", required=True)
    student_model = f.of(OneOf(ByShape(scalar=StudentReference(), mapping=Nested(Model), wants="a reference, or a mapping with 'path'")),
                         "properties.fineTuningDetails.model", "Model that learns.", required=True)
    teacher_model_settings = f.nested("properties.properties", "Settings of the teacher.", TeacherSettings, show_empty=False)
    prompt_settings = f.nested("properties.properties", "Settings of the prompt.", PromptSettings, show_empty=False)
    hyperparameters = f.mapping("properties.fineTuningDetails.hyperParameters", "Parameters of the training, as text.", nullable=True)
    resources = f.nested("properties.properties", "Instance that data is generated on.", Resources, show_empty=False)
    task = f.constant("properties.fineTuningDetails.taskType", "ChatCompletion")
    provider = f.constant("properties.fineTuningDetails.modelProvider", "Custom")
