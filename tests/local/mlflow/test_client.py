"""What the real client logs is there, and comes back to the real client."""

import json

from azext_ml.local import mlflow, mlflow_models, tokens
from tests.local.mlflow.conftest import SCOPE


def test_metrics_params_tags_and_artifacts(tracking):
    out = tracking.script("""
import json, math, mlflow, os, tempfile
with mlflow.start_run() as run:
    assert run.info.run_id == os.environ["AZUREML_RUN_ID"] if "AZUREML_RUN_ID" in os.environ else True
    mlflow.log_param("depth", 3); mlflow.log_params({"name": "a b", "none": None})
    for step in range(5):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    mlflow.log_metrics({"nan": math.nan, "inf": math.inf, "minus": -math.inf}, step=1)
    mlflow.set_tag("colour", "red"); mlflow.set_tag("gone", "x"); mlflow.delete_tag("gone")
    mlflow.log_text("hello", "notes/a.txt"); mlflow.log_dict({"x": 1}, "d.json")
client = mlflow.MlflowClient()
run = client.get_run(run.info.run_id)
history = [(m.step, m.value) for m in client.get_metric_history(run.info.run_id, "loss")]
files = [(f.path, f.is_dir, f.file_size) for f in client.list_artifacts(run.info.run_id)]
inner = [(f.path, f.is_dir, f.file_size) for f in client.list_artifacts(run.info.run_id, "notes")]
local = client.download_artifacts(run.info.run_id, "notes/a.txt", tempfile.mkdtemp())
print("=>", json.dumps({"id": run.info.run_id, "name": run.info.run_name, "experiment": run.info.experiment_id, "params": run.data.params,
                  "metrics": {k: repr(v) for k, v in run.data.metrics.items()}, "tags": run.data.tags, "history": history, "files": files,
                  "inner": inner, "text": open(local).read(), "status": run.info.status}))
""")
    found = json.loads(out.splitlines()[-1])
    assert (found["id"], found["name"], found["experiment"]) == (tracking.job, "A job", tracking.experiment)
    assert found["params"] == {"depth": "3", "name": "a b", "none": "None"}
    assert found["metrics"] == {"loss": "0.2", "nan": "nan", "inf": "inf", "minus": "-inf"}
    assert found["history"] == [[step, 1 / (step + 1)] for step in range(5)]
    assert found["tags"]["colour"] == "red" and "gone" not in found["tags"]
    assert found["files"] == [["d.json", False, 8], ["notes", True, None]] or found["files"][1] == ["notes", True, None]
    assert found["inner"] == [["notes/a.txt", False, 5]]
    assert found["text"] == "hello"
    assert found["status"] == "RUNNING"                 # the script is through, the job is not
    with tracking.app.store.reading() as tx:
        assert tx.get("g/w", "jobs", tracking.job).body["properties"]["tags"] == {"colour": "red", "gone": "x"}


def test_ending_the_run_does_not_end_the_job_and_the_end_of_the_job_ends_its_runs(tracking):
    out = tracking.script("""
import mlflow
with mlflow.start_run():
    client = mlflow.MlflowClient()
    open_one = client.create_run(mlflow.active_run().info.experiment_id)
    with mlflow.start_run(nested=True): pass
print("=>", open_one.info.run_id)
""")
    with tracking.app.store.writing() as tx:
        statuses = dict(tx.execute("SELECT id, status FROM runs").fetchall())
        assert sorted(statuses.values()) == ["FINISHED", "RUNNING", "RUNNING"] and statuses[tracking.job] == "RUNNING"
        mlflow.end_run(tx, "g/w", tracking.job, "Failed", now=tracking.app.clock())
        statuses = dict(tx.execute("SELECT id, status FROM runs").fetchall())
    assert sorted(statuses.values()) == ["FAILED", "FAILED", "FINISHED"] and statuses[out.split()[-1]] == "FAILED"


