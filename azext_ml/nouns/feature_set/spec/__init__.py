"""Fields of a feature set."""

import os

from azext_ml.nouns.feature_set.spec.specification import FILE
from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.shapes.resource import NameInId, Resource, VersionInId
from azext_ml.spec.shapes.trigger import RECURRENCE

STAGES = ("Development", "Production", "Archived")


class SpecificationFolder(types.Upload):
    """A folder with the file FeatureSetSpec.yaml."""

    def verify(self, value, at):
        yield from super().verify(value, at)
        folder = types.resolve(value, at) if types.is_local(value) else ""
        if os.path.isfile(folder):
            yield Fault(f"'{value}' is a file, and a specification is a folder", f"name the folder that holds {FILE}")
        elif os.path.isdir(folder) and not os.path.isfile(os.path.join(folder, FILE)):
            yield Fault(f"'{value}' holds no file named {FILE}", "add one")


class Specification(f.Spec):
    path = f.of(SpecificationFolder("long", named=True), "path", f"Folder with the file {FILE}, or datastore URI of one.",
                required=True,
                arg="--specification -s")


class Compute(f.Spec):
    instance_type = f.text("instanceType", "Size of the machines.", required=True)


class Notification(f.Spec):
    email_on = f.listing("emailOn", "What is reported.", types.Enum(
        {word: word for word in ("JobCompleted", "JobFailed", "JobCancelled")}, case="exact"), required=True)
    emails = f.listing("emails", "Who is told.", required=True)


class Store(types.Flag):
    """Whether a store is among those that one word on the wire names: None, Online, Offline or OnlineAndOffline."""

    def __init__(self, word):
        self.word = word

    def dec(self, wire, dialect, at):
        return self.word in wire.lower()


def store_type(at):
    online, offline = at.me.get("online_enabled"), at.me.get("offline_enabled")
    return ("OnlineAndOffline" if offline else "Online") if online else "Offline" if offline else "None"


class MaterializationSettings(f.Spec):
    schedule = f.of(RECURRENCE, "schedule", "When features are materialized.")
    notification = f.nested("notification", "Who is told of materializations.", Notification)
    resource = f.nested("resource", "Machines that materialize.", Compute)
    spark_configuration = f.mapping("sparkConfiguration", "Settings of Spark.", types.Loose())
    offline_enabled = f.of(Store("offline"), "storeType", "Materialize to the offline store.", send=False)
    online_enabled = f.of(Store("online"), "storeType", "Materialize to the online store.", send=False)
    store_type = f.constant("storeType", store_type)


class FeatureSet(Resource):
    id = f.read_only("id", show=False)
    name = f.of(NameInId(), "id", "Name of the feature set.", required=True, send=False, arg="--name -n")
    version = f.of(VersionInId(), "id", "Version.", required=True, send=False, arg="--version -v")
    latest_version = f.read_only("properties.latestVersion")
    specification = f.nested("properties.specification", "Source, transformation and features.", Specification, required=True)
    entities = f.listing("properties.entities", "Entities by which its features are joined, as azureml:<entity>:<version>.",
                         required=True)
    stage = f.enum("properties.stage", "Stage of its life.", {word: word for word in STAGES}, case="exact", default="Development",
                   update=True)
    description = f.text("properties.description", "Description.", update=True, arg="--description -d")
    tags = f.mapping("properties.tags", "Tags.", sent={"arm": {}}, update=True, show_empty=False)
    materialization_settings = f.nested("properties.materializationSettings", "When and where features are materialized.",
                                        MaterializationSettings, update=True)
    spec_version = f.constant("properties.properties.featuresetPropertiesVersion", "1")
    spec_text = f.constant("properties.properties.featuresetProperties", lambda at: at.facts.get("specification", f.NOTHING))
