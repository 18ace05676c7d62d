import pytest

from azext_ml.local import jobqueue, live, tokens
from azext_ml.local.root import job_folder

WS = "lab/first"


def claim(wire, owner="an agent"):
    with wire.store.writing() as tx:
        return jobqueue.claim(tx, WS, owner)


def set_status(wire, name, status):
    with wire.store.writing() as tx:
        job = tx.get(WS, "jobs", name)
        tx.put(WS, "jobs", name, {**job.body, "properties": {**job.body["properties"], "status": status}}, kind=job.kind,
               archived=job.archived, private=job.private)
        if status in ("Completed", "Failed", "Canceled"):
            jobqueue.remove(tx, WS, name)


def test_what_the_service_fills_in(wire, woken):
    code = f"{wire.scope}/codes/8e0dd5b1-0000-4000-8000-000000000000/versions/1"
    made = wire.job(
        "j1",
        codeId=code,
        inputs={"n": {"jobInputType": "literal", "value": "1"}, "d": {"jobInputType": "uri_file", "uri": "x"}},
        outputs={"o": {"jobOutputType": "uri_folder"}, "empty": None},
        limits={"timeout": "PT1H"},
        future=[1],
    )
    assert made.status == 201 and made.headers["location"].endswith("/jobs/j1") and "azure-asyncoperation" not in made.headers
    properties = made.properties
    assert (properties["status"], properties["experimentName"], properties["displayName"]) == ("Starting", "Default", "j1")
    assert properties["properties"] == {
        "_azureml.ComputeTargetType": "amlctrain",
        "ContentSnapshotId": "8e0dd5b1-0000-4000-8000-000000000000",
    }
    assert properties["resources"]["shmSize"] == "2g" and properties["resources"]["instanceCount"] == 1
    assert properties["inputs"]["n"] == {"jobInputType": "literal", "value": "1"}
    assert properties["inputs"]["d"]["mode"] == "ReadOnlyMount" and properties["outputs"]["o"]["mode"] == "ReadWriteMount"
    assert properties["outputs"]["default"]["uri"] == "azureml://datastores/workspaceartifactstore/ExperimentRun/dcid.j1"
    assert properties["environmentVariables"] == properties["parameters"] == {} and properties["future"] == [1]
    assert properties["services"]["Tracking"]["endpoint"].startswith("http://azml.local:80/mlflow/v1.0/subscriptions/")
    assert set(properties["services"]) == {"Tracking", "Studio"}
    assert made.body["systemData"] == {
        "createdAt": "2023-11-14T22:13:20.1234570+00:00",
        "createdBy": "A Person",
        "createdByType": "User",
    }
    assert wire.get("jobs/j1").body == made.body and woken == [WS] and claim(wire) == "j1"


