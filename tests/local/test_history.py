"""Discovery, run history and resolved URIs."""

import pytest

from azext_ml.local import blobs, live
from azext_ml.local.root import job_folder


@pytest.fixture
def plane(wire):
    """Path below the data plane's service of that name."""
    return lambda path, service="history": f"/{service}/v1.0{wire.scope}/{path}"


def finish(wire, name, status="Completed", **private):
    """What a runner leaves."""
    with wire.store.writing() as tx:
        job = tx.get("lab/first", "jobs", name)
        tx.put("lab/first", "jobs", name, {**job.body, "properties": {**job.body["properties"], "status": status}}, etag=job.etag,
               kind=job.kind, archived=job.archived, private={**job.private, **private})


def test_discovery(wire):
    for path in ("/discovery", "/discovery" + wire.scope):
        found = wire.get(path, host="127.0.0.1:9").body
        assert found["history"] == found["api"] == "http://127.0.0.1:9"


def test_details_of_a_run(wire, plane):
    wire.job("j1")
    before = wire.get(plane("runs/j1/details")).body
    assert (before["runId"], before["status"], before["logFiles"], before["error"], before["endTimeUtc"]) == (
        "j1",
        "Starting",
        {},
        None,
        None,
    )
    finish(
        wire, "j1", "Failed", error={"code": "UserError", "message": "exit code 1"}, warnings=["no GPU"], started=1.0, ended=70.5
    )
    after = wire.get(plane("runs/J1/details")).body
    assert (after["status"], after["error"]) == ("Failed", {"error": {"code": "UserError", "message": "exit code 1"}})
    assert after["warnings"] == [{"message": "no GPU"}]
    assert (after["startTimeUtc"], after["duration"]) == ("1970-01-01T00:00:01.0000000+00:00", "00:01:09.5000000")
    assert wire.get(plane("runs/absent/details")).status == 404


def test_who_waits_for_a_job_keeps_its_agent_awake(wire, plane, clock, woken):
    wire.job("j1")
    woken.clear()
    for _ in range(3):
        wire.get(plane("runs/j1/details"))
    assert woken == ["lab/first"]
    clock.now += 60
    wire.get(plane("runs/j1/details"))
    assert woken == ["lab/first"] * 2
    finish(wire, "j1")
    clock.now += 60
    wire.get(plane("runs/j1/details"))
    assert len(woken) == 2


def test_log_addresses_are_signed_follow_the_file_and_outlive_the_run(wire, plane):
    wire.job("j1")
    logs = job_folder(wire.app.root, "lab/first", "j1") / "logs" / "user_logs"
    logs.mkdir(parents=True)
    (logs / "std_log.txt").write_bytes(b"one\n")
    url = wire.get(plane("runs/j1/details")).body["logFiles"]["user_logs/std_log.txt"]
    path = url[len("http://azml.local:80"):]
    assert wire.get(path, trusted=False).body == b"one\n"
    assert wire.get(path.replace("sig=", "sig=A"), trusted=False).status == 403
    assert wire.get(path.split("?")[0], trusted=False).status == 403
    guid = wire.get(wire.scope).properties["workspaceId"]
    blobs.put_file(wire.store, live.artifact_container(guid), "ExperimentRun/dcid.j1/user_logs/std_log.txt", logs / "std_log.txt")
    live.remove_folder(wire.app, "lab/first", "j1")
    assert wire.get(path, trusted=False).body == b"one\n"
    assert list(wire.get(plane("runs/j1/details")).body["logFiles"]) == ["user_logs/std_log.txt"]


def test_edits_replace_what_they_name_and_archive(wire, plane):
    wire.job("j1", tags={"a": "1"}, properties={"p": "1"})
    edit = plane("experiments/Default/runs/j1")
    changed = wire.patch(edit, {"displayName": "new", "description": "why", "tags": {"b": "2"}, "properties": {"q": "2"}})
    assert changed.status == 200 and changed.body["displayName"] == "new"
    properties = wire.get("jobs/j1").properties
    assert (properties["displayName"], properties["description"], properties["tags"]) == ("new", "why", {"b": "2"})
    assert properties["properties"] == {"q": "2"} and properties["status"] == "Starting"
    assert wire.get("jobs?tag=b").names == ["j1"] and wire.get("jobs?tag=a").names == []
    wire.patch(edit, {"description": None})
    assert wire.get("jobs/j1").properties["description"] is None and wire.get("jobs/j1").properties["tags"] == {"b": "2"}
    assert wire.patch(edit, {"hidden": True}).body["hidden"] is True
    assert wire.get("jobs").names == [] and wire.get("jobs?listViewType=ArchivedOnly").names == ["j1"]
    wire.patch(edit, {"hidden": False})
    assert wire.get("jobs").names == ["j1"]
    assert wire.patch(edit, {"status": "Completed", "jobType": "Sweep"}).body["status"] == "Starting"
    assert wire.patch(plane("experiments/Default/runs/absent"), {}).status == 404


