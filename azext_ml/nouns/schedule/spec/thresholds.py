"""From which values on a monitor raises the alarm."""

import json

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByKey, ByShape
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.types import Nested, OneOf


def number(help, **kw):
    return f.of(types.Decimal(), None, help, **kw)


def ignored():
    return f.of(types.Anything(), None, "Ignored.", send=False, show=False)


class Metrics(OneOf):
    """Thresholds by metric; on the wire a list."""

    def __init__(self, spec):
        super().__init__(ByShape(mapping=Nested(spec)))

    def enc(self, value, dialect, at):
        return [_item(metric, threshold) for metric, threshold in value.items()]

    def dec(self, wire, dialect, at):
        return {item["metric"]: _value(item) for item in wire}


class MetricsByType(Metrics):
    """The same, by the type of the data."""

    def enc(self, value, dialect, at):
        return [{"dataType": kind, **_item(metric, threshold)} for kind, metrics in value.items() for metric, threshold in metrics.items()]

    def dec(self, wire, dialect, at):
        found = {}
        for item in wire:
            metric = item.get("metric") or ""
            found.setdefault(item.get("dataType"), {})[metric[:1].lower() + metric[1:]] = _value(item)
        return found


def _item(metric, threshold):
    return {"metric": metric, "threshold": {"value": threshold}}


def _value(item):
    return (item.get("threshold") or {}).get("value")


# ---- drift and quality -----------------------------------------------------------------------------------------------

class OneMetric(OneOf):
    """Metrics of which the service looks at one: the first in the order in which they are declared."""

    def __init__(self, spec):
        super().__init__(ByShape(mapping=Nested(spec)))

    def enc(self, value, dialect, at):
        return dict(list(value.items())[:1])


_FIRST = ("jensen_shannon_distance", "normalized_wasserstein_distance", "population_stability_index",
          "two_sample_kolmogorov_smirnov_test", "pearsons_chi_squared_test")


def one_of_them(value, at):
    used, *others = [key for key in _FIRST if value.get(key) is not None] or [None]
    for key in others:
        yield (key,), Fault(f"is not looked at beside {used}", "keep one metric for each type of data", at_key=True, severity="warning")


class Numerical(f.Spec):
    checks = (one_of_them,)

    jensen_shannon_distance = number("Jensen-Shannon distance.")
    normalized_wasserstein_distance = number("Normalized Wasserstein distance.")
    population_stability_index = number("Population stability index.")
    two_sample_kolmogorov_smirnov_test = number("Two-sample Kolmogorov-Smirnov test.")


class Categorical(f.Spec):
    checks = (one_of_them,)

    jensen_shannon_distance = number("Jensen-Shannon distance.")
    population_stability_index = number("Population stability index.")
    pearsons_chi_squared_test = number("Pearson's chi-squared test.")


class Drift(f.Spec):
    numerical = f.of(OneMetric(Numerical), "Numerical", "Of numerical features.")
    categorical = f.of(OneMetric(Categorical), "Categorical", "Of categorical features.")
    data_type = f.enum(None, "Ignored.", ("numerical", "categorical"), send=False, show=False)
    threshold = ignored()


class Rates(f.Spec):
    null_value_rate = number("Share of values that are missing.")
    data_type_error_rate = number("Share of values of another type.")
    out_of_bounds_rate = number("Share of values that are out of bounds.")


class Quality(f.Spec):
    numerical = f.nested("Numerical", "Of numerical features.", Rates, shown={})
    categorical = f.nested("Categorical", "Of categorical features.", Rates, shown={})
    data_type = f.enum(None, "Ignored.", ("numerical", "categorical"), send=False, show=False)
    threshold = ignored()


class Attribution(f.Spec):
    metric = f.constant("metric", "normalizedDiscountedCumulativeGain")
    normalized_discounted_cumulative_gain = f.of(types.Decimal(), "threshold.value", "Normalized discounted cumulative gain.")
    threshold = ignored()


class Custom(f.Spec):
    metric_name = f.text("metric", "Metric of the component.", required=True)
    threshold = f.of(types.Decimal(), "threshold.value", "Value from which on there is an alarm.")


# ---- performance -----------------------------------------------------------------------------------------------------

PERFORMANCE = "azureml.modelmonitor.model_performance_thresholds"


class Classification(f.Spec):
    accuracy = f.of(types.Decimal(), "Accuracy", "Accuracy.")
    precision = f.of(types.Decimal(), "Precision", "Precision.")
    recall = f.of(types.Decimal(), "Recall", "Recall.")


class Regression(f.Spec):
    mae = f.of(types.Decimal(), "MeanAbsoluteError", "Mean absolute error.")
    mse = f.of(types.Decimal(), "MeanSquaredError", "Mean squared error.")
    rmse = f.of(types.Decimal(), "RootMeanSquaredError", "Root mean squared error.")


class Performance(f.Spec):
    show_empty = False

    classification = f.nested(None, "Of a classification.", Classification)
    regression = f.nested(None, "Of a regression.", Regression)
    threshold = ignored()


class PerformanceMetrics(OneOf):
    """Thresholds that go as text into a property of the signal. Beside them stands one that the service wants and does not use."""

    def __init__(self):
        super().__init__(ByKey({key: Nested(Performance) for key in ("classification", "regression")},
                               wire=lambda wire, dialect: "classification"))

    def enc(self, value, dialect, at):
        found = [json.dumps({"modelType": kind, **_item(metric, threshold)}, separators=(",", ":"))
                 for kind, metrics in value.items() for metric, threshold in metrics.items()]
        return {"metricThreshold": {"modelType": "Classification", **_item("Accuracy", 0.9)},
                "properties": {PERFORMANCE: f"[{', '.join(found)}]"}}

    def dec(self, wire, dialect, at):
        text = (wire.get("properties") or {}).get(PERFORMANCE)
        found = {}
        for item in json.loads(text) if text else [wire.get("metricThreshold") or {}]:
            found.setdefault(str(item.get("modelType")).lower(), {})[item.get("metric")] = _value(item)
        return found


class OtherProperties(types.Map):
    """Properties of a signal, without the thresholds that stand there."""

    def dec(self, wire, dialect, at):
        return {key: value for key, value in wire.items() if key != PERFORMANCE}


# ---- generated text --------------------------------------------------------------------------------------------------

def _scores(name):
    """Thresholds of one judgement of generated text."""
    title = name.capitalize()

    class Scores(f.Spec):
        show_empty = False
        acceptable = f.of(types.Decimal(), f"Acceptable{title}ScorePerInstance", "Least score of an answer that passes.",
                          key=f"acceptable_{name}_score_per_instance", default=3.0)
        aggregated = f.of(types.Decimal(), f"Aggregated{title}PassRate", "Share of answers that have to pass.",
                          key=f"aggregated_{name}_pass_rate", required=True)

    return f.nested("", f"{title} of the answers.", Scores, show_empty=False)


class Judgements(f.Spec):
    groundedness = _scores("groundedness")
    relevance = _scores("relevance")
    coherence = _scores("coherence")
    fluency = _scores("fluency")
    similarity = _scores("similarity")


class TokenCounts(f.Spec):
    total_token_count = f.of(types.Decimal(), "TotalTokenCount", "Tokens in all.", default=3.0)
    total_token_count_per_group = f.of(types.Decimal(), "TotalTokenCountPerGroup", "Tokens in each group.", required=True)


class Tokens(f.Spec):
    totaltoken = f.nested("", "Numbers of tokens.", TokenCounts, show_empty=False)
