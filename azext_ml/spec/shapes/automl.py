"""What all AutoML tasks share: their data, metrics, limits and sweeps.

Paths are relative to the `taskDetails` of a job. In a pipeline a task is spelled as in its YAML (the dialect `automl`).
"""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByShape, ByType
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.fields import NOTHING
from azext_ml.spec.shapes import sweep
from azext_ml.spec.shapes.io import TABLE_MODES
from azext_ml.spec.types import Nested, OneOf, fold_snake

VERBOSITIES = ("not_set", "debug", "info", "warning", "error", "critical")
CLASSIFICATION_METRICS = {
    "auc_weighted": "AUCWeighted", "accuracy": "Accuracy", "norm_macro_recall": "NormMacroRecall",
    "average_precision_score_weighted": "AveragePrecisionScoreWeighted", "precision_score_weighted": "PrecisionScoreWeighted"}
REGRESSION_METRICS = {
    "normalized_root_mean_squared_error": "NormalizedRootMeanSquaredError", "r2_score": "R2Score",
    "normalized_mean_absolute_error": "NormalizedMeanAbsoluteError", "spearman_correlation": "SpearmanCorrelation"}


def words(*names, **spellings):
    """YAML words in order, each with what the wire says: Pascal case unless spelled otherwise."""
    return {name: spellings.get(name) or types.Enum((name,)).words[name] for name in names}


class Minutes(types.Duration):
    """A time span in whole minutes; 0 is none."""

    def __init__(self):
        super().__init__("minutes")

    def enc(self, value, dialect, at):
        return super().enc(value, dialect, at) if value or dialect.units != "iso" else NOTHING


class Table(f.Spec):
    """An MLTable. The service takes neither a mode nor a place for it."""

    type = f.tag("jobInputType", "mltable", "An MLTable folder.", sent={"arm": "mltable"})
    path = f.of(types.DataPath("data", show="long"), "uri", "Local folder, datastore URI, address or azureml: reference.", required=True)
    mode = f.enum(None, "How the data reaches the job.", TABLE_MODES, send=False, show=False)
    path_on_compute = f.text(None, "Where the data appears on the compute.", send=False, show=False)
    datastore = f.text(None, "Datastore that a local path is uploaded to.", send=False, show=False)


DATA = Nested(Table)


class Algorithm(types.OneOf):
    """How values are drawn: the service takes the name alone."""

    def enc(self, value, dialect, at):
        return value["type"] if isinstance(value, dict) else value


def name_only(value, at):
    for key in value:
        if key != "type":
            yield (key,), Fault(f"'{key}' is not used: a sweep of AutoML takes the name of the algorithm alone",
                                f"write `sampling_algorithm: {value['type']}`", at_key=True)


class RandomName(sweep.Random):
    checks = (name_only,)
    type = f.enum("type", "Random values.", {"random": "random"}, "snake", required=True)


class GridName(f.Spec):
    type = f.enum("type", "All combinations.", {"grid": "grid"}, "snake", required=True)


class BayesianName(f.Spec):
    type = f.enum("type", "Values that earlier trials suggest.", {"bayesian": "bayesian"}, "snake", required=True)


ALGORITHMS = ("random", "grid", "bayesian")
ALGORITHM = Algorithm(ByShape(
    scalar=types.Enum({word: word for word in ALGORITHMS}),
    mapping=OneOf(ByType("type", {"random": Nested(RandomName), "grid": Nested(GridName), "bayesian": Nested(BayesianName)},
                         fold=fold_snake)),
    wants=f"{', '.join(ALGORITHMS[:-1])} or {ALGORITHMS[-1]}"))


def has_algorithm(value, at):
    if value.get("sampling_algorithm") is None:
        yield (), Fault("names no sampling_algorithm", "add `sampling_algorithm: random`")


class Sweep(f.Spec):
    checks = (has_algorithm,)
    sampling_algorithm = f.of(ALGORITHM, "samplingAlgorithm", "How values are chosen.")
    early_termination = f.variants("earlyTermination", "When a trial is ended early.", sweep.POLICY.choice)


class Task(f.Spec):
    """What every task has."""

    log_verbosity = f.enum("logVerbosity", "How much is logged.", VERBOSITIES, "snake", default="info")
    target_column_name = f.text("targetColumnName", "Column that is predicted.", required=True)
    training_data = f.of(DATA, "trainingData", "Data to train on.", required=True)
    validation_data = f.of(DATA, "validationData", "Data to validate with.")
