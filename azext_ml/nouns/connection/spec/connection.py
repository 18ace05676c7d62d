"""What all connections share, and those that add nothing to it."""

from azext_ml.nouns.connection.spec.credentials import ALL, credentials
from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.dialects import pascal
from azext_ml.spec.shapes.resource import CreationContext, Resource


class Category(types.Enum):
    """Kind of the service; one that only the service knows is printed in snake case."""

    def dec(self, wire, dialect, at):
        return self.back.get(wire.lower()) or types.fold_snake(wire)


def category(words):
    return f.of(Category(words, "snake"), "properties.category", "Kind of the service.", required=True, tag=True)


class Connection(Resource):
    id = f.read_only("id")
    description = f.text(None, "Description, for readers of the file only: the service keeps none.", send=False, show=False)
    creation_context = f.read_only("systemData", type=types.Nested(CreationContext))
    target = f.text("properties.target", "Address or ARM id of the service.", required=True)
    is_shared = f.flag("properties.isSharedToAll", "In a project: shared with the other projects of its hub.", default=True)
    tags = f.mapping("properties.metadata", "Older name of metadata, which wins where both have a key.", types.Loose(), shown={})
    metadata = f.mapping("properties.metadata", "Further facts of the service: key=value pairs.", types.Loose(),
                         sent={"arm": {}}, shown={})


_GENERAL = ("azure_my_sql_db", "azure_postgres_db", "azure_sql_db", "azure_synapse_analytics", "container_registry", "git",
            "python_feed", "s3", "snowflake")
GENERAL = {**{word: pascal(word) for word in _GENERAL}, "custom": "CustomKeys"}


class General(Connection):
    type = category(GENERAL)
    credentials = credentials(ALL, "none")