def test_edits_keep_git_secrets_out(wire, plane):
    wire.job("j1")
    wire.patch(plane("experiments/Default/runs/j1"), {"properties": {"mlflow.source.git.repoURL": "https://me:s3cret@git.example/r"}})
    assert wire.get("jobs/j1").properties["properties"]["mlflow.source.git.repoURL"] == "https://git.example/r"


def test_an_edit_does_not_undo_what_the_runner_wrote(wire, plane):
    wire.job("j1")
    finish(wire, "j1", warnings=["kept"])
    wire.patch(plane("experiments/Default/runs/j1"), {"tags": {"late": "1"}})
    assert wire.get(plane("runs/j1/details")).body["warnings"] == [{"message": "kept"}]
    assert wire.get("jobs/j1").properties["status"] == "Completed"


def test_run_data_leads_to_the_outputs(wire, plane):
    uri = "azureml://datastores/workspaceblobstore/paths/mine/"
    wire.job("j1", outputs={"model": {"jobOutputType": "mlflow_model", "uri": uri}, "plain": {"jobOutputType": "uri_folder"}})
    registered = f"{wire.scope}/models/m/versions/1"
    wire.put("models/m/versions/1", {"properties": {"modelUri": uri}})
    finish(wire, "j1", assets={"model": registered}, started=0.5, ended=2.0)
    metadata = wire.post(plane("rundata"), {"runId": "j1", "selectRunMetadata": True}).body["runMetadata"]
    assert (metadata["status"], metadata["dataContainerId"], metadata["rootRunId"]) == ("Completed", "dcid.j1", "j1")
    outputs = metadata["outputs"]
    assert outputs["model"] == {"assetId": registered, "type": "MLFlowModel"} and outputs["plain"]["type"] == "UriFolder"
    ids = [outputs[name]["assetId"] for name in ("default", "plain", "model")]
    found = wire.post(plane("dataversion/batchGetResolvedUris", "data"), {"values": [*ids, "azureml://nothing"]}).body["values"]
    assert found[ids[0]]["uri"] == "azureml://datastores/workspaceartifactstore/ExperimentRun/dcid.j1"
    assert found[ids[1]]["uri"] == "azureml://datastores/workspaceblobstore/paths/azureml/j1/plain/"
    assert found[ids[2]]["uri"].endswith("/paths/mine/") and "azureml://nothing" not in found
    models = wire.post(plane("models/batchGetResolvedUris", "modelregistry"), {"values": [registered]}).body["values"]
    assert models == {registered: found[registered]}
    assert wire.post(plane("rundata"), {"runId": "absent"}).status == 404


def test_children_are_the_runs_that_a_script_began(wire, plane):
    wire.job("j1")
    with wire.store.writing() as tx:
        for n, status in enumerate(("FINISHED", "RUNNING")):
            tx.execute(
                "INSERT INTO runs (workspace, id, experiment, name, status, started)"
                " VALUES ('lab/first', ?, 'Default', ?, ?, 1000)",
                (f"child{n}", f"trial {n}", status),
            )
            tx.execute("INSERT INTO run_tags VALUES ('lab/first', ?, 'mlflow.parentRunId', 'j1')", (f"child{n}",))
    found = wire.get(plane("runs/j1/children")).body["value"]
    assert [(run["runId"], run["displayName"], run["status"], run["parentRunId"]) for run in found] == [
        ("child0", "trial 0", "Completed", "j1"), ("child1", "trial 1", "Running", "j1")]
    assert wire.get(plane("runs/absent/children")).status == 404


def test_no_service_instances(wire, plane):
    wire.job("j1")
    assert wire.get(plane("runs/j1/serviceinstances/0")).body == {"instances": {}}


def test_the_studio_address_of_a_job_leads_to_it(wire):
    job = wire.job("j1")
    url = job.properties["services"]["Studio"]["endpoint"]
    assert wire.follow(url).body == wire.get("jobs/j1").body
