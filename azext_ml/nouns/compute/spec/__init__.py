"""Every kind of compute, told apart by `type`."""

from azext_ml.spec.choices import ByType
from azext_ml.spec.types import Nested, OneOf

Compute = OneOf(ByType(
    "type", {"amlcompute": Nested("aml_compute"), "computeinstance": Nested("compute_instance"),
             "kubernetes": Nested("kubernetes_compute"), "virtualmachine": Nested("vm_compute"),
             "synapsespark": Nested("synapse_spark_compute")}, tag="properties.computeType"))
