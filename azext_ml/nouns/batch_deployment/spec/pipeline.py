"""Deployments of a pipeline: a component, or a pipeline job that has run."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByShape
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.fields import NOTHING
from azext_ml.spec.plan import Pending
from azext_ml.spec.shapes.binding import NODE_OUTPUT
from azext_ml.spec.shapes.deployment import Deployment
from azext_ml.spec.shapes.io import INPUT
from azext_ml.spec.shapes.nodes import ComponentRef
from azext_ml.spec.types import Inline, Nested, OneOf

COMPONENT = Inline("component", ComponentRef(show="long"), "anonymous_pipeline_component", paths=True)


class Job(types.Ref):
    """A pipeline job that has run; the service makes a component of it."""

    def __init__(self):
        super().__init__("jobs", versioned=False)

    def lower(self, value, at, plan):
        job = value[len("azureml:"):] if value.startswith("azureml:") else value
        return plan.add("job_component", {"job": job}, job)

    def enc(self, value, dialect, at):
        return {"componentId": {"assetId": super().enc(value, dialect, at)}}


class JobInPlace(f.Spec):
    """A pipeline job that consists of one component: that component is deployed."""

    schema_ = f.schema()
    component_ = f.of(COMPONENT, "componentId.assetId", "Pipeline component.", required=True)
    type = f.enum(None, "A pipeline.", ("pipeline",), send=False)
    inputs = f.mapping(None, "Not used: whoever calls the endpoint gives the inputs.", INPUT, send=False)
    outputs = f.mapping(None, "Not used: whoever calls the endpoint names the outputs.", NODE_OUTPUT, nullable=True, send=False)
    properties = f.mapping(None, "Not used.", nullable=True, send=False)
    comment = f.text(None, "A remark.", send=False)


def of_component(field):
    """A constant from the component that was made together with the deployment: the service keeps these in both."""
    def made(at):
        component = at.me.get("component")
        answer = at.ids.get(component.step) if isinstance(component, Pending) else None
        found = answer["properties"].get(field) if answer and "source" in answer else None
        if found is None:
            return NOTHING
        return {key: str(item) for key, item in found.items()} if isinstance(found, dict) else found
    return made


def one_source(value, at):
    if not value.get("component") and not value.get("job_definition"):
        yield (), Fault("names neither a component nor a job", "add 'component:' or 'job_definition:'")
    if value.get("component") and value.get("job_definition"):
        yield ("job_definition",), Fault("is not used, since there is a component", "remove one of the two", severity="warning")


class PipelineBatchDeployment(Deployment):
    checks = (one_source,)

    type = f.enum("properties.deploymentConfiguration.deploymentConfigurationType", "A deployment of a pipeline.",
                  {"pipeline": "PipelineComponent"}, required=True)
    job_definition = f.of(OneOf(ByShape(scalar=Job(), mapping=Nested(JobInPlace))),
                          "properties.deploymentConfiguration", "Pipeline job to deploy.", show=False)
    component_ = f.of(COMPONENT, "properties.deploymentConfiguration.componentId.assetId", "Pipeline component to deploy.")
    reference = f.constant("properties.deploymentConfiguration.componentId.referenceType", "Id")
    settings = f.mapping("properties.deploymentConfiguration.settings", "Settings of the pipeline jobs.", types.Anything())
    component_description = f.constant("properties.deploymentConfiguration.description", of_component("description"))
    component_tags = f.constant("properties.deploymentConfiguration.tags", of_component("tags"))
    id = f.text("id", "Made by the service.", send=False, show=False)
    description = f.text("properties.description", "Description.", show=False, update=True)
    # The service wants these of every deployment; they mean nothing to a pipeline.
    error_threshold = f.constant("properties.errorThreshold", -1)
    concurrency = f.constant("properties.maxConcurrencyPerInstance", 1)
    mini_batch = f.constant("properties.miniBatchSize", 10)
    output_file = f.constant("properties.outputFileName", "predictions.csv")
