"""Hyperparameter sweeps: the search, when it stops, what it looks for."""

from typing import Tuple

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByShape, ByType
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.types import Nested, OneOf, fold_snake


class Distribution(f.Spec):
    """One hyperparameter. `order`: its keys, as they follow each other in a job's body."""

    order = ()


def _distribution(words, order, help):
    return f.tag("type", {word: word for word in words}, help)


class Values(types.ListOf):
    """Values of a choice; mappings among them are conditional subspaces: values and further hyperparameters by name."""

    def __init__(self):
        either = ByShape(scalar=types.Anything(), sequence=types.Anything(), mapping=Nested("hyperparameter"))
        super().__init__(OneOf(ByShape(scalar=types.Anything(), sequence=types.Anything(), mapping=types.Map(OneOf(either)))))


class Choice(f.Spec):
    order = ("values",)
    type = f.tag("type", "choice", "One of several values.")
    values = f.of(Values(), "values", "The values.")


class Uniform(f.Spec):
    order: Tuple[str, ...] = ("min_value", "max_value")
    type = f.tag("type", {"uniform": "uniform", "loguniform": "loguniform"}, "Any number of a range.")
    min_value = f.number("min_value", "Least value.", whole=False, required=True)
    max_value = f.number("max_value", "Greatest value.", whole=False, required=True)


class QUniform(Uniform):
    order = ("min_value", "max_value", "q")
    type = f.tag("type", {"quniform": "quniform", "qloguniform": "qloguniform"}, "Numbers of a range, in steps.")
    q = f.number("q", "Step.", whole=False, required=True)


class Normal(f.Spec):
    order: Tuple[str, ...] = ("mu", "sigma")
    type = f.tag("type", {"normal": "normal", "lognormal": "lognormal"}, "Numbers around a mean.")
    mu = f.number("mu", "Mean.", whole=False, required=True)
    sigma = f.number("sigma", "Standard deviation.", whole=False, required=True)


class QNormal(Normal):
    order = ("mu", "sigma", "q")
    type = f.tag("type", {"qnormal": "qnormal", "qlognormal": "qlognormal"}, "Numbers around a mean, in steps.")
    q = f.number("q", "Step.", whole=False, required=True)


class Randint(f.Spec):
    order = ("upper",)
    type = f.tag("type", "randint", "A whole number from 0 to below a bound.")
    upper = f.number("upper", "Bound, not included.", required=True)


_BY_WORD = {"choice": Choice, "uniform": Uniform, "loguniform": Uniform, "quniform": QUniform, "qloguniform": QUniform,
            "normal": Normal, "lognormal": Normal, "qnormal": QNormal, "qlognormal": QNormal, "randint": Randint}
DISTRIBUTION = OneOf(ByType("type", {word: Nested(spec) for word, spec in _BY_WORD.items()}, tag="type"))


class SearchSpace(types.Map):
    """Hyperparameters by name: `[uniform, [0, 1]]` in a job's body, mappings in a node."""

    def __init__(self):
        super().__init__(DISTRIBUTION)

    def enc(self, value, dialect, at):
        if dialect.path == "own":
            return value
        return {name: packed(item) for name, item in value.items()}

    def dec(self, wire, dialect, at):
        return wire if dialect.path == "own" else {name: unpacked(item) for name, item in wire.items()}


def packed(item):
    """{type: uniform, min_value: 0, max_value: 1} -> ["uniform", [0, 1]]; conditional subspaces too."""
    if isinstance(item, dict) and item.get("type") in _BY_WORD:
        return [item["type"], [packed(item[key]) for key in _BY_WORD[item["type"]].order if key in item]]
    if isinstance(item, dict):
        return {key: packed(inner) for key, inner in item.items()}
    return [packed(inner) for inner in item] if isinstance(item, list) else item


def unpacked(item):
    if isinstance(item, list) and len(item) == 2 and item[0] in _BY_WORD and isinstance(item[1], list):
        return {"type": item[0], **dict(zip(_BY_WORD[item[0]].order, (unpacked(inner) for inner in item[1])))}
    if isinstance(item, dict):
        return {key: unpacked(inner) for key, inner in item.items()}
    return [unpacked(inner) for inner in item] if isinstance(item, list) else item


