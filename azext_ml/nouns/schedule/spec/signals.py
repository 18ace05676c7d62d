"""What a monitor watches: each signal compares data of the deployed model with other data, or with thresholds."""

from azext_ml.nouns.schedule.spec import thresholds, watched
from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByShape, ByType
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.fields import NOTHING
from azext_ml.spec.types import Nested, OneOf


class Mode(types.Flag):
    """Whether there are alerts: a word on the wire."""

    def enc(self, value, dialect, at):
        return "Enabled" if value else "Disabled"

    def dec(self, wire, dialect, at):
        return wire == "Enabled"


# ---- features --------------------------------------------------------------------------------------------------------

class AllFeatures(types.Enum):
    def __init__(self):
        super().__init__({"all_features": "AllFeatures"})

    def enc(self, value, dialect, at):
        return {"filterType": super().enc(value, dialect, at)}

    def dec(self, wire, dialect, at):
        return "all_features"


class SomeFeatures(types.ListOf):
    def enc(self, value, dialect, at):
        return {"filterType": "FeatureSubset", "features": value} if value else NOTHING

    def dec(self, wire, dialect, at):
        return wire.get("features")


class TopFeatures(f.Spec):
    filter = f.constant("filterType", "TopNByAttribution")
    top_n_feature_importance = f.number("top", "Number of features.", default=10)


_FILTERS = {"allfeatures": "scalar", "featuresubset": "sequence", "topnbyattribution": "mapping"}
FEATURES = OneOf(ByShape(scalar=AllFeatures(), sequence=SomeFeatures(types.Text()), mapping=Nested(TopFeatures),
                         wire=lambda wire, dialect: _FILTERS.get(str(wire.get("filterType")).lower()),
                         wants="all_features, a list of features, or a mapping with top_n_feature_importance"))


# ---- signals ---------------------------------------------------------------------------------------------------------

class Segment(f.Spec):
    feature_name = f.text("feature", "Feature by which the data is told apart.", required=True)
    feature_values = f.listing("values", "Its values in the data that is looked at.", required=True)


class Signal(f.Spec):
    alert_enabled = f.of(Mode(), "mode", "Send alerts.", default=False)


class WithProperties(Signal):
    properties = f.of(thresholds.OtherProperties(types.Anything()), None, "Properties.", show_empty=False)


def collected(*keys):
    """A check: what is left out must be what a deployment collects."""
    def check(value, at):
        target = at.parent.me.get("monitoring_target") or {}
        for key in keys:
            if value.get(key) is None and not target.get("endpoint_deployment_id"):
                yield (), Fault(f"has no '{key}'", "give it, or the deployment that collects it as endpoint_deployment_id below "
                                                   "monitoring_target")
    return check


class Compared(WithProperties):
    checks = (collected("production_data", "reference_data"),)

    production_data = f.nested(None, "What the model met. Default: what the deployment collects.", watched.ModelData)
    reference_data = f.nested(None, "What that is compared with. Default: what the deployment collected before.", watched.Reference)


class OfFeatures(Compared):
    features = f.of(FEATURES, None, "Features that are looked at.")
    feature_type_override = f.mapping("featureDataTypeOverride", "Features whose type is another than the data tells: numerical or "
                                      "categorical.", types.Anything())


class DataDrift(OfFeatures):
    type = f.tag("signalType", {"data_drift": "DataDrift"}, "Inputs that become others.", required=True)
    metric_thresholds = f.of(thresholds.MetricsByType(thresholds.Drift), None, "Thresholds.")
    data_segment = f.nested(None, "Part of the data.", Segment)


class DataQuality(OfFeatures):
    type = f.tag("signalType", {"data_quality": "DataQuality"}, "Inputs that are missing or out of bounds.", required=True)
    metric_thresholds = f.of(thresholds.MetricsByType(thresholds.Quality), None, "Thresholds.")


class PredictionDrift(Compared):
    type = f.tag("signalType", {"prediction_drift": "PredictionDrift"}, "Predictions that become others.", required=True)
    model = f.constant("modelType", "classification")
    metric_thresholds = f.of(thresholds.MetricsByType(thresholds.Drift), None, "Thresholds.", required=True)


