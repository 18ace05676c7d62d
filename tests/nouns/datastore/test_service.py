import pytest

BLOB = {
    "datastoreType": "AzureBlob",
    "accountName": "acct",
    "containerName": "box",
    "endpoint": "core.windows.net",
    "protocol": "https",
}
SECRETS = {"secretsType": "AccountKey", "key": "s3cret"}


def put(wire, name, **properties):
    return wire.put(f"datastores/{name}?skipValidation=true", {"properties": {**BLOB, **properties}})


def test_the_built_in_ones(wire):
    guid = wire.get(wire.scope).properties["workspaceId"]
    found = {item["name"]: item["properties"] for item in wire.get("datastores").body["value"]}
    assert set(found) == {"workspaceblobstore", "workspaceartifactstore", "workspaceworkingdirectory", "workspacefilestore"}
    default = found["workspaceblobstore"]
    assert (default["containerName"], default["isDefault"]) == (f"azureml-blobstore-{guid}", True)
    assert (default["accountName"], default["endpoint"], default["protocol"]) == ("azml", "azml.local:80", "http")
    assert found["workspaceworkingdirectory"]["fileShareName"] == f"code-{guid}"
    assert all(properties["credentials"] == {"credentialsType": "AccountKey"} for properties in found.values())


def test_no_answer_but_list_secrets_holds_a_secret(wire):
    made = put(wire, "mine", credentials={"credentialsType": "AccountKey", "secrets": SECRETS})
    assert made.status == 201 and "azure-asyncoperation" not in made.headers
    again = put(wire, "mine", credentials={"credentialsType": "AccountKey"})
    for answer in (made, again, wire.get("datastores/mine"), wire.get("datastores")):
        assert "s3cret" not in str(answer)
    assert wire.post("datastores/mine/listSecrets", {"expirableSecret": True}).body == SECRETS


def test_secrets_stay_while_the_kind_of_credential_does(wire):
    put(wire, "mine", credentials={"credentialsType": "AccountKey", "secrets": SECRETS})
    put(wire, "mine", credentials={"credentialsType": "AccountKey"}, description="again")
    assert wire.post("datastores/mine/listSecrets").body == SECRETS
    put(wire, "mine", credentials={"credentialsType": "None"})
    assert wire.post("datastores/mine/listSecrets").status == 400
    assert wire.post("datastores/absent/listSecrets").status == 404


def test_secrets_of_this_machines_stores_open_them(wire):
    container = wire.get("datastores/workspaceblobstore").properties["containerName"]
    sas = wire.post("datastores/workspaceblobstore/listSecrets", {"expirableSecret": True, "expireAfterHours": 1}).body
    assert sas["secretsType"] == "Sas"
    assert wire.put(f"/azml/{container}/a?{sas['sasToken']}", b"1", headers={"If-None-Match": "*"}, trusted=False).status == 201
    assert wire.get(f"/azml/{container}/a?{sas['sasToken']}", trusted=False).body == b"1"
    assert wire.get(f"/azml/other/a?{sas['sasToken']}", trusted=False).status == 403
    key = wire.post("datastores/workspaceblobstore/listSecrets").body
    assert key["secretsType"] == "AccountKey" and len(key["key"]) == 88


def test_filters_of_the_list(wire):
    put(wire, "mine")
    assert wire.get("datastores?count=30&isDefault=true&orderByAsc=false").names == ["workspaceblobstore"]
    assert "workspaceblobstore" not in wire.get("datastores?isDefault=false").names and len(wire.get("datastores").names) == 5
    assert wire.get("datastores?names=mine,WorkspaceFileStore").names == ["mine", "workspacefilestore"]
    assert wire.get("datastores?searchText=file").names == ["workspacefilestore"]
    assert wire.get("datastores?count=x").status == 400


def test_there_is_one_default(wire):
    put(wire, "mine", isDefault=True, credentials={"credentialsType": "AccountKey", "secrets": SECRETS})
    assert wire.get("datastores?isDefault=true").names == ["mine"]
    put(wire, "other", isDefault=True)
    assert wire.get("datastores?isDefault=true").names == ["other"]
    assert wire.post("datastores/mine/listSecrets").body == SECRETS


def test_unknown_fields_are_echoed(wire):
    assert put(wire, "mine", futureField={"a": [1]}).properties["futureField"] == {"a": [1]}
    assert wire.get("datastores/mine").properties["futureField"] == {"a": [1]}


@pytest.mark.parametrize("status", [200, 204])
def test_delete(wire, status):
    if status == 200:
        put(wire, "mine")
    assert wire.delete("datastores/mine").status == status
    assert wire.get("datastores/mine").status == 404
