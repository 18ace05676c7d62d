import pytest

SHORT = "azureml://datastores/workspaceblobstore/paths/models/m"


def long(wire, path="models/m", groups="resourceGroups"):
    return (f"azureml://subscriptions/00000000-0000-0000-0000-000000000000/{groups}/lab/workspaces/first/datastores/workspaceblobstore"
            f"/paths/{path}")


def put(wire, version="1", **properties):
    return wire.put(f"models/m/versions/{version}", {"properties": {"modelUri": SHORT, **properties}})


def test_what_the_service_fills_in(wire):
    made = put(wire, tags={"a": "b"}, future=1)
    properties = made.properties
    assert (properties["modelUri"], properties["modelType"], properties["flavors"]) == (long(wire), "custom_model", {})
    assert (properties["jobName"], properties["isArchived"], properties["tags"], properties["future"]) == (
        None,
        False,
        {"a": "b"},
        1,
    )
    assert (
        made.body["systemData"]["createdAt"] == "2023-11-14T22:13:20.1234570+00:00"
        and made.body["systemData"]["createdBy"] == "A Person"
    )
    assert made.body["type"] == "Microsoft.MachineLearningServices/workspaces/models/versions"


@pytest.mark.parametrize(
    "uri",
    [
        "azureml://jobs/j1/outputs/artifacts/paths/model/",
        "https://acct.blob.core.windows.net/c/m",
        "runs:/r/m",
        "azureml://datastores/x",
        "azureml://subscriptions/s/resourcegroups/g/workspaces/w/datastores/d/paths/p",
    ],
)
def test_other_uris_stay_as_they_are(wire, uri):
    assert put(wire, modelUri=uri).properties["modelUri"] == uri


def test_the_path_of_a_version_cannot_change(wire):
    put(wire)
    for spelling in (SHORT, long(wire), long(wire, groups="resourcegroups")):
        assert put(wire, modelUri=spelling).status == 200
    refused = put(wire, modelUri=SHORT + "2")
    assert (refused.status, refused.code, refused.message) == (400, "UserError", "Asset paths cannot be updated.")
    assert put(wire, description="new", tags={"x": "y"}, isArchived=True).status == 200
    properties = wire.get("models/m/versions/1").properties
    assert (properties["description"], properties["tags"], properties["modelUri"]) == ("new", {"x": "y"}, long(wire))


def test_what_is_not_there(wire):
    for path, message in (("models/m", "Model container with name: m not found."),
                          ("models/m/versions/1", "Model version with name: m, version: 1 not found.")):
        missing = wire.get(path)
        assert (missing.status, missing.code, missing.message) == (404, "UserError", "The specified resource was not found.")
        assert [(d["code"], d["message"]) for d in missing.body["error"]["details"]] == [("ModelNotFound", message)]


def test_versions_count_up(wire):
    put(wire)
    assert (wire.get("models/m").properties["latestVersion"], wire.get("models/m").properties["nextVersion"]) == ("1", "2")
    put(wire, "2")
    wire.delete("models/m/versions/2")
    assert (wire.get("models/m").properties["latestVersion"], wire.get("models/m").properties["nextVersion"]) == ("1", "2")


def test_tag_filters(wire):
    put(wire, "1", tags={"a": "1", "b": "2"})
    put(wire, "2", tags={"a": "2"})
    assert wire.get("models/m/versions?tags=a").names == ["2", "1"]
    assert wire.get("models/m/versions?tags=a%3D1").names == wire.get("models/m/versions?tags=a,b").names == ["1"]


def test_the_stage_filters(wire):
    for version, stage in (("1", "Production"), ("2", None), ("3", "Production"), ("4", "Archived")):
        put(wire, version, stage=stage)
    assert wire.get("models/m/versions?stage=Production").names == ["3", "1"]
    assert wire.get("models/m/versions?stage=Production&$top=1").names == ["3"]
    put(wire, "3", stage="Development")
    assert wire.get("models/m/versions?stage=Production").names == ["1"]
