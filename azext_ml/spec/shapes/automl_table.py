"""AutoML over tables: classification, regression, forecasting."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.diagnostics import Wrong
from azext_ml.spec.dialects import ABSENT
from azext_ml.spec.fields import NOTHING
from azext_ml.spec.shapes import automl
from azext_ml.spec.shapes.automl import Minutes, words
from azext_ml.spec.types import Nested

_SHARED = {"knn": "KNN", "light_gbm": "LightGBM", "sgd": "SGD"}
CLASSIFIERS = words(
    "bernoulli_naive_bayes", "decision_tree", "extreme_random_trees", "gradient_boosting", "knn", "light_gbm", "linear_svm",
    "logistic_regression", "multinomial_naive_bayes", "random_forest", "sgd", "svm", "xg_boost_classifier",
    **_SHARED, linear_svm="LinearSVM", svm="SVM", xg_boost_classifier="XGBoostClassifier")
REGRESSORS = words(
    "decision_tree", "elastic_net", "extreme_random_trees", "gradient_boosting", "knn", "lasso_lars", "light_gbm", "random_forest",
    "sgd", "xg_boost_regressor", **_SHARED, xg_boost_regressor="XGBoostRegressor")
FORECASTERS = words(
    "arimax", "auto_arima", "average", "exponential_smoothing", "naive", "prophet", "seasonal_average", "seasonal_naive",
    "tcn_forecaster", tcn_forecaster="TCNForecaster") | REGRESSORS
LEARNERS = words(
    "none", "logistic_regression", "logistic_regression_cv", "light_gbm_classifier", "elastic_net", "elastic_net_cv",
    "light_gbm_regressor", "linear_regression", logistic_regression_cv="LogisticRegressionCV", elastic_net_cv="ElasticNetCV",
    light_gbm_classifier="LightGBMClassifier", light_gbm_regressor="LightGBMRegressor")
TRANSFORMERS = words(
    "text_target_encoder", "one_hot_encoder", "cat_target_encoder", "tf_idf", "wo_e_target_encoder", "label_encoder",
    "word_embedding", "naive_bayes", "count_vectorizer", "hash_one_hot_encoder", wo_e_target_encoder="WoETargetEncoder")


class AutoOr(types.Type):
    """`auto`, or a number; 0 is none."""

    arg_type = "text"
    schema = {"anyOf": [{"enum": ["auto"]}, {"type": "integer"},
                        {"type": "string", "pattern": r"^([aA][uU][tT][oO]|\s*[-+]?[0-9]+\s*)$"}]}

    def __init__(self, low=None):
        self.number = types.Number(low=low)
        self.wants = "'auto' or a whole number"

    def check(self, value):
        if isinstance(value, str) and value.lower() == "auto":
            return "auto"
        try:
            return self.number.check(value)
        except Wrong as wrong:
            raise wrong if isinstance(value, int) else Wrong(f"wants {self.wants}, got {types.shown(value)}") from None

    def enc(self, value, dialect, at):
        if dialect.path == "own":
            return value
        return {"mode": "Auto"} if value == "auto" else {"mode": "Custom", "value": value} if value else NOTHING

    def dec(self, wire, dialect, at):
        if not isinstance(wire, dict):
            return wire
        return "auto" if str(wire.get("mode")).lower() == "auto" else wire.get("value")


class Lags(AutoOr):
    """`auto`, one lag, or several."""

    schema = {"anyOf": [*AutoOr.schema["anyOf"], {"type": "array", "items": {"type": ["integer", "string"]}}]}

    def __init__(self):
        super().__init__()
        self.wants = "'auto', a whole number or a list of them"

    def check(self, value):
        return [self.number.check(item) for item in value] if isinstance(value, list) else super().check(value)

    def enc(self, value, dialect, at):
        if dialect.path == "own" or value == "auto":
            return super().enc(value, dialect, at)
        return {"mode": "Custom", "values": value if isinstance(value, list) else [value]} if value else NOTHING

    def dec(self, wire, dialect, at):
        return wire["values"] if isinstance(wire, dict) and "values" in wire else super().dec(wire, dialect, at)


class Columns(types.Type):
    """One name, or a list of names."""

    wants = "a name or a list of names"
    schema = {"type": ["string", "array"], "items": {"type": "string"}}

    def check(self, value):
        for item in value if isinstance(value, list) else [value]:
            types.Text().check(item)
        return value

    def enc(self, value, dialect, at):
        return [value] if isinstance(value, str) and dialect.path == "arm" else value


class NumberOrText(types.Type):
    """A number, always sent as a decimal one, or text."""

    wants = "a number or text"
    schema = {"type": ["number", "string"]}

    def check(self, value):
        try:
            return types.Decimal().check(value)
        except Wrong:
            return types.Text().check(value)


class Ensemble(f.Spec):
    show_empty = False
    stack_meta_learner_kwargs = f.mapping("stackMetaLearnerKWargs", "Arguments of the meta-learner.", types.Anything())
    stack_meta_learner_train_percentage = f.of(types.Decimal(), "stackMetaLearnerTrainPercentage",
                                               "Share of the data that the meta-learner is trained on.", default=0.2)
    stack_meta_learner_type = f.enum("stackMetaLearnerType", "The meta-learner.", LEARNERS, "snake")


class Training(f.Spec):
    show_empty = False
    enable_dnn_training = f.flag(None, "Try deep neural networks too.")
    enable_model_explainability = f.flag(None, "Explain the best model.")
    enable_onnx_compatible_models = f.flag(None, "Make only models that can be turned into ONNX.")
    enable_stack_ensemble = f.flag(None, "Try a stack of models.")
    enable_vote_ensemble = f.flag(None, "Try a vote of models.")
    ensemble_model_download_timeout_minutes = f.of(Minutes(), "ensembleModelDownloadTimeout",
                                                   "Minutes that the models of an ensemble may take to be downloaded.")
    stack_ensemble_settings = f.nested("stackEnsembleSettings", "The stack of models.", Ensemble)
    training_mode = f.enum("trainingMode", "Whether a model is trained on several nodes.",
                           ("auto", "distributed", "non_distributed"), "snake", preview=True)


def training_with(algorithms):
    """Training settings with the algorithms of one task."""
    class TaskTraining(Training):
        allowed_training_algorithms = f.listing(None, "Try these algorithms only.", types.Enum(algorithms, "snake"))
        blocked_training_algorithms = f.listing(None, "Do not try these algorithms.", types.Enum(algorithms, "snake"))
    return f.nested("trainingSettings", "How models are trained.", TaskTraining, sent={"automl": {}}, shown={})


class Transformer(f.Spec):
    show_empty = False
    columns = f.listing("fields", "Columns that it is applied to.", key="fields")
    parameters = f.mapping("parameters", "Its parameters.", NumberOrText(), nullable=True)


class TransformerParameters(types.Map):
    """Parameters by transformer; the wire spells the transformers in its own way."""

    def __init__(self):
        self.names = types.Enum(words("imputer", "tf_idf", "hash_one_hot_encoder"), "snake")
        super().__init__(types.ListOf(Nested(Transformer)), keys=self.names)

    def enc(self, value, dialect, at):
        return {self.names.enc(self.names.check(key), dialect, at): item for key, item in value.items()}

    def dec(self, wire, dialect, at):
        return {self.names.dec(key, dialect, at): item for key, item in wire.items()}


class Featurization(f.Spec):
    show_empty = False
    dataset_language = f.text(None, "Language of the data, as a code of ISO 639-3.")
    # A task of a job is always told the mode; one of a pipeline only when it was written.
    mode = f.enum(None, "Whether features are engineered.", {word: word for word in ("auto", "off", "custom")}, sent={"arm": "auto"})
    blocked_transformers = f.listing(None, "Transformers that are not used.", types.Enum(TRANSFORMERS, "snake"))
    column_name_and_types = f.mapping(None, "Types of columns, where they are not to be guessed.")
    transformer_params = f.of(TransformerParameters(), None, "Parameters of transformers.", sent={"arm": {}})
    enable_dnn_featurization = f.flag(None, "Use deep neural networks for features.")


class Limits(f.Spec):
    enable_early_termination = f.flag(None, "End when the score no longer improves.")
    exit_score = f.of(types.Decimal(), None, "Score at which the job is done.")
    max_concurrent_trials = f.number(None, "Most trials at a time.")
    max_cores_per_trial = f.number(None, "Most cores of one trial; -1: all.")
    max_nodes = f.number(None, "Most nodes of distributed training.", preview=True)
    max_trials = f.number(None, "Most trials.")
    timeout_minutes = f.of(Minutes(), "timeout", "Minutes after which the job is ended.")
    trial_timeout_minutes = f.of(Minutes(), "trialTimeout", "Minutes after which a trial is ended.")
    sweep_concurrent_trials = f.constant("sweepConcurrentTrials", 0, automl=ABSENT)
    sweep_trials = f.constant("sweepTrials", 0, automl=ABSENT)


class TableTask(automl.Task):
    limits = f.nested("limitSettings", "When the job ends.", Limits)
    featurization = f.nested("featurizationSettings", "How features are made of columns.", Featurization)
    validation_data_size = f.of(types.Decimal(), None, "Share of the training data to validate with.")
    cv_split_column_names = f.listing(None, "Columns that tell the folds of a cross validation.")
    n_cross_validations = f.of(AutoOr(low=2), "nCrossValidations", "Folds of a cross validation.")
    weight_column_name = f.text(None, "Column with the weights of rows.")
    test_data = f.of(automl.DATA, "testData", "Data to test the best model with.")
    test_data_size = f.of(types.Decimal(), None, "Share of the training data to test with.")


class Classification(TableTask):
    task = f.enum("taskType", "What is learned.", {"classification": "Classification"}, "exact", required=True)
    # The default differs: the official client has one for jobs and another for nodes.
    primary_metric = f.enum("primaryMetric", "Metric that is optimized.", automl.CLASSIFICATION_METRICS, "snake",
                            sent={"arm": "AUCWeighted", "automl": "accuracy"})
    positive_label = f.text(None, "Label of the positive class.")
    training = training_with(CLASSIFIERS)


class Regression(TableTask):
    task = f.enum("taskType", "What is learned.", {"regression": "Regression"}, "exact", required=True)
    primary_metric = f.enum("primaryMetric", "Metric that is optimized.", automl.REGRESSION_METRICS, "snake",
                            default="normalized_root_mean_squared_error")
    training = training_with(REGRESSORS)


class ForecastingSettings(f.Spec):
    show_empty = False
    time_column_name = f.text(None, "Column with the time.")
    country_or_region_for_holidays = f.text(None, "Country or region whose holidays are features, as a code of ISO 3166.")
    cv_step_size = f.number("cvStepSize", "Periods between two folds of a cross validation.")
    forecast_horizon = f.of(AutoOr(), None, "Periods that are forecast.")
    target_lags = f.of(Lags(), None, "Past periods of the target that are features.")
    target_rolling_window_size = f.of(AutoOr(), None, "Past periods that averages of the target are made of.")
    time_series_id_column_names = f.of(Columns(), None, "Columns that tell time series apart.")
    frequency = f.text(None, "Frequency of the forecast, as an offset alias of pandas.")
    feature_lags = f.enum(None, "Whether lags of numerical features are made.", {"auto": "auto", "none": "none"})
    seasonality = f.of(AutoOr(), None, "Periods of one season.")
    short_series_handling_config = f.enum(None, "What is done with short series.", {
        word: word for word in ("none", "auto", "pad", "drop")})
    use_stl = f.enum(None, "Decomposition into trend and season.", {word: word for word in ("none", "season", "seasontrend")})
    target_aggregate_function = f.enum(None, "How targets of one period are put together.", {
        word: word for word in ("none", "sum", "max", "min", "mean")})
    features_unknown_at_forecast_time = f.of(Columns(), None, "Columns that are not known for the future.")


class Forecasting(TableTask):
    task = f.enum("taskType", "What is learned.", {"forecasting": "Forecasting"}, "exact", required=True)
    primary_metric = f.enum("primaryMetric", "Metric that is optimized.", automl.REGRESSION_METRICS, "snake",
                            default="normalized_root_mean_squared_error")
    forecasting = f.nested("forecastingSettings", "The forecast.", ForecastingSettings)
    training = training_with(FORECASTERS)
