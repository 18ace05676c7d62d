"""What all schedules have, and those that start jobs or import data."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByKey, ByShape, ByType
from azext_ml.spec.shapes.resource import CreationContext, Resource
from azext_ml.spec.shapes.scheduled import NotAPipeline, SourceJob
from azext_ml.spec.shapes.trigger import TRIGGER
from azext_ml.spec.types import Nested, OneOf, Overlay


class Schedule(Resource):
    show_empty = False

    id = f.text("id", "Ignored.", send=False, show=False)
    display_name = f.text("properties.displayName", "Name that people see.")
    description = f.text("properties.description", "Description.", update=True)
    tags = f.mapping("properties.tags", "Tags.", types.Anything(), sent={"arm": {}}, update=True)
    properties = f.mapping("properties.properties", "Properties.", nullable=True, sent={"arm": {}})
    trigger = f.variants("properties.trigger", "When it starts.", TRIGGER.choice, required=True)
    is_enabled = f.read_only("properties.isEnabled")
    provisioning_state = f.read_only("properties.provisioningState")
    creation_context = f.read_only("systemData", type=Nested(CreationContext))


class ScheduledJob(OneOf):
    """A job without the envelope of a resource."""

    def enc(self, value, dialect, at):
        return value["properties"]

    def dec(self, wire, dialect, at):
        return {"properties": wire, "id": wire.get("sourceJobId")}


_UPDATES = {word: Overlay(f"{word}_update", "job") for word in ("pipeline", "command", "spark")}
_WRITTEN = ByKey({"job": OneOf(ByType("type", _UPDATES, default="pipeline")),
                  "jobs": Nested("pipeline_job"), "component": Nested("pipeline_job")},
                 OneOf(ByType("type", {"pipeline": Nested("pipeline_update")}, default="command", other=NotAPipeline())),
                 wire=lambda wire, dialect: "jobs")
JOB = ScheduledJob(ByShape(scalar=SourceJob(experimentName=""), mapping=OneOf(_WRITTEN),
                           wants="the path of a job's file, a job such as azureml:my_job, or a mapping with 'job'"))


class JobSchedule(Schedule):
    action = f.constant("properties.action.actionType", "CreateJob")
    create_job = f.of(JOB, "properties.action.jobDefinition", "The pipeline that is started.", required=True)


class DataFile(types.Text):
    """The path of a file that describes an import."""

    wants = "the path of a file, or a mapping"

    def included(self, value):
        return value.removeprefix("file:")


class ImportSchedule(Schedule):
    action = f.constant("properties.action.actionType", "ImportData")
    import_data = f.of(OneOf(ByShape(scalar=DataFile(), mapping=Nested("data_import"), wants=DataFile.wants)),
                       "properties.action.dataImportDefinition", "The data that is imported.", required=True)