def test_nested_runs_and_runs_that_follow(tracking):
    out = tracking.script("""
import json, mlflow
with mlflow.start_run() as parent:
    for n in range(3):
        with mlflow.start_run(nested=True, run_name=f"child {n}"):
            mlflow.log_metric("m", n); mlflow.log_param("p", f"v{n}")
with mlflow.start_run(run_name="another") as other:
    mlflow.log_metric("m", 9)
client = mlflow.MlflowClient()
experiment = [parent.info.experiment_id]
def names(filter="", **more): return [r.info.run_name for r in client.search_runs(experiment, filter, **more)]
print("=>", json.dumps([names(f"tags.mlflow.parentRunId = '{parent.info.run_id}'", order_by=["metrics.m DESC"]),
  names("metrics.m >= 2", order_by=["metrics.m ASC"]), names("params.p = 'v1'"), names("attributes.run_name LIKE 'child %'", order_by=["run_name"]),
  names("attributes.status = 'RUNNING'"), names("tags.`mlflow.runName` ILIKE 'ANOTHER' and metrics.m > 3"), names("params.p != 'v1' and metrics.m < 2"),
  names("attributes.run_id IN ('%s', 'x')" % other.info.run_id), len(names(max_results=2))]))
""")
    children, big, one, like, running, another, fewer, listed, page = json.loads(out.splitlines()[-1])
    assert children == ["child 2", "child 1", "child 0"]
    assert big == ["child 2", "another"]
    assert one == ["child 1"] and like == ["child 0", "child 1", "child 2"] and running == ["A job"]
    assert another == ["another"] and fewer == ["child 0"] and listed == ["another"] and page == 2


def test_a_batch_as_autologging_sends_it(tracking):
    out = tracking.script("""
import json, time, mlflow
from mlflow.entities import Metric, Param, RunTag
client = mlflow.MlflowClient()
run = mlflow.start_run().info.run_id
now = int(time.time() * 1000)
client.log_batch(run, metrics=[Metric(f"m{k}", float(s), now + s, s) for k in range(10) for s in range(100)],
                 params=[Param(f"p{k}", str(k)) for k in range(90)], tags=[RunTag("estimator_class", "x.Y"), RunTag("mlflow.autologging", "sklearn")])
client.log_batch(run, metrics=[Metric("m0", 99.0, now + 99, 99)])       # again: no second point
found = client.get_run(run)
print("=>", json.dumps([len(found.data.metrics), found.data.metrics["m3"], len(found.data.params), found.data.tags["estimator_class"],
                  len(client.get_metric_history(run, "m0"))]))
""")
    assert json.loads(out.splitlines()[-1]) == [10, 99.0, 90, "x.Y", 100]


def test_what_the_client_is_refused(tracking):
    out = tracking.script("""
import mlflow
from mlflow.exceptions import MlflowException
client = mlflow.MlflowClient()
run = mlflow.start_run().info.run_id
mlflow.log_param("a", 1)
def says(call):
    try: call(); print("=> nothing")
    except MlflowException as error: print("=>", error.error_code)
says(lambda: client.log_param(run, "a", 2))
says(lambda: client.get_run("no-such-run"))
says(lambda: client.get_experiment("77"))
says(lambda: client.create_experiment("exp"))
says(lambda: client.search_runs(["0"], "metrics.m >>> 3"))
says(lambda: client.delete_run(run))
says(lambda: client.delete_experiment("0"))
""")
    assert out.split() == ["INVALID_PARAMETER_VALUE", "RESOURCE_DOES_NOT_EXIST", "RESOURCE_DOES_NOT_EXIST", "RESOURCE_ALREADY_EXISTS",
                           "INVALID_PARAMETER_VALUE", "INVALID_PARAMETER_VALUE", "PERMISSION_DENIED"]


def test_a_logged_model(tracking):
    out = tracking.script("""
import json, mlflow
class Model(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None): return [x * 2 for x in model_input]
with mlflow.start_run() as run:
    try: info = mlflow.pyfunc.log_model(name="model", python_model=Model(), pip_requirements=[])
    except TypeError: info = mlflow.pyfunc.log_model("model", python_model=Model(), pip_requirements=[])
loaded = mlflow.pyfunc.load_model(info.model_uri)
again = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model")
print("=>", json.dumps([loaded.metadata.run_id, again.metadata.run_id, loaded.predict([1, 2])]))
""")
    assert json.loads(out.splitlines()[-1]) == [tracking.job, tracking.job, [2, 4]]
    status, text = tracking.call("GET", f"/api/2.0/mlflow/artifacts/list?run_id={tracking.job}&path=model", base=tracking.uri)
    assert "model/MLmodel" in [file["path"] for file in json.loads(text)["files"]]


