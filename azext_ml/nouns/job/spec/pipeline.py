"""Pipelines: nodes, how they are bound to each other, and their settings."""

from azext_ml.nouns.job.spec.job import Job
from azext_ml.spec import dialects, types
from azext_ml.spec import fields as f
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.shapes.graph import check_compute, check_graph
from azext_ml.spec.shapes.io import INPUT, Output
from azext_ml.spec.shapes.nodes import COMPUTE, NODES


class DefaultCompute(types.Ref):
    """The compute of nodes that name none; the bare word `serverless` is one too."""

    def __init__(self):
        super().__init__("computes", versioned=False, plain=True)

    def dec(self, wire, dialect, at):
        found = super().dec(wire, dialect, at)
        return "serverless" if found == "azureml:serverless" else found


class Settings(f.Spec):
    show_empty = False
    keep_unknown, show_unknown = True, False
    source = f.constant("_source", lambda at: "CLASS" if at.facts.get("built") else
                        "REMOTE.WORKSPACE.JOB" if at.root.get("component") else "YAML.JOB")
    default_compute = f.of(DefaultCompute(), None, "Compute of nodes that name none.")
    default_datastore = f.of(types.Ref("datastores", versioned=False, plain=True), None, "Datastore of outputs without a path.")
    continue_on_step_failure = f.flag(None, "Go on with nodes that do not depend on one that failed.")
    force_rerun = f.flag(None, "Run every node anew, whatever ran before.")


def has_nodes(value, at):
    if not value.get("jobs") and not value.get("component"):
        yield (), Fault("has neither nodes nor a component", "add 'jobs:'")
    if value.get("jobs") and value.get("component"):
        yield ("component",), Fault("a pipeline has either nodes or a component, not both", "remove one of them")


class PipelineJob(Job):
    show_empty = False
    checks: f.Checks = (check_graph, check_compute, has_nodes)
    copies = ("display_name", "description", "outputs")

    type = f.tag("properties.jobType", {"pipeline": "Pipeline"}, "A graph of jobs.", case="exact")
    inputs = f.mapping("properties.inputs", "Inputs of the pipeline.", INPUT, sent={"arm": {}})
    outputs = f.mapping("properties.outputs", "Outputs of the pipeline.", types.Nested(Output), nullable=True, sent={"arm": {}})
    settings = f.of(types.In(dialects.node, types.Nested(Settings)), "properties.settings", "Settings of the whole pipeline.", default={})
    jobs = f.of(types.In(dialects.node, NODES), "properties.jobs", "Nodes.")
    component_ = f.of(types.Inline("component", types.Ref("components", show="long"), "anonymous_pipeline_component", paths=True),
                      "properties.componentId", "Pipeline component to run in place of `jobs`.", key="component")
    compute = f.of(COMPUTE, "properties.computeId", "Compute of nodes that name none.")
