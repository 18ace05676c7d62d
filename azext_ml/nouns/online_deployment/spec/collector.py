"""Collection of the data that goes through a deployment."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByShape
from azext_ml.spec.fields import NOTHING
from azext_ml.spec.types import Inline, OneOf

_DATA = types.Ref("data", show="long")


class CollectedData(f.Spec):
    """Data asset of a collection; what is left out is made from the names of endpoint, deployment and collection."""

    name = f.text("name", "Name of the data asset.")
    version = f.text("version", "Version of the data asset. Default: 1.")
    path = f.text("path", "Datastore folder that the data is written to.")
    data_id = f.of(_DATA, "dataId", "A data asset that is there already, in place of the others.")


class Collection(f.Spec):
    enabled = f.enum("dataCollectionMode", "Whether data is collected.", {"true": "enabled", "false": "disabled"}, required=True)
    data = f.of(OneOf(ByShape(scalar=_DATA, mapping=Inline("collected_data", _DATA))), "dataId", "Data asset that is written to.")
    client_id = f.text("clientId", "Client id of the identity that writes.")
    # On the wire each collection repeats the rate of the collector.
    sampling = f.constant("samplingRate", lambda at: _rate(at.parent.me))


class SamplingRate(types.Decimal):
    """One rate in YAML, one on each collection on the wire."""

    def enc(self, value, dialect, at):
        return NOTHING

    def dec(self, wire, dialect, at):
        return next((found["samplingRate"] for found in (wire or {}).values() if "samplingRate" in found), None)


class RequestLogging(f.Spec):
    capture_headers = f.listing("captureHeaders", "Headers of a request that are kept with it.")


class DataCollector(f.Spec):
    collections = f.mapping("collections", "What is collected: model_inputs, model_outputs, request, response, or own names.",
                            types.Nested(Collection), required=True)
    rolling_rate = f.enum("rollingRate", "How often a new file is begun.", {word: word for word in ("minute", "hour", "day")})
    sampling_rate = f.of(SamplingRate(low=0, high=1), "collections",
                         "Share of the requests that is collected, 0 to 1.")
    request_logging = f.nested("requestLogging", "What is kept of each request.", RequestLogging)


def _rate(collector):
    rate = collector.get("sampling_rate")
    return NOTHING if rate is None else rate
