"""Both kinds of online deployment, told apart by `type`."""

from azext_ml.spec.choices import ByType
from azext_ml.spec.types import Nested, OneOf, fold_snake

OnlineDeployment = OneOf(ByType(
    "type", {"managed": Nested("managed_online_deployment"), "kubernetes": Nested("kubernetes_online_deployment")},
    default="managed", tag="properties.endpointComputeType", fold=fold_snake))
