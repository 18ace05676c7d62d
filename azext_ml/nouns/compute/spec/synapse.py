"""A Synapse Spark pool that is attached to a workspace. All but its identity is the pool's own."""

from azext_ml.nouns.compute.spec.attached import WithIdentity
from azext_ml.spec import fields as f
from azext_ml.spec.types import Nested


class AutoScale(f.Spec):
    schema_ = f.schema()
    min_node_count = f.read_only("minNodeCount")
    max_node_count = f.read_only("maxNodeCount")
    auto_scale_enabled = f.read_only("enabled")


class AutoPause(f.Spec):
    schema_ = f.schema()
    delay_in_minutes = f.read_only("delayInMinutes")
    auto_pause_enabled = f.read_only("enabled")


class SynapseSpark(WithIdentity):
    type = f.tag("properties.computeType", {"synapsespark": "SynapseSpark"}, "A Synapse Spark pool.", required=True)
    resource_id = f.text("properties.resourceId", "ARM id of the Spark pool.", required=True)
    node_family = f.read_only("properties.properties.nodeSizeFamily")
    node_size = f.read_only("properties.properties.nodeSize")
    node_count = f.read_only("properties.properties.nodeCount")
    spark_version = f.read_only("properties.properties.sparkVersion")
    scale_settings = f.of(Nested(AutoScale), "properties.properties.autoScaleProperties", "Size of the pool, as Synapse has it.",
                          send=False)
    auto_pause_settings = f.of(Nested(AutoPause), "properties.properties.autoPauseProperties", "When an idle pool is paused.",
                               send=False)
