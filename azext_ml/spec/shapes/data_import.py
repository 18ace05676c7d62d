"""Data that is imported from elsewhere: written alike for an import of once and for a schedule."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.diagnostics import Fault, Wrong
from azext_ml.spec.dialects import look
from azext_ml.spec.shapes.data_transfer import SOURCE
from azext_ml.spec.shapes.resource import AutoDelete, Resource


class Kind(types.Enum):
    """Kind of data. The service decides itself: tables of a database, a folder of a storage."""

    def dec(self, wire, dialect, at):
        return "mltable" if look(at.me, "source.sourceType") == "database" else "uri_folder"


def of_a_job(value, at):
    """An import of once is a job, whose outputs are not deleted by themselves."""
    if at.facts.get("once") and value.get("auto_delete_setting"):
        yield ("auto_delete_setting",), Fault("an import cannot say when its data is deleted; a schedule of imports can", "remove it",
                                              at_key=True)


def one_query(value, at):
    source = value.get("source") or {}
    given = [key for key in ("query", "table_name", "stored_procedure") if source.get(key)]
    if source.get("type") == "database" and len(given) > 1:
        yield ("source", given[1]), Fault(f"'{given[0]}' and '{given[1]}' cannot be given together", "remove one of them", at_key=True,
                                          severity="warning")


class Target(types.Text):
    """Where imported data goes."""

    wants = "a datastore URI such as azureml://datastores/workspaceblobstore/paths/imported"

    def check(self, value):
        value = super().check(value)
        if types.is_local(value):
            raise Wrong(f"{types.shown(value)} is a path of this machine", f"give {self.wants}")
        return value


class DataImport(Resource):
    checks = (of_a_job, one_query)
    show_empty = False

    name = f.text("assetName", "Name of the data asset.", required=True, arg="--name -n")
    id = f.text("id", "Ignored.", send=False, show=False)
    version = f.of(types.Text(cast=True), "version", "Version. Omit it to take the next one.", send=False, arg="--version -v")
    description = f.text("description", "Description.", arg="--description -d")
    tags = f.mapping("tags", "Tags.", types.Anything(), sent={"arm": {}})
    type = f.of(Kind({word: word for word in ("mltable", "uri_folder", "uri_file")}, "exact"), "dataType",
                "Kind of data; whatever is written, a database gives an mltable, a storage a uri_folder.", send=False, arg="--type -t")
    sent_type = f.constant("dataType", "uri_folder")
    path = f.of(Target(), "dataUri", "Where it goes: a datastore URI.", required=True, arg="--path -p")
    datastore = f.text(None, "Ignored.", send=False, show=False, arg="--datastore")
    source = f.of(SOURCE, "source", "Where the data is.", required=True)
    auto_delete_setting = f.nested("autoDeleteSetting", "When the service may delete it.", AutoDelete, preview=True)
    anonymous = f.constant("isAnonymous", False)
    archived = f.constant("isArchived", False)
    sent_properties = f.constant("properties", {})
    properties = f.read_only("properties")
    creation_context = f.read_only("systemData", show=False)
    latest_version = f.read_only("latestVersion")
