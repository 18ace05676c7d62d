"""Pipeline components."""

from azext_ml.spec import dialects, types
from azext_ml.spec import fields as f
from azext_ml.spec.shapes.component import Component
from azext_ml.spec.shapes.graph import check_graph
from azext_ml.spec.shapes.nodes import NODES


class PipelineComponent(Component):
    type = f.tag("type", "pipeline", "A pipeline that is a node of others.")
    is_deterministic = f.flag("is_deterministic", "Equal inputs give equal results.")
    jobs = f.of(types.In(dialects.node, NODES), "jobs", "Nodes.")
    checks = (check_graph,)
    source_job_id = f.constant("sourceJobId", None)


class AnonymousPipelineComponent(PipelineComponent):
    """Taken in by a node: it has no name of its own."""

    name = f.read_only("name", show=False)
