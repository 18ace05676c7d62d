import pytest


def cluster(wire, name="c1", **properties):
    return wire.put(f"computes/{name}", {"location": "eastus", "properties": {"computeType": "AmlCompute", "properties": {
        "vmSize": "Standard_ds2_v2", "scaleSettings": {"minNodeCount": 0, "maxNodeCount": 2, "nodeIdleTimeBeforeScaleDown": "PT2M"},
        **properties}}})


def test_creation_is_an_operation_that_is_over_at_once(wire):
    made = cluster(wire)
    assert made.status == 201 and "location" not in made.headers and made.headers["retry-after"] == "0"
    assert made.body["tags"] is None and "systemData" not in made.body
    assert made.properties["provisioningState"] == "Creating" and made.properties["properties"]["currentNodeCount"] is None
    assert wire.follow(made.headers["azure-asyncoperation"]).body == {"status": "Succeeded", "percentComplete": 100.0}
    found = wire.get("computes/c1")
    assert found.body["tags"] == {} and found.properties["provisioningState"] == "Succeeded"
    inner = found.properties["properties"]
    assert (inner["vmSize"], inner["currentNodeCount"], inner["allocationState"]) == ("STANDARD_DS2_V2", 0, "Steady")
    assert inner["scaleSettings"]["maxNodeCount"] == 2 and inner["nodeStateCounts"]["idleNodeCount"] == 0
    assert found.properties["computeLocation"] == found.body["location"] == "eastus"


def test_a_poll_of_an_operation_that_nobody_began(wire):
    url = cluster(wire).headers["azure-asyncoperation"]
    assert wire.follow(url.replace("OperationsStatus/", "OperationsStatus/0")).status == 404


def test_an_update_is_the_same_put(wire, clock):
    created = cluster(wire).properties["createdOn"]
    clock.now += 1
    again = cluster(wire, vmSize="standard_ds3_v2")
    assert again.status == 201
    properties = wire.get("computes/c1").properties
    assert (properties["properties"]["vmSize"], properties["createdOn"]) == ("STANDARD_DS3_V2", created) and properties[
        "modifiedOn"
    ] > created


def test_patch_changes_the_scale(wire):
    cluster(wire)
    changed = wire.patch("computes/c1", {"properties": {"properties": {"scaleSettings": {"maxNodeCount": 9}}}})
    assert changed.status == 200 and wire.get("computes/c1").properties["properties"]["scaleSettings"] == {"maxNodeCount": 9}
    assert wire.patch("computes/absent", {}).status == 404


def test_a_password_is_neither_kept_nor_shown(wire):
    account = {"adminUserName": "me", "adminUserPassword": "s3cret", "adminUserSshPublicKey": "ssh-rsa x"}
    assert "s3cret" not in str(cluster(wire, userAccountCredentials=account))
    assert wire.get("computes/c1").properties["properties"]["userAccountCredentials"]["adminUserPassword"] is None
    with wire.store.reading() as tx:
        assert "s3cret" not in str(tx.execute("SELECT body, private FROM resources").fetchall())


def test_what_is_not_there_is_404_with_an_empty_body(wire):
    missing = wire.get("computes/absent")
    assert (missing.status, missing.body, missing.headers["content-length"]) == (404, None, "0")


def test_delete(wire):
    cluster(wire)
    gone = wire.delete("computes/c1?underlyingResourceAction=Delete")
    assert (gone.status, gone.body) == (202, None) and "location" not in gone.headers
    assert wire.follow(gone.headers["azure-asyncoperation"]).body["status"] == "Succeeded"
    assert wire.get("computes").names == [] and wire.delete("computes/c1").status == 204


def test_instances_start_and_stop(wire):
    made = wire.put("computes/ci", {"properties": {"computeType": "ComputeInstance", "properties": {"vmSize": "standard_ds11"}}})
    assert made.status == 201
    inner = wire.get("computes/ci").properties["properties"]
    assert (inner["state"], inner["vmSize"], inner["lastOperation"]["operationName"]) == ("Running", "STANDARD_DS11", "Create")
    stopped = wire.post("computes/ci/stop")
    assert (stopped.status, stopped.body) == (202, None) and "azure-asyncoperation" in stopped.headers
    inner = wire.get("computes/ci").properties["properties"]
    assert (inner["state"], inner["lastOperation"]["operationName"]) == ("Stopped", "Stop")
    wire.post("computes/ci/restart")
    assert wire.get("computes/ci").properties["properties"]["state"] == "Running"
    assert wire.post("computes/absent/start").status == 404
    cluster(wire)
    assert wire.post("computes/c1/stop").status == 400


@pytest.mark.parametrize(
    "kind, status, code",
    [
        ("Kubernetes", 501, "NeedsAzure"),
        ("VirtualMachine", 501, "NeedsAzure"),
        ("Toaster", 400, "BadRequest"),
        (None, 400, "BadRequest"),
    ],
)
def test_other_types(wire, kind, status, code):
    refused = wire.put("computes/x", {"properties": {"computeType": kind}})
    assert (refused.status, refused.code) == (status, code) and wire.get("computes").names == []
