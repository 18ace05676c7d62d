"""AutoML over text: classification, named entities."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.fields import NOTHING
from azext_ml.spec.shapes import automl
from azext_ml.spec.shapes import automl_space as space
from azext_ml.spec.shapes.automl import Minutes, words
from azext_ml.spec.types import ListOf, Nested

SCHEDULERS = words("none", "linear", "cosine", "cosine_with_restarts", "polynomial", "constant", "constant_with_warmup")
NULL_IN_JOBS = {"arm": None}      # the official client names every parameter of a job, with null for those that are not set


class Parameters(f.Spec):
    """Parameters that are the same in every trial."""

    gradient_accumulation_steps = f.number(None, "Steps whose gradients are put together.", sent=NULL_IN_JOBS)
    learning_rate = f.of(types.Decimal(), None, "Learning rate at the start.", sent=NULL_IN_JOBS)
    learning_rate_scheduler = f.enum(None, "How the learning rate changes.", SCHEDULERS, "snake", sent=NULL_IN_JOBS)
    model_name = f.text(None, "Model to train.", sent=NULL_IN_JOBS)
    number_of_epochs = f.number(None, "Epochs of training.", sent=NULL_IN_JOBS)
    training_batch_size = f.number(None, "Texts of one training step.", sent=NULL_IN_JOBS)
    validation_batch_size = f.number(None, "Texts of one validation step.", sent=NULL_IN_JOBS)
    warmup_ratio = f.of(types.Decimal(), None, "Share of the steps in which the learning rate rises.", sent=NULL_IN_JOBS)
    weight_decay = f.of(types.Decimal(), None, "Weight decay.", sent=NULL_IN_JOBS)


class Row(f.Spec):
    """Parameters that differ between trials."""

    gradient_accumulation_steps = space.count(None, "Steps whose gradients are put together.", sent=NULL_IN_JOBS)
    learning_rate = space.decimal_(None, "Learning rate at the start.", sent=NULL_IN_JOBS)
    learning_rate_scheduler = space.enum(None, "How the learning rate changes.", SCHEDULERS, sent=NULL_IN_JOBS)
    model_name = space.text(None, "Model to train.", sent=NULL_IN_JOBS)
    number_of_epochs = space.count(None, "Epochs of training.", sent=NULL_IN_JOBS)
    training_batch_size = space.count(None, "Texts of one training step.", sent=NULL_IN_JOBS)
    validation_batch_size = space.count(None, "Texts of one validation step.", sent=NULL_IN_JOBS)
    warmup_ratio = space.decimal_(None, "Share of the steps in which the learning rate rises.", sent=NULL_IN_JOBS)
    weight_decay = space.decimal_(None, "Weight decay.", sent=NULL_IN_JOBS)


class Featurization(f.Spec):
    show_empty = False
    dataset_language = f.text(None, "Language of the data, as a code of ISO 639-3.")


class Limits(f.Spec):
    max_concurrent_trials = f.number(None, "Most trials at a time.")
    max_trials = f.number(None, "Most trials.", default=1)
    max_nodes = f.number(None, "Most nodes of distributed training.", default=1)
    timeout_minutes = f.of(Minutes(), "timeout", "Minutes after which the job is ended.")
    trial_timeout_minutes = f.of(Minutes(), "trialTimeout", "Minutes after which a trial is ended.")


class TextTask(automl.Task):
    log_verbosity = f.enum("logVerbosity", "How much is logged.", automl.VERBOSITIES, "snake", sent={"arm": "Info"})
    limits = f.nested("limitSettings", "When the job ends.", Limits, default={})
    featurization = f.nested("featurizationSettings", "How features are made of text.", Featurization, show_empty=False)
    sweep = f.nested("sweepSettings", "How parameters are searched.", automl.Sweep)
    training_parameters = f.nested("fixedParameters", "Parameters of all trials.", Parameters)
    search_space = f.of(ListOf(Nested(Row)), None, "Parameters that are searched: rows of values and distributions.")


class TextClassification(TextTask):
    task = f.enum("taskType", "What is learned.", {"text_classification": "TextClassification"}, "exact", required=True)
    primary_metric = f.enum("primaryMetric", "Metric that is optimized.", automl.CLASSIFICATION_METRICS, "snake", default="accuracy")


class OnlyMetric(types.Enum):
    """The metric of a task that has one alone: a job is not told it."""

    def enc(self, value, dialect, at):
        return NOTHING if dialect.path == "arm" else super().enc(value, dialect, at)


class OnlyInNodes(types.Text):
    """Accepted of a job and not sent."""

    def enc(self, value, dialect, at):
        return NOTHING if dialect.path == "arm" else value


METRIC = f.of(OnlyMetric(("accuracy",), "snake"), "primaryMetric", "Metric that is optimized.", default="accuracy", shown="accuracy",
              key="primary_metric")


class TextClassificationMultilabel(TextTask):
    task = f.enum("taskType", "What is learned.", {"text_classification_multilabel": "TextClassificationMultilabel"}, "exact",
                  required=True)
    primary_metric = METRIC


class TextNer(TextTask):
    task = f.enum("taskType", "What is learned.", {"text_ner": "TextNER"}, "exact", required=True)
    primary_metric = METRIC
    target_column_name = f.of(OnlyInNodes(), "targetColumnName", "Not used: the format of the data is fixed.")
