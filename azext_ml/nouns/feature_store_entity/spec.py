"""Fields of a feature store entity."""

from azext_ml.spec import fields as f
from azext_ml.spec.shapes.resource import CreationContext, NameInId, Resource, VersionInId
from azext_ml.spec.types import Nested

TYPES = ("string", "integer", "long", "float", "double", "binary", "datetime", "boolean")
STAGES = ("Development", "Production", "Archived")


class Column(f.Spec):
    name = f.text("columnName", "Name of the column.", required=True)
    type = f.enum("dataType", "Type of its values.", TYPES, required=True)


class FeatureStoreEntity(Resource):
    id = f.read_only("id", show=False)
    name = f.of(NameInId(), "id", "Name of the entity.", required=True, send=False, arg="--name -n")
    version = f.of(VersionInId(), "id", "Version.", required=True, send=False, arg="--version -v")
    latest_version = f.read_only("properties.latestVersion")
    index_columns = f.listing("properties.indexColumns", "Columns that make the key.", Nested(Column), required=True)
    stage = f.enum("properties.stage", "Stage of its life.", {word: word for word in STAGES}, case="exact", default="Development",
                   update=True)
    description = f.text("properties.description", "Description.", update=True, arg="--description -d")
    tags = f.mapping("properties.tags", "Tags.", sent={"arm": {}}, update=True, show_empty=False)
    properties = f.mapping("properties.properties", "Properties.", sent={"arm": {}}, show=False)
    creation_context = f.read_only("systemData", type=Nested(CreationContext), show=False)
