"""Fields of a data asset."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.shapes.resource import Asset


class Data(Asset):
    type = f.enum("properties.dataType", "Kind of data.", {name: name for name in ("uri_folder", "uri_file", "mltable")},
                  case="exact", default="uri_folder", arg="--type -t")
    path = f.of(types.Upload("short", named=True, typed=True), "properties.dataUri",
                "Local file or folder, datastore URI or address.", required=True, arg="--path -p")
    description = f.text("properties.description", "Description.", update=True, arg="--description -d")
    tags = f.mapping("properties.tags", "Tags: key=value pairs.", types.AsText(), nullable=True, sent={"arm": {}}, update=True)
    properties = f.read_only("properties.properties")
    sent_properties = f.anything("properties.properties", key="\0properties", const={})
    datastore = f.text(None, "Datastore that a local path is uploaded to.", send=False, show=False, arg="--datastore")
    auto_delete_setting = f.anything("properties.autoDeleteSetting", "When the service may delete it.", preview=True)
