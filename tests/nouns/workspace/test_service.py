import re

from azext_ml.local.root import job_folder

GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def test_a_new_workspace(empty):
    made = empty.put(
        empty.scope, {"location": "westeurope", "tags": {"a": "b"}, "properties": {"description": "mine", "unknown": [1]}}
    )
    assert made.status == 200 and made.body == empty.get(empty.scope).body
    assert (made.body["id"], made.body["name"], made.body["location"]) == (empty.scope, "first", "westeurope")
    properties = made.properties
    assert (properties["provisioningState"], properties["friendlyName"], properties["description"]) == (
        "Succeeded",
        "first",
        "mine",
    )
    assert GUID.fullmatch(properties["workspaceId"]) and GUID.fullmatch(made.body["identity"]["principalId"])
    assert properties["discoveryUrl"] == "http://azml.local:80/discovery" and properties["unknown"] == [1]
    assert properties["mlFlowTrackingUri"] == f"http://azml.local:80/mlflow/v1.0{empty.scope}"
    assert made.body["systemData"]["createdAt"] == "2023-11-14T22:13:20.1234570Z"           # ends in Z: (as recorded)
    assert (made.body["etag"], made.body["kind"], made.body["sku"]) == (None, "Default", {"name": "Basic", "tier": "Basic"})


def test_an_update_keeps_its_identity_and_its_datastores(empty, clock):
    first = empty.put(empty.scope, {}).body
    empty.put("datastores/mine", {"properties": {"datastoreType": "AzureBlob"}})
    clock.now += 60
    second = empty.put(empty.scope, {"properties": {"workspaceId": "forged", "description": "new"}}).body
    for path in ("workspaceId", "discoveryUrl"):
        assert second["properties"][path] == first["properties"][path]
    assert second["identity"] == first["identity"] and second["properties"]["description"] == "new"
    assert second["systemData"]["createdAt"] == first["systemData"]["createdAt"] < second["systemData"]["lastModifiedAt"]
    assert len(empty.get("datastores").names) == 5


def test_lists_of_a_group_and_of_all(empty):
    scopes = [empty.scope, empty.scope.replace("/lab/", "/Other/"), empty.scope.replace("/first", "/second")]
    for scope, kind in zip(scopes, ("Default", "Hub", None)):
        empty.put(scope, {"kind": kind} if kind else {})
    assert empty.get(f"{empty.group}/workspaces").names == ["second", "first"]
    everywhere = "/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.MachineLearningServices/workspaces"
    assert [item["id"] for item in empty.get(everywhere).body["value"]] == scopes[::-1]
    assert [item["id"] for item in empty.get(everywhere + "?kind=hub,project").body["value"]] == [scopes[1]]


def test_names_that_would_be_folders_elsewhere_are_refused(empty):
    for group, name in (
        ("lab", ".."),
        ("..", "first"),
        ("lab", "a.."),
        ("lab", "a b"),
        ("lab", "\u00e4"),
        ("lab", "-a"),
        ("lab", "a" * 91),
    ):
        path = empty.scope.replace("/lab/", f"/{group}/").replace("/first", f"/{name}")
        assert empty.put(path, {}).status == 400, path
    assert empty.get(f"{empty.group}/workspaces").names == []


def test_patch_is_an_operation(wire):
    wire.put(wire.scope, {"tags": {"old": "1"}, "properties": {"description": "old"}})
    changed = wire.patch(wire.scope, {"properties": {"friendlyName": "Friendly"}})
    assert (changed.status, changed.body) == (202, None)
    assert wire.follow(changed.headers["azure-asyncoperation"]).body == {"status": "Succeeded", "percentComplete": 100.0}
    found = wire.follow(changed.headers["location"])
    assert found.status == 200 and found.body == wire.get(wire.scope).body
    assert (found.properties["friendlyName"], found.properties["description"], found.body["tags"]) == (
        "Friendly",
        "old",
        {"old": "1"},
    )
    assert "type=async" in changed.headers["azure-asyncoperation"] and "type=location" in changed.headers["location"]


def test_delete_takes_all_that_is_in_it(wire, app):
    other = wire.scope.replace("/first", "/second")
    wire.put(other, {})
    wire.put(f"{other}/models/m/versions/1", {"properties": {"modelUri": "x"}})
    wire.put("models/m/versions/1", {"properties": {"modelUri": "x", "tags": {"a": "b"}}})
    wire.job("waiting")
    container = wire.get("datastores/workspaceblobstore").properties["containerName"]
    wire.put(f"/azml/{container}/a", b"1")
    job_folder(app.root, "lab/first", "waiting").mkdir(parents=True)
    gone = wire.delete(wire.scope)
    assert not job_folder(app.root, "lab/first", "").exists()
    assert (gone.status, gone.body) == (202, None)
    assert wire.follow(gone.headers["azure-asyncoperation"]).body["status"] == "Succeeded"
    assert wire.get(wire.scope).code == "ResourceNotFound" and wire.get("models").code == "ResourceNotFound"
    assert wire.delete(wire.scope).status == 204
    assert wire.get(f"/azml/{container}/a").status == 404
    assert wire.get(f"{other}/models").names == ["m"]
    wire.put(wire.scope, {})
    assert wire.get("models").names == wire.get("jobs").names == []
    with app.store.reading() as tx:
        assert tx.execute("SELECT count(*) FROM queue").fetchone() == (0,)
