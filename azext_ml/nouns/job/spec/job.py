"""What every job has, whatever it runs."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByType
from azext_ml.spec.dialects import look
from azext_ml.spec.fields import NOTHING
from azext_ml.spec.shapes import job as shared
from azext_ml.spec.shapes.resource import CreationContext, IdText, Resource


class Compute(types.Ref):
    """A compute of the workspace, or `local`, which is not sent."""

    def enc(self, value, dialect, at):
        return NOTHING if value == "local" else super().enc(value, dialect, at)


class GivenService(shared.JobService):
    """A service that the workspace gave the job."""

    type = f.text("jobServiceType", "Kind of service.", send=False, show=False)


# Of jobs that are no commands the official client prints no types of services.
UNTYPED_SERVICES = types.OneOf(ByType("type", shared.SERVICE.choice.cases, tag="jobServiceType", default="ssh", fold=types.fold_snake,
                                      other=types.Nested(GivenService)))


class Job(Resource):
    name = f.text("name", "Name of the job. Omit it to have one made.", send=False, arg="--name -n")
    id = f.read_only("id", type=IdText("azureml:"))
    display_name = f.text("properties.displayName", "Name that people see.", default=lambda at: at.facts.get("name"), update=True)
    description = f.text("properties.description", "Description.", update=True)
    experiment_name = f.text("properties.experimentName", "Experiment that the run is listed under.",
                             default=lambda at: at.facts.get("experiment"))
    tags = f.mapping("properties.tags", "Tags.", nullable=True, sent={"arm": {}}, update=True)
    properties = f.mapping("properties.properties", "Properties.", nullable=True, sent={"arm": {}}, update=True)
    compute = f.of(Compute("computes", versioned=False, show="name", plain=True, keep=("local",)), "properties.computeId",
                   "Compute to run on; none: serverless.",
                   shown=lambda at: "local" if look(at.me, "properties.resources.properties.IsLocal") else None)
    identity = f.variants("properties.identity", "Identity that the job runs under.", shared.IDENTITY.choice)
    services = f.mapping("properties.services", "Services to reach the job through.", shared.SERVICE)
    parent_job_name = f.text("properties.parentJobName", "Job that this one belongs to.", show=False)
    archived = f.constant("properties.isArchived", False)
    status = f.read_only("properties.status")
    log_files = f.read_only(None, show=False)
    creation_context = f.read_only("systemData", type=types.Nested(CreationContext))