def test_experiments(tracking):
    out = tracking.script("""
import json, mlflow
client = mlflow.MlflowClient()
made = client.create_experiment("made", tags={"a": "b"})
client.set_experiment_tag(made, "c", "d")
with mlflow.start_run(experiment_id=made, run_name="r"): mlflow.log_metric("m", 1)
mlflow.set_experiment("second")
client.rename_experiment(made, "renamed")
found = client.get_experiment_by_name("renamed")
client.delete_experiment(made)
print("=>", json.dumps([found.experiment_id == made, found.tags["a"], found.tags["c"], sorted(e.name for e in client.search_experiments()),
  client.get_experiment(made).lifecycle_stage, client.get_experiment_by_name("none"), [e.name for e in client.search_experiments(filter_string="name = 'exp'")],
  client.get_experiment("0").name]))
""", token="the root's token", run=False)
    assert json.loads(out.splitlines()[-1]) == [True, "b", "d", ["Default", "exp", "second"], "deleted", None, ["exp"], "Default"]


def test_a_runs_token_opens_that_run_and_what_it_begins_only(served):
    with served.app.store.writing() as tx:
        mlflow.begin_run(tx, "g/w", "other-job", "exp", name="other", user="me", now=1)
        tx.execute("INSERT INTO run_tags VALUES ('g/w', 'other-job', 'secret', 'x')")
    api = "/api/2.0/mlflow"

    def call(method, path, body=None, token=served.token):
        return served.call(method, path, body, token, base=served.uri)[0]
    assert call("GET", f"{api}/runs/get?run_id={served.job}") == 200
    assert call("GET", f"{api}/runs/get?run_id=other-job") == 403
    assert call("POST", f"{api}/runs/log-metric", {"run_id": "other-job", "key": "k", "value": 1, "timestamp": 1}) == 403
    assert call("POST", f"{api}/runs/set-tag", {"run_id": "other-job", "key": "mlflow.rootRunId", "value": served.job}) == 403
    assert call("GET", f"{api}-artifacts/artifacts?path=other-job") == 403
    assert call("PUT", f"{api}-artifacts/artifacts/other-job/x", {}) == 403
    assert call("POST", f"{api}/runs/update", {"run_id": "other-job", "status": "FAILED"}) == 403
    status, text = served.call("POST", f"{api}/runs/search", {"experiment_ids": [served.experiment]}, served.token, base=served.uri)
    assert [run["info"]["run_id"] for run in json.loads(text)["runs"]] == [served.job]
    assert call("GET", f"{api}/runs/get?run_id={served.job}", token=None) == 401
    assert call("GET", f"{api}/runs/get?run_id={served.job}", token="azml-run-" + "0" * 64) == 401
    assert served.call("GET", f"{SCOPE}/jobs/{served.job}", token=served.token)[0] == 403
    with served.app.store.writing() as tx:
        tokens.revoke(tx, "g/w", served.job)
    assert call("GET", f"{api}/runs/get?run_id={served.job}") == 401


def test_paths_of_artifacts_stay_in_their_run(served):
    for path in ("a-job/../other/x", "a-job/..", "../a-job/x"):
        status, _ = served.call("PUT", f"/api/2.0/mlflow-artifacts/artifacts/{path}", {}, base=served.uri)
        assert status in (400, 404), path


def test_multipart_uploads_are_refused(served):
    status, text = served.call("POST", "/api/2.0/mlflow-artifacts/mpu/create/a-job", {"path": "x", "num_parts": 2}, base=served.uri)
    assert (status, json.loads(text)["error_code"]) == (404, "ENDPOINT_NOT_FOUND")


