"""What a monitor leaves out: its signals, and data that the deployment collects."""

from azext_ml.core.errors import SpecError
from azext_ml.core.ids import ArmId, Reference
from azext_ml.nouns.schedule.spec.monitor import deployment_id
from azext_ml.spec.diagnostics import Fault
from azext_ml.verbs.lower import VERSION_APIS

DEPLOYMENT_API = "2023-04-01-preview"
_RATES = {"null_value_rate": 0.0, "data_type_error_rate": 0.0, "out_of_bounds_rate": 0.0}
_DRIFT = {"numerical": {"normalized_wasserstein_distance": 0.1}, "categorical": {"jensen_shannon_distance": 0.1}}
USUAL = {"data-drift-signal": {"type": "data_drift", "features": "all_features", "metric_thresholds": _DRIFT},
         "prediction-drift-signal": {"type": "prediction_drift", "metric_thresholds": _DRIFT},
         "data-quality-signal": {"type": "data_quality", "features": "all_features",
                                 "metric_thresholds": {"numerical": _RATES, "categorical": _RATES}}}
USUAL_OF_TEXT = {"token-usage-signal": {"type": "generation_token_statistics"}}
_WATCHED = {"data_drift": "model_inputs", "data_quality": "model_inputs", "prediction_drift": "model_outputs",
            "generation_token_statistics": "app_traces"}


def completed(ws, value, document):
    """The checked data of a monitor's schedule, with what it leaves out."""
    monitor = value["create_monitor"]
    target = monitor.get("monitoring_target") or {}
    data = Collected(ws, target.get("endpoint_deployment_id"), document)
    signals = monitor.get("monitoring_signals") or (USUAL_OF_TEXT if target.get("ml_task") == "questionanswering" else USUAL)
    filled = {name: _filled(signal, data, ("create_monitor", "monitoring_signals", name)) for name, signal in signals.items()}
    return {**value, "create_monitor": {**monitor, "monitoring_signals": filled}}


def _filled(signal, data, path):
    kind = signal["type"]
    before = {"lookback_window_size": "default", "lookback_window_offset": "default"}
    if kind == "feature_attribution_drift" and not signal.get("production_data"):
        return {**signal, "production_data": [data.of("model_inputs", path), data.of("model_outputs", path)]}
    found = dict(signal)
    if kind in _WATCHED and "production_data" not in signal:
        found["production_data"] = data.of(_WATCHED[kind], path)
    if kind in ("data_drift", "data_quality", "prediction_drift") and "reference_data" not in signal:
        found["reference_data"] = {**data.of(_WATCHED[kind], path), "data_window": before}
    return found


class Collected:
    """The data that a deployment collects, asked for when it is needed."""

    def __init__(self, ws, deployment, document):
        self.ws, self.deployment, self.document = ws, deployment, document
        self.assets, self.known = None, {}

    def of(self, collection, path):
        """A collection as data of a signal. `path`: of the signal that needs it."""
        if self.assets is None:
            self.assets = self._ask()
        asset = self.assets.get(collection)
        if asset is None:
            what = f"leaves out data, and the deployment {self.deployment} does not collect {collection}"
            raise SpecError([self.document.diagnostic(path, Fault(what, "name the data, or let the deployment collect it"))])
        if collection not in self.known:
            name, version = asset
            found = self.ws.client.get(f"{self.ws.scope}/data/{name}/versions/{version}", api_version=VERSION_APIS["data"])
            self.known[collection] = {"input_data": {"type": found["properties"]["dataType"], "path": f"azureml:{name}:{version}"}}
            if collection != "app_traces":
                self.known[collection]["data_context"] = collection
        window = {"data_window": {"lookback_window_size": "P7D"}} if collection == "app_traces" else {}
        return {**self.known[collection], **window}

    def _ask(self):
        """Name and version of the asset of each collection."""
        found = self.ws.client.get(deployment_id(self.deployment, self.ws.scope), api_version=DEPLOYMENT_API)
        collector = found["properties"].get("dataCollector") or {}
        tags = found.get("tags") or {}
        assets = {}
        for name, collection in (collector.get("collections") or {}).items():
            if str(collection.get("dataCollectionMode")).lower() == "enabled":
                assets[name] = _named(collection.get("dataId") or "")
        for name in ("model_inputs", "model_outputs") if not collector else ():
            head = f"data_collector.collections.{name}"
            if str(tags.get(f"{head}.enabled")).lower() == "true":
                assets[name] = tags.get(f"{head}.data.name"), tags.get(f"{head}.data.version")
        return {name: asset for name, asset in assets.items() if asset and all(asset)}


def _named(asset):
    found = ArmId.parse(asset) or Reference.parse(asset)
    return (found.name, found.version) if found else None
