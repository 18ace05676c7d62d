"""Fields that every resource and every asset has."""

from azext_ml.core.ids import ArmId
from azext_ml.spec import fields as f
from azext_ml.spec import types


class IdText(types.Type):
    """An ARM id as it is printed: bare, or with `azureml:` in front."""

    def __init__(self, prefix=""):
        self.prefix = prefix

    def dec(self, wire, dialect, at):
        return wire if wire.startswith("azureml:") else self.prefix + wire


class NameInId(types.Text):
    """Name of an asset: the container's, which only the id holds."""

    def dec(self, wire, dialect, at):
        found = ArmId.parse(wire)
        return found.name if found else None


class VersionInId(types.Text):
    """Version of an asset. The service's containers have none."""

    def dec(self, wire, dialect, at):
        found = ArmId.parse(wire)
        return found.version if found else None


class State(types.Type):
    """A word of the service, printed in snake case."""

    def dec(self, wire, dialect, at):
        return types.fold_snake(wire)


class CreationContext(f.Spec):
    show_empty = False
    created_at = f.text("createdAt")
    created_by = f.text("createdBy")
    created_by_type = f.text("createdByType")
    last_modified_at = f.text("lastModifiedAt")
    last_modified_by = f.text("lastModifiedBy")
    last_modified_by_type = f.text("lastModifiedByType")


def asset_name(help):
    """The name of a versioned asset."""
    return f.of(NameInId(), "id", help, required=True, send=False, arg="--name -n")


class Resource(f.Spec):
    """A resource with a name. Subclasses say where description and tags stand."""

    rooted = True

    schema_ = f.schema()
    name = f.text("name", "Name.", required=True, send=False, arg="--name -n")
    id = f.read_only("id", type=IdText())


class AutoDelete(f.Spec):
    value = f.text("value", "Time after which it may go, such as 30d.")
    condition = f.enum("condition", "What the time counts from.", {
        "created_greater_than": "createdGreaterThan", "last_accessed_greater_than": "lastAccessedGreaterThan"}, case="snake")


class Asset(Resource):
    """A versioned asset: description, tags and properties below `properties`, archived and anonymous flags always sent."""

    name = asset_name("Name of the asset.")
    version = f.of(VersionInId(cast=True), "id", "Version. Omit it to take the next one.", send=False, arg="--version -v")
    description = f.text("properties.description", "Description.", update=True, arg="--description")
    tags = f.mapping("properties.tags", "Tags: key=value pairs.", types.AsText(), nullable=True, update=True, arg="--tags")
    archived = f.constant("properties.isArchived", False)
    anonymous = f.constant("properties.isAnonymous", lambda at: bool(at.facts.get("anonymous")))
    creation_context = f.read_only("systemData", type=types.Nested(CreationContext))
    latest_version = f.read_only("properties.latestVersion")