def test_a_job_is_queued_in_the_transaction_that_stores_it(wire, monkeypatch):
    monkeypatch.setattr(jobqueue, "enqueue", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        wire.job("j1")
    assert wire.get("jobs/j1").status == 404


def test_what_is_not_there(wire):
    for method, path in (("GET", "jobs/x"), ("POST", "jobs/x/cancel")):
        missing = wire(method, path)
        assert (missing.status, missing.code, missing.message) == (404, "UserError", "Job x not found.")
    assert wire.delete("jobs/x").status == 204


# Updates ---------------------------------------------------------------------------------------------------------------------

def test_a_put_again_changes_what_may_change_and_merges_tags(wire, woken):
    wire.job("j1", tags={"a": "1"}, properties={"p": "1"})
    woken.clear()
    changed = wire.job("j1", tags={"b": "2"}, properties={"q": "2"}, displayName="new", description="d", isArchived=True)
    assert changed.status == 200 and woken == []
    properties = wire.get("jobs/j1").properties
    assert (properties["tags"], properties["displayName"], properties["description"]) == ({"a": "1", "b": "2"}, "new", "d")
    assert properties["properties"]["p"] == "1" and properties["properties"]["q"] == "2"
    assert wire.get("jobs").names == [] and wire.get("jobs?listViewType=All").names == ["j1"]


def test_what_was_read_can_be_put_back(wire):
    body = wire.job("j1", inputs={"d": {"jobInputType": "uri_file", "uri": "x"}}, limits={"timeout": "PT1H"}).body
    set_status(wire, "j1", "Running")
    body["properties"]["tags"] = {"late": "1"}
    assert wire.put("jobs/j1", body).status == 200
    properties = wire.get("jobs/j1").properties
    assert (properties["status"], properties["tags"]) == ("Running", {"late": "1"})      # the status is not the client's to set


@pytest.mark.parametrize(
    "change",
    [
        {"command": "false"},
        {"inputs": {"x": {"jobInputType": "literal", "value": "1"}}},
        {"limits": {"timeout": "PT1H"}},
        {"environmentVariables": {"A": "1"}},
        {"experimentName": "other"},
        {"codeId": "/other"},
        {"jobType": "Sweep"},
        {"outputs": {"o": {}}},
        {"resources": {"instanceCount": 2}},
        {"computeId": "local"},
        {"future": 2},
    ],
)
def test_settings_of_a_job_cannot_change(wire, change):
    wire.job("j1", tags={"a": "1"})
    refused = wire.job("j1", **{"tags": {"b": "2"}, **change})
    assert (refused.status, refused.code) == (400, "UserError") and refused.inner[-2:] == ["Immutable", "JobPropertyImmutable"]
    assert refused.message.startswith(
        "A job with this name already exists. If you are trying to create a new job, use a different name."
    )
    assert refused.message.endswith("Only description, tags, displayName, properties, and isArchived can be updated.")
    assert wire.get("jobs/j1").properties["tags"] == {"a": "1"}


# Refusals --------------------------------------------------------------------------------------------------------------------

def test_a_compute_that_is_not_there(wire):
    refused = wire.job("j1", computeId=f"{wire.scope}/computes/gpu")
    assert (refused.status, refused.code, refused.message) == (404, "ResourceNotFound", "Not found compute with name gpu")
    assert wire.get("jobs").names == [] and claim(wire) is None
    wire.put("computes/gpu", {"properties": {"computeType": "AmlCompute"}})
    for name, compute in (
        ("j1", f"{wire.scope}/computes/GPU"),
        ("j2", f"{wire.scope}/computes/serverless"),
        ("j3", "local"),
        ("j4", None),
    ):
        assert wire.job(name, computeId=compute).status == 201


@pytest.mark.parametrize("name", ["..", ".hidden", "a b", "\u00e4", "-x", "a" * 256])
def test_names_that_are_no_folder_names(wire, name):
    assert wire.job(name).status == 400


@pytest.mark.parametrize("kind", ["Pipeline", "Nonsense", None])
def test_types_that_are_not_run_here(wire, kind):
    assert wire.job("j1", jobType=kind).status == 400 and wire.get("jobs").names == []


def test_secrets_of_git_addresses_are_never_stored(wire):
    wire.job(
        "j1",
        properties={"mlflow.source.git.repoURL": "https://user:s3cret@git.example/r.git", "mlflow.source.git.branch": "main"},
        tags={"repo": "http://s3cret@git.example/r", "ssh": "ssh://git@git.example/r"},
    )
    wire.job("j1", properties={"mlflow.source.git.repoURL": "https://s3cret@git.example/r.git"})
    properties = wire.get("jobs/j1").properties
    assert properties["properties"]["mlflow.source.git.repoURL"] == "https://git.example/r.git"
    assert properties["tags"] == {"repo": "http://git.example/r", "ssh": "ssh://git@git.example/r"}
    with wire.store.reading() as tx:
        for table in ("resources", "resource_tags"):
            assert "s3cret" not in str(tx.execute(f"SELECT * FROM {table}").fetchall())


# Cancel and delete -----------------------------------------------------------------------------------------------------------

def test_a_job_that_nobody_has_claimed_is_canceled_at_once(wire):
    wire.job("j1")
    canceled = wire.post("jobs/J1/cancel")
    assert (canceled.status, canceled.body) == (200, None)
    assert wire.get("jobs/j1").properties["status"] == "Canceled" and claim(wire) is None


def test_a_job_that_runs_is_asked_to_end(wire, woken):
    wire.job("j1")
    claim(wire)
    set_status(wire, "j1", "Running")
    woken.clear()
    canceled = wire.post("jobs/j1/cancel")
    assert (canceled.status, canceled.body) == (202, None) and woken == [WS]
    assert wire.get("jobs/j1").properties["status"] == "CancelRequested"
    with wire.store.reading() as tx:
        assert jobqueue.entry(tx, WS, "j1").cancel
    assert wire.follow(canceled.headers["location"]).status == 202
    set_status(wire, "j1", "Canceled")
    assert wire.follow(canceled.headers["location"]).status == 200


@pytest.mark.parametrize("status", ["Completed", "Failed", "Canceled"])
def test_a_job_that_is_over_cannot_be_canceled(wire, status):
    wire.job("j1")
    set_status(wire, "j1", status)
    refused = wire.post("jobs/j1/cancel")
    assert (refused.status, refused.code) == (400, "UserError") and refused.inner[-1] == "CancelPipelineRunInTerminalStatus"
    assert refused.message == "The run j1 is in terminal status, it can't be canceled."
    assert wire.get("jobs/j1").properties["status"] == status


def test_delete_takes_everything_of_a_job_and_nothing_of_another(wire):
    guid = wire.get(wire.scope).properties["workspaceId"]
    for name in ("j1", "j10"):
        wire.job(name)
        wire.put(f"/azml/{live.artifact_container(guid)}/ExperimentRun/dcid.{name}/user_logs/std_log.txt", b"log")
        job_folder(wire.app.root, WS, name).mkdir(parents=True)
        with wire.store.writing() as tx:
            tokens.issue(tx, WS, name)
            tx.execute("INSERT INTO metrics VALUES (?, ?, 'loss', 0, 0, 1.0, 0)", (WS, name))
    assert wire.delete("jobs/j1").status == 200
    assert wire.get("jobs/j1").status == 404 and wire.get("jobs").names == ["j10"]
    assert not job_folder(wire.app.root, WS, "j1").exists() and job_folder(wire.app.root, WS, "j10").exists()
    with wire.store.reading() as tx:
        for table, column in (("queue", "job"), ("run_tokens", "run"), ("metrics", "run")):
            assert tx.execute(f"SELECT {column} FROM {table}").fetchall() == [("j10",)]
        assert tx.execute("SELECT name FROM blobs").fetchall() == [("ExperimentRun/dcid.j10/user_logs/std_log.txt",)]


@pytest.mark.parametrize("name", ["..", ".", "%2e%2e"])
def test_delete_of_a_hostile_name_removes_nothing(wire, name):
    wire.job("j1")
    job_folder(wire.app.root, WS, "j1").mkdir(parents=True)
    assert wire.delete(f"jobs/{name}").status == 204
    assert job_folder(wire.app.root, WS, "j1").exists()


def test_delete_of_a_job_that_runs_asks_it_to_end(wire):
    wire.job("j1")
    claim(wire)
    job_folder(wire.app.root, WS, "j1").mkdir(parents=True)
    assert wire.delete("jobs/j1").status == 200
    with wire.store.reading() as tx:
        assert jobqueue.entry(tx, WS, "j1").cancel
    assert job_folder(wire.app.root, WS, "j1").exists()          # its owner still works there