def test_a_large_artifact_is_streamed(tracking):
    out = tracking.script("""
import hashlib, mlflow, os, tempfile
path = os.path.join(tempfile.mkdtemp(), "big.bin")
with open(path, "wb") as file:
    for n in range(40): file.write(bytes([n]) * (1 << 20))
with mlflow.start_run() as run: mlflow.log_artifact(path, "sub dir")
back = mlflow.MlflowClient().download_artifacts(run.info.run_id, "sub dir/big.bin", tempfile.mkdtemp())
print("=>", hashlib.sha256(open(path, "rb").read()).hexdigest() == hashlib.sha256(open(back, "rb").read()).hexdigest())
""")
    assert out.split() == ["True"]


def test_links_of_runs_are_kept_by_the_workspaces_guid(served):
    """A workspace that is deleted and made again has none of the old one's."""
    served.call("POST", "/api/2.0/mlflow/logged-models", {"experiment_id": "0", "name": "m"}, base=served.uri)
    with served.app.store.reading() as tx:
        rows = tx.execute("SELECT workspace FROM logged_models").fetchall()
        assert rows == [(served.app.workspace(tx, "g/w").guid,)]
    assert mlflow_models.TABLES[0] == "mlflow"




def test_models_are_registered_in_the_workspace(tracking):
    out = tracking.script("""
import json, mlflow
class Model(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None): return [x * 2 for x in model_input]
with mlflow.start_run() as run:
    try: info = mlflow.pyfunc.log_model(name="model", python_model=Model(), pip_requirements=[], registered_model_name="doubler")
    except TypeError: info = mlflow.pyfunc.log_model("model", python_model=Model(), pip_requirements=[], registered_model_name="doubler")
second = mlflow.register_model(f"runs:/{run.info.run_id}/model", "doubler", tags={"a": "b"})
client = mlflow.MlflowClient()
client.set_model_version_tag("doubler", "2", "c", "d")
client.update_model_version("doubler", "2", description="twice")
found = client.get_model_version("doubler", "2")
print("=>", json.dumps([second.version, found.tags, found.description, found.run_id, found.status,
  [m.name for m in client.search_registered_models()], [v.version for v in client.search_model_versions("name = 'doubler'")],
  mlflow.pyfunc.load_model("models:/doubler/1").predict([4]), [v.version for v in client.get_registered_model("doubler").latest_versions]]))
""")
    version, tags, description, run, status, models, versions, predicted, latest = json.loads(out)
    assert (version in ("2", 2)) and (tags, description, run, status) == ({"a": "b", "c": "d"}, "twice", tracking.job, "READY")
    assert models == ["doubler"] and [str(v) for v in versions] == ["2", "1"] and predicted == [8] and [str(v) for v in latest] == ["2"]
    status, text = tracking.call("GET", f"{SCOPE}/models/doubler/versions/2")
    properties = json.loads(text)["properties"]
    assert (properties["modelType"], properties["jobName"], properties["description"]) == ("mlflow_model", tracking.job, "twice")
    assert properties["modelUri"] == f"azureml://jobs/{tracking.job}/outputs/artifacts/paths/model"


def test_models_that_a_command_registered_are_loaded_by_mlflow(tracking, tmp_path):
    from azext_ml.local import blobs
    tracking.script(f"""
import mlflow
class Model(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None): return [x + 1 for x in model_input]
mlflow.pyfunc.save_model({str(tmp_path / "saved")!r}, python_model=Model(), pip_requirements=[])
""")
    with tracking.app.store.writing() as tx:
        container = tx.get("g/w", "datastores", "workspaceblobstore").body["properties"]["containerName"]
        for path in (tmp_path / "saved").rglob("*"):
            if path.is_file():
                blobs.put(tx, container, f"up/{path.relative_to(tmp_path / 'saved')}", blobs.copy_in(tracking.app.root, path), now=1)
    tracking.call("PUT", f"{SCOPE}/models/adder/versions/1", {"properties": {
        "modelType": "mlflow_model", "modelUri": "azureml://datastores/workspaceblobstore/paths/up"}})
    out = tracking.script('import mlflow; print("=>", mlflow.pyfunc.load_model("models:/adder/1").predict([1, 2]))')
    assert out.strip() == "[2, 3]"
    assert tracking.call("PUT", "/api/2.0/mlflow-artifacts/artifacts/@models/adder/1/MLmodel", {}, tracking.token, base=tracking.uri)[0] == 400
