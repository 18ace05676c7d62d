SHORT = "azureml://datastores/workspaceblobstore/paths/d/x.csv"
LONG = ("azureml://subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/lab/workspaces/first/datastores/workspaceblobstore"
        "/paths/d/x.csv")


def put(wire, version="1", **properties):
    return wire.put(f"data/d/versions/{version}", {"properties": {"dataType": "uri_file", "dataUri": SHORT, **properties}})


def test_uris_are_long_in_gets_and_by_guid_in_lists(wire):
    assert put(wire).properties["dataUri"] == LONG
    assert wire.get("data/d/versions/1").properties["dataUri"] == LONG
    guid = wire.get(wire.scope).properties["workspaceId"]
    listed = f"azureml://workspaces/{guid}/datastores/workspaceblobstore/paths/d/x.csv"
    assert wire.get("data/d/versions").body["value"][0]["properties"]["dataUri"] == listed
    assert put(wire, dataUri=listed).status == 200                   # what a list says can be sent back
    assert wire.get("data/d/versions/1").properties["dataUri"] == LONG


def test_other_uris_stay_as_they_are(wire):
    put(wire, dataUri="https://example.com/x.csv")
    assert wire.get("data/d/versions").body["value"][0]["properties"]["dataUri"] == "https://example.com/x.csv"


def test_the_path_of_a_version_cannot_change(wire):
    put(wire)
    refused = put(wire, dataUri=SHORT + "2")
    assert (refused.status, refused.message) == (400, "Asset paths cannot be updated.")


def test_what_is_not_there(wire):
    assert wire.get("data/d").status == wire.get("data/d/versions/1").status == 404
    assert "version: 1" in wire.get("data/d/versions/1").body["error"]["details"][0]["message"]


def test_tags_have_a_dollar_here(wire):
    put(wire, "1", tags={"a": "1"})
    put(wire, "2")
    assert wire.get("data/d/versions?$tags=a").names == ["1"]
