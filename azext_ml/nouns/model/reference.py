"""What a registry is told to take over from a workspace. Source: recorded requests."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.shapes.resource import AutoDelete, Resource


class WorkspaceAssetReference(Resource):
    name = f.text(None, "For readers of the file only.", send=False, show=False)
    id = f.text(None, "For readers of the file only.", send=False, show=False)
    version = f.of(types.Text(cast=True), None, "For readers of the file only.", send=False, show=False)
    description = f.text(None, "For readers of the file only.", send=False, show=False)
    tags = f.mapping(None, "For readers of the file only.", types.Anything(), send=False, show=False)
    creation_context = f.read_only(None, show=False)
    latest_version = f.read_only(None, show=False)
    auto_delete_setting = f.nested(None, "For readers of the file only.", AutoDelete, preview=True, send=False, show=False)
    reference_type = f.constant("properties.referenceType", "Id")
    destination_name = f.text("properties.destinationName", "Name in the registry. Default: that in the workspace.")
    destination_version = f.text("properties.destinationVersion", "Version in the registry. Default: that in the workspace.")
    source_asset_id = f.text("properties.sourceAssetId", "Id of the asset in the workspace.", required=True)
