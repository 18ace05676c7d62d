"""The three shapes of a batch deployment.

`type` tells them apart: a model, or a pipeline; without it everything stands at the top (the classic shape). Keys that only one
of the typed shapes has choose it too, so that the fault of a forgotten `type` is that it is missing. On the wire a classic
deployment and a typed one of a model are the same.
"""

from azext_ml.spec.choices import ByKey, ByType
from azext_ml.spec.dialects import look
from azext_ml.spec.types import Nested, OneOf

_CONFIGURATION = "properties.deploymentConfiguration.deploymentConfigurationType"
_MODEL, _PIPELINE = Nested("model_batch_deployment"), Nested("pipeline_batch_deployment")

BatchDeployment = OneOf(ByKey(
    {"type": OneOf(ByType("type", {"model": _MODEL, "pipeline": _PIPELINE}, tag=_CONFIGURATION,
                          wire={"PipelineComponent": "pipeline"})),
     "component": _PIPELINE, "job_definition": _PIPELINE, "settings": _MODEL},
    default=Nested("classic_batch_deployment"), guess=False,
    wire=lambda wire, dialect: "type" if look(wire, _CONFIGURATION) else None))