class AttributionDrift(Signal):
    checks = (collected("production_data"),)

    type = f.tag("signalType", {"feature_attribution_drift": "FeatureAttributionDrift"}, "Features that come to count more or less.",
                 required=True)
    production_data = f.listing(None, "What the model met, and what it answered. Default: what the deployment collects.",
                                Nested(watched.AttributedData))
    reference_data = f.nested(None, "What that is compared with.", watched.Reference, required=True)
    metric_thresholds = f.nested("metricThreshold", "Thresholds.", thresholds.Attribution, required=True)


class ModelPerformance(WithProperties):
    type = f.tag("signalType", {"model_performance": "ModelPerformance"}, "Predictions that prove wrong.", required=True)
    production_data = f.of(watched.ONE, None, "What the model answered.", required=True)
    reference_data = f.nested(None, "What would have been right.", watched.Reference, required=True)
    data_segment = f.nested(None, "Part of the data.", Segment)
    metric_thresholds = f.of(thresholds.PerformanceMetrics(), "", "Thresholds.", required=True)


class Connection(f.Spec):
    environment_variables = f.mapping(None, "Variables that say how to connect.")
    secret_config = f.mapping("secrets", "Secrets.", show=False)


class Component(types.Ref):
    """The component of a custom signal, which the service takes as it is named."""

    def enc(self, value, dialect, at):
        return value.removeprefix("azureml:") if isinstance(value, str) else super().enc(value, dialect, at)


class Custom(Signal):
    type = f.tag("signalType", {"custom": "Custom"}, "What a component of one's own measures.", required=True)
    component_id = f.of(Component("components", show="long"), None, "The component.", required=True)
    inputs = f.mapping(None, "Inputs of the component that are as they are.", watched.INPUT, show_empty=False)
    input_data = f.mapping("inputAssets", "Inputs of the component that are looked at in a window of time.", Nested(watched.Reference))
    connection = f.nested("workspaceConnection", "How the component connects to something else.", Connection, sent={"arm": {}},
                          show_empty=False)
    metric_thresholds = f.listing(None, "Thresholds.", Nested(thresholds.Custom), required=True)
    properties = f.mapping(None, "Properties.", types.Anything(), show_empty=False)


class Sampled(WithProperties):
    sampling_rate = f.of(types.Decimal(0, 1), None, "Share of the data that is looked at.")


class SafetyQuality(Sampled):
    type = f.tag("signalType", {"generation_safety_quality": "GenerationSafetyQuality"}, "Generated text that is wrong or beside the "
                 "point.", required=True)
    production_data = f.listing(None, "What was asked and answered.", Nested(watched.Production), required=True)
    connection_id = f.text("workspaceConnectionId", "Connection to the model that judges.")
    metric_thresholds = f.of(thresholds.Metrics(thresholds.Judgements), None, "Thresholds.", required=True)


class TokenStatistics(Sampled):
    checks = (collected("production_data"),)

    type = f.tag("signalType", {"generation_token_statistics": "GenerationTokenStatistics"}, "Numbers of tokens.", required=True)
    production_data = f.nested(None, "Traces of the application. Default: what the deployment collects.", watched.Production)
    metric_thresholds = f.of(thresholds.Metrics(thresholds.Tokens), None, "Thresholds.",
                             default={"totaltoken": {"total_token_count": 0.0, "total_token_count_per_group": 0.0}})
    sampling_rate = f.of(types.Decimal(0, 1), None, "Share of the data that is looked at.", default=0.1)


_KINDS = {"data_drift": DataDrift, "data_quality": DataQuality, "prediction_drift": PredictionDrift,
          "feature_attribution_drift": AttributionDrift, "model_performance": ModelPerformance, "custom": Custom,
          "generation_safety_quality": SafetyQuality, "generation_token_statistics": TokenStatistics}
SIGNAL = OneOf(ByType("type", {word: Nested(spec) for word, spec in _KINDS.items()}, tag="signalType"))
