"""Fields of a data asset."""

import os

from azext_ml.core.errors import SpecError
from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.fields import NOTHING
from azext_ml.spec.shapes.resource import Asset, AutoDelete, asset_name


def table_uris(folder):
    """What the `paths` of a folder's MLTable file name. Raises SpecError, or ValueError for a table that names nothing."""
    from azext_ml.spec.load import load  # loaded already: the asset came from YAML
    table = load(os.path.join(folder, "MLTable")).value
    paths = table.get("paths") if isinstance(table, dict) else None
    if not isinstance(paths, list) or not all(isinstance(item, dict) and item for item in paths):
        raise ValueError("its key 'paths' is not a list of entries such as '- file: ./data.csv'")
    return [uri for item in paths for uri in item.values()]


def table_is_whole(value, at):
    path = value.get("path")
    if at.facts.get("skip_validation") or value.get("type") != "mltable":
        return
    if not types.is_local(path) or not os.path.isdir(types.resolve(path, at)):
        return
    if not os.path.isfile(os.path.join(types.resolve(path, at), "MLTable")):
        yield ("path",), Fault(f"'{path}' holds no file named MLTable", "add one, or use `type: uri_folder`")
        return
    try:
        table_uris(types.resolve(path, at))
    except SpecError as error:
        yield ("path",), Fault(f"its MLTable cannot be read: {error.diagnostics[0]}")
    except ValueError as error:
        yield ("path",), Fault(f"its MLTable is wrong: {error}")


class Data(Asset):
    checks = (table_is_whole,)

    name = asset_name("Name of the data asset.")
    type = f.enum("properties.dataType", "Kind of data.", {name: name for name in ("uri_folder", "uri_file", "mltable")},
                  case="exact", default="uri_folder", arg="--type -t")
    path = f.of(types.Upload("short", named=True, typed=True), "properties.dataUri",
                "Local file or folder, datastore URI or address.", required=True, arg="--path -p")
    description = f.text("properties.description", "Description.", update=True, arg="--description -d")
    tags = f.mapping("properties.tags", "Tags: key=value pairs.", types.Loose(), nullable=True, sent={"arm": {}}, update=True)
    properties = f.read_only("properties.properties")
    sent_properties = f.constant("properties.properties", {})
    referenced = f.constant("properties.referencedUris", lambda at: at.facts.get("referenced", NOTHING))
    datastore = f.text(None, "Datastore that a local path is uploaded to.", send=False, show=False, arg="--datastore")
    auto_delete_setting = f.nested("properties.autoDeleteSetting", "When the service may delete it.", AutoDelete, preview=True)
