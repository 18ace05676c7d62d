"""Fields of an index. On the wire they stand at the top, not below `properties`: it is an asset of the data plane."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.shapes.resource import AutoDelete, CreationContext, Resource
from azext_ml.spec.types import Nested


class Segment(types.Text):
    """Text that stands in the asset id: azureml://locations/<region>/workspaces/<guid>/indexes/<name>/versions/<version>."""

    def __init__(self, place, **kw):
        super().__init__(**kw)
        self.place = place

    def dec(self, wire, dialect, at):
        return wire.split("/")[self.place]


class IndexPath(types.Upload):
    """Only what was uploaded is named in the long form: a URI of the user's is sent as it is."""

    def enc(self, value, dialect, at):
        return value if isinstance(value, str) else super().enc(value, dialect, at)


class Index(Resource):
    name = f.of(Segment(-3), "id", "Name of the index.", required=True, send=False, arg="--name -n")
    version = f.of(Segment(-1, cast=True), "id", "Version. Omit it to take the next one.", send=False, arg="--version -v")
    latest_version = f.read_only("latestVersion")
    path = f.of(IndexPath("long", named=True), "storageUri", "Local folder or file, or datastore URI.", required=True,
                arg="--path -p")
    stage = f.text("stage", "Stage of its life, such as Development or Production.", default="Development", arg="--stage -s")
    description = f.text("description", "Description.", arg="--description")
    tags = f.mapping("tags", "Tags: key=value pairs.", types.Loose(), sent={"arm": {}}, arg="--tags")
    properties = f.mapping("properties", "Properties, which stay as they are once set.", sent={"arm": {}})
    datastore = f.text(None, "Datastore that a local path is uploaded to.", send=False, show=False, arg="--datastore")
    auto_delete_setting = f.nested(None, "When the service may delete it; not sent for indexes.", AutoDelete, preview=True,
                                   send=False,
                                   show=False)
    creation_context = f.read_only("systemData", type=Nested(CreationContext))