class Random(f.Spec):
    type = f.tag("samplingAlgorithmType", {"random": "Random"}, "Random values.", case="snake")
    seed = f.number("seed", "Seed.")
    rule = f.enum("rule", "How values are drawn.", {"random": "random", "sobol": "sobol"}, case="snake")
    logbase = f.anything("logbase", "Base of logarithmic values.")


class Grid(f.Spec):
    type = f.tag("samplingAlgorithmType", {"grid": "Grid"}, "All combinations.", case="snake")


class Bayesian(f.Spec):
    type = f.tag("samplingAlgorithmType", {"bayesian": "Bayesian"}, "Values that earlier trials suggest.", case="snake")


class AlgorithmName(types.Enum):
    """The algorithm as one word."""

    def __init__(self):
        super().__init__(("random", "grid", "bayesian"))

    def enc(self, value, dialect, at):
        return value if dialect.path == "own" else {"samplingAlgorithmType": super().enc(value, dialect, at)}

    def dec(self, wire, dialect, at):
        if isinstance(wire, dict):          # a job's algorithm is printed as a mapping, however it was written
            return {"type": super().dec(wire.get("samplingAlgorithmType"), dialect, at)}
        return super().dec(wire, dialect, at)


ALGORITHM = OneOf(ByShape(
    scalar=AlgorithmName(),
    mapping=OneOf(ByType("type", {"random": Nested(Random), "grid": Nested(Grid), "bayesian": Nested(Bayesian)},
                         tag="samplingAlgorithmType", fold=fold_snake)),
    wire=lambda wire, dialect: "mapping" if isinstance(wire, dict) and len(wire) > 1 else "scalar"))


class Policy(f.Spec):
    delay_evaluation = f.number("delayEvaluation", "Intervals before the first look.", default=0)
    evaluation_interval = f.number("evaluationInterval", "Intervals between two looks.", default=0)


def one_slack(value, at):
    if not value.get("slack_factor") and not value.get("slack_amount"):
        yield (), Fault("names neither slack_factor nor slack_amount", "add one of them")


class Bandit(Policy):
    checks = (one_slack,)
    type = f.tag("policyType", {"bandit": "Bandit"}, "Ends trials that are far behind the best.", case="snake")
    slack_factor = f.of(types.Decimal(), "slackFactor", "Distance as a ratio.", sent={"arm": 0, "automl": 0.0})
    slack_amount = f.of(types.Decimal(), "slackAmount", "Distance as an amount.", sent={"arm": 0, "automl": 0.0})


class MedianStopping(Policy):
    type = f.tag("policyType", {"median_stopping": "MedianStopping"}, "Ends trials that are behind the median.", case="snake")
    evaluation_interval = f.number("evaluationInterval", "Intervals between two looks.", default=1)


class Truncation(Policy):
    type = f.tag("policyType", {"truncation_selection": "TruncationSelection"}, "Ends the worst share of trials.", case="snake")
    truncation_percentage = f.number("truncationPercentage", "Share of trials that is ended.", required=True)


POLICY = OneOf(ByType("type", {"bandit": Nested(Bandit), "median_stopping": Nested(MedianStopping),
                               "truncation_selection": Nested(Truncation)},
                      tag="policyType", fold=fold_snake))


class Objective(f.Spec):
    goal = f.enum("goal", "Whether more is better.", {"maximize": "maximize", "minimize": "minimize"}, case="snake", required=True)
    primary_metric = f.text("primaryMetric", "Metric that the trials log.", required=True)


class SweepLimits(f.Spec):
    kind = f.tag("jobLimitsType", "Sweep", const="Sweep", node=f.ABSENT)
    max_total_trials = f.number("maxTotalTrials", "Most trials.", required=True)
    max_concurrent_trials = f.number("maxConcurrentTrials", "Most trials at a time.")
    timeout = f.duration("timeout", "Seconds after which the sweep is ended.", node=types.Number())
    trial_timeout = f.duration("trialTimeout", "Seconds after which a trial is ended.", node=types.Number())


class SweepBody(f.Spec):
    sampling_algorithm = f.variants("samplingAlgorithm", "How values are chosen.", ALGORITHM.choice, default="random")
    search_space = f.of(SearchSpace(), "searchSpace", "Hyperparameters.")
    objective = f.nested("objective", "What is looked for.", Objective, required=True)
    early_termination = f.variants("earlyTermination", "When a trial is ended early.", POLICY.choice)
    limits = f.nested("limits", "When the sweep ends.", SweepLimits, required=True)
