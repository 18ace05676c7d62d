"""Command jobs from PUT to terminal status, on a real agent."""

import http.server
import json
import os
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.local.runner import wheels
from tests.local.runner.world import SCOPE, World


def literal(value):
    return {"jobInputType": "literal", "value": value}


def uri(kind, where, **more):
    return {"jobInputType": kind, "uri": where, **more}


def test_a_job_completes(world):
    name, status = world.run("echo hello; echo oops >&2; pwd; ls -A")
    assert status == "Completed"
    assert world.log(name).splitlines() == ["hello", "oops", str(world.folder(name) / "code")]
    details = world.details(name)
    assert details["startTimeUtc"] <= details["endTimeUtc"]
    assert list(details["logFiles"]) == ["user_logs/std_log.txt"]
    assert world.blobs(f"ExperimentRun/dcid.{name}/", "workspaceartifactstore")["user_logs/std_log.txt"] == world.log(name).encode()


def test_the_statuses_of_a_job_in_their_order(world):
    order = ["Starting", "Preparing", "Queued", "Running", "Finalizing", "Completed"]
    name, seen = world.job("sleep 0.1; head -c 3000000 /dev/zero > outputs_; mkdir outputs; cp outputs_ outputs/x"), []
    while not seen or seen[-1] != "Completed":
        status = world.status(name)
        if not seen or seen[-1] != status:
            seen.append(status)
    assert seen == sorted(seen, key=order.index) and "Running" in seen


def test_a_failed_command(world):
    name, status = world.run("echo the reason; exit 3")
    assert status == "Failed"
    assert "exited with code 3" in world.message(name) and "the reason" in world.message(name)
    name, status = world.run("kill -9 $$")
    assert "SIGKILL" in world.message(name)


def test_values_arrive_intact(world):
    hostile = "a b'c\"d$HOME`id`\\n\n;|&*"
    name, status = world.run("printf '%s\\0' ${{inputs.x}} \"${{inputs.x}}\" '${{inputs.x}}'; printf '%s\\0' \"$V\"",
                             inputs={"x": literal(hostile)}, environmentVariables={"V": "${{inputs.x}}!"})
    assert status == "Completed"
    assert world.log(name).split("\0")[:4] == [hostile, hostile, hostile, hostile + "!"]


def test_an_unknown_name_fails_before_anything_starts(world):
    name, status = world.run("touch /nowhere; echo ${{inputs.nope}}", inputs={"x": literal("1")})
    assert status == "Failed"
    assert "inputs.nope" in world.message(name) and "inputs.x" in world.message(name)
    assert world.log(name) == ""
    assert not (world.folder(name) / "python").exists()
    name, status = world.run("echo x", environmentVariables={"A": "${{outputs.nope}}"})
    assert status == "Failed" and "outputs.nope" in world.message(name)


def test_optional_inputs(world):
    name, status = world.run("echo a $[[--x ${{inputs.x}}]] $[[--y ${{inputs.y}}]]", inputs={"x": None, "y": literal("1 2")})
    assert (status, world.log(name)) == ("Completed", "a --y 1 2\n")
    name, status = world.run("echo ${{inputs.x}}", inputs={"x": None})
    assert status == "Failed" and "has no value" in world.message(name)


def test_what_cannot_be_stored_fails_the_job(world):
    name, status = world.run(f"echo x > ${{{{outputs.o}}}}/x; mv {world.root}/blobs {world.root}/away; touch {world.root}/blobs",
                             outputs={"o": {"jobOutputType": "uri_folder", "assetName": "o"}})
    assert status == "Failed" and "could not be stored" in world.message(name)
    assert world.request("GET", f"{SCOPE}/data/o")[0] == 404


def test_inputs_of_every_kind(world):
    world.put_blob("in/one.csv", b"one")
    world.put_blob("in/odd name%20.csv", b"odd")
    world.put_blob("in/dir/a.txt", b"a")
    world.put_blob("in/dir/sub/b.txt", b"b")
    world.put_blob("in/table/MLTable", b"paths: []")
    store = "azureml://datastores/workspaceblobstore/paths/"
    world.ok("PUT", f"{SCOPE}/data/d/versions/1", {"properties": {"dataType": "uri_folder", "dataUri": store + "in/dir/"}})
    world.ok("PUT", f"{SCOPE}/models/m/versions/3", {"properties": {"modelType": "custom_model", "modelUri": store + "in/one.csv"}})
    inputs = {
        "odd": uri("uri_file", store + "in/odd name%20.csv"), "file": uri("uri_file", store + "in/one.csv"), "folder": uri("uri_folder", store + "in/dir"),
        "table": uri("mltable", store + "in/table/"), "data": uri("uri_folder", f"{SCOPE}/data/d/versions/1"),
        "model": uri("custom_model", f"{SCOPE}/models/m/versions/3"), "direct": uri("uri_file", store + "in/one.csv", mode="Direct"),
    }
    inputs["long"] = uri("uri_file", "azureml://subscriptions/s/resourcegroups/g/workspaces/w/datastores/workspaceblobstore/paths/in/one.csv")
    name, status = world.run(
        "cat ${{inputs.odd}} ${{inputs.file}} ${{inputs.long}} ${{inputs.folder}}/a.txt ${{inputs.folder}}/sub/b.txt ${{inputs.table}}/MLTable"
        " ${{inputs.data}}/sub/b.txt ${{inputs.model}}; echo; echo ${{inputs.direct}}; echo $AZURE_ML_INPUT_file; echo x >> ${{inputs.file}}",
        inputs=inputs)
    assert status == "Completed", world.message(name)
    lines = world.log(name).splitlines()
    assert lines[0] == "oddoneoneab" + "paths: []" + "b" + "one"
    assert lines[1] == store + "in/one.csv"
    assert lines[2].endswith("/one.csv")
    assert world.blobs("in/one.csv") == {"": b"one"}              # the script wrote to a copy


@pytest.mark.parametrize("value, message", [
    (uri("uri_file", "azureml://datastores/nope/paths/x"), "Not found datastore with name nope"),
    (uri("uri_file", "azureml://datastores/workspaceblobstore/paths/nope.csv"), "input 'x'.*does not exist"),
    (uri("uri_folder", "azureml://datastores/workspaceblobstore/paths/nope/"), "input 'x'.*does not exist"),
    (uri("uri_folder", f"{SCOPE}/data/nope/versions/1"), "Not found data version nope:1"),
    (uri("uri_folder", "azureml://registries/r/data/d/versions/1"), "registry"),
    (uri("uri_file", "wasbs://c@a.blob.core.windows.net/x"), "wasbs"),
    (uri("uri_file", "/etc/passwd"), "cannot be found locally"),
    (uri("uri_file", "file:///etc/passwd"), "cannot be found locally"),
    (uri("uri_folder", "azureml://jobs/nope/outputs/o"), "no output of a job"),
])
def test_inputs_that_are_not_there_fail_the_job_at_its_run(world, value, message):
    import re
    name, status = world.run("touch ran", inputs={"x": value})
    assert status == "Failed"
    assert re.search(message, world.message(name)), world.message(name)


def test_an_input_from_the_network(world):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path.startswith("/data") else 404)
            self.send_header("Content-Length", "4" if "short" not in self.path else "40")
            self.end_headers()
            self.wfile.write(b"body")

        def log_message(self, *args):
            pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    try:
        name, status = world.run("basename ${{inputs.x}}; cat ${{inputs.x}}", inputs={"x": uri("uri_file", base + "/data%20file.csv?sig=secret")})
        assert (status, world.log(name)) == ("Completed", "data file.csv\nbody")
        name, status = world.run("true", inputs={"x": uri("uri_file", base + "/nope?sig=secret")})
        assert status == "Failed" and "could not be downloaded" in world.message(name)
        assert "secret" not in world.message(name)
        name, status = world.run("true", inputs={"x": uri("uri_file", base + "/data/short")})
        assert status == "Failed", world.message(name)
    finally:
        server.shutdown()
        server.server_close()


def test_outputs_become_blobs_and_assets(world):
    name, status = world.run(
        "echo m > ${{outputs.model}}/m.pkl; mkdir -p ${{outputs.data}}/sub; echo d > ${{outputs.data}}/sub/d; echo f > ${{outputs.file}};"
        " echo p > ${{outputs.placed}}/p; mkdir outputs; echo o > outputs/o.txt; echo $AZURE_ML_OUTPUT_model",
        outputs={"model": {"jobOutputType": "custom_model", "assetName": "trained"},
                 "data": {"jobOutputType": "uri_folder", "assetName": "made", "assetVersion": "7"},
                 "file": {"jobOutputType": "uri_file", "assetName": "one"},
                 "placed": {"jobOutputType": "uri_folder", "uri": "azureml://datastores/${{default_datastore}}/paths/x/${{name}}/${{output_name}}"}})
    assert status == "Completed", world.message(name)
    assert world.blobs(f"azureml/{name}/") == {"model/m.pkl": b"m\n", "data/sub/d": b"d\n", "file/file": b"f\n"}
    assert world.blobs(f"x/{name}/placed/") == {"p": b"p\n"}
    assert world.blobs(f"ExperimentRun/dcid.{name}/outputs/", "workspaceartifactstore") == {"o.txt": b"o\n"}
    model = world.ok("GET", f"{SCOPE}/models/trained/versions/1")["properties"]
    assert model["modelType"] == "custom_model" and model["jobName"] == name
    assert model["modelUri"].endswith(f"/datastores/workspaceblobstore/paths/azureml/{name}/model/")
    assert world.ok("GET", f"{SCOPE}/data/made/versions/7")["properties"]["dataType"] == "uri_folder"
    assert world.show(name)["outputs"]["placed"]["uri"] == f"azureml://datastores/workspaceblobstore/paths/x/{name}/placed"
    # What one job made is the next one's input, by asset and by job.
    name, status = world.run("cat ${{inputs.a}}/m.pkl ${{inputs.b}} ${{inputs.c}}/sub/d ${{inputs.d}}", inputs={
        "a": uri("custom_model", f"{SCOPE}/models/trained/versions/1"), "b": uri("uri_file", f"{SCOPE}/data/one/versions/1"),
        "c": uri("uri_folder", f"azureml://jobs/{name}/outputs/data"),
        "d": uri("uri_file", f"azureml://jobs/{name}/outputs/artifacts/paths/outputs/o.txt")})
    assert (status, world.log(name)) == ("Completed", "m\nf\nd\no\n"), world.message(name)
    # And a version that is left open is the next one.
    world.run("echo 2 > ${{outputs.model}}/m", outputs={"model": {"jobOutputType": "custom_model", "assetName": "trained"}})
    assert world.ok("GET", f"{SCOPE}/models/trained")["properties"]["latestVersion"] == "2"


def test_a_failed_job_registers_nothing_and_keeps_what_it_wrote(world):
    name, status = world.run("echo m > ${{outputs.m}}/m; exit 1", outputs={"m": {"jobOutputType": "custom_model", "assetName": "never"}})
    assert status == "Failed"
    assert world.request("GET", f"{SCOPE}/models/never")[0] == 404
    assert world.blobs(f"azureml/{name}/m/") == {"m": b"m\n"}


def test_registration_that_is_refused_fails_the_job(world):
    world.ok("PUT", f"{SCOPE}/models/taken/versions/1",
             {"properties": {"modelUri": "azureml://datastores/workspaceblobstore/paths/other"}})
    name, status = world.run("echo m > ${{outputs.m}}/m; echo d > ${{outputs.d}}/d", outputs={
        "d": {"jobOutputType": "uri_folder", "assetName": "neither"},
        "m": {"jobOutputType": "custom_model", "assetName": "taken", "assetVersion": "1"}})
    assert status == "Failed" and "could not be registered" in world.message(name)
    assert world.request("GET", f"{SCOPE}/data/neither")[0] == 404


def test_an_empty_output_is_not_registered(world):
    name, status = world.run("true", outputs={"m": {"jobOutputType": "custom_model", "assetName": "empty"}})
    assert status == "Completed"
    assert [w for w in world.warnings(name) if "empty" in w]
    assert world.request("GET", f"{SCOPE}/models/empty")[0] == 404


def test_code_is_there_and_executable(world):
    container = "upload-test"
    from azext_ml.local import blobs
    for path, data in (("dir/run.sh", b"#!/bin/sh\necho ran $1 $(cat sub/x)\n"), ("dir/sub/x", b"data")):
        content = blobs.write(str(world.root), [data])
        with world.store.writing() as tx:
            blobs.put(tx, container, path, content, now=time.time())
    world.ok("PUT", f"{SCOPE}/codes/c/versions/1", {"properties": {"codeUri": f"http://azml.local:80/azml/{container}/dir"}})
    name, status = world.run("./run.sh here", codeId=f"{SCOPE}/codes/c/versions/1")
    assert (status, world.log(name)) == ("Completed", "ran here data\n"), world.message(name)
    world.until(lambda: os.listdir(world.folder(name)) == ["logs"])       # the rest is in the blobs


def test_environment_of_the_process(world, monkeypatch):
    name, status = world.run("env -0", inputs={"lr": literal("0.1")}, environmentVariables={"MINE": "a b", "HOME": "/x"}, experimentName="exp")
    env = dict(line.split("=", 1) for line in world.log(name).split("\0") if line)
    assert env["MLFLOW_RUN_ID"] == env["AZUREML_RUN_ID"] == env["AZUREML_ROOT_RUN_ID"] == name
    assert env["MLFLOW_EXPERIMENT_NAME"] == env["AZUREML_EXPERIMENT_NAME"] == "exp"
    assert env["MLFLOW_TRACKING_URI"].startswith("http://127.0.0.1:") and env["MLFLOW_TRACKING_URI"].endswith(SCOPE)
    assert (env["AZUREML_ARM_SUBSCRIPTION"][:4], env["AZUREML_ARM_RESOURCEGROUP"], env["AZUREML_ARM_WORKSPACE_NAME"]) == ("0000", "g", "w")
    assert (env["MINE"], env["HOME"], env["AZURE_ML_INPUT_lr"]) == ("a b", "/x", "0.1")
    assert env["PATH"].split(":")[0] == str(world.folder(name) / "python" / "bin")
    assert "PYTHONPATH" not in env and "AZML_AGENT_DESCRIPTORS" not in env


def test_secrets_of_the_person_are_not_passed_on(tmp_path):
    world = World(tmp_path / "root", env={"AZURE_ML_ACCESS_TOKEN": "s3cret", "AWS_SECRET_ACCESS_KEY": "s3cret", "PYTHONPATH": "/nowhere"})
    try:
        name, _ = world.run("env")
        assert "s3cret" not in world.log(name) and "/nowhere" not in world.log(name)
    finally:
        world.close()


def test_requirements_make_the_environment(tmp_path):
    wheels.make(tmp_path / "wheels", "probe", code="def main():\n    print('probed')\n", scripts=[("probe", "main")])
    world = World(tmp_path / "root", env={**wheels.offline(tmp_path / "wheels"), "AZURE_ML_PYTHON": os.path.realpath(sys.executable)})
    try:
        good = world.environment("good", image="i", condaFile=json.dumps({"dependencies": [{"pip": ["probe"]}]}))
        name, status = world.run("python -c 'import probe; probe.main()'; probe", environmentId=good)
        assert (status, world.log(name)) == ("Completed", "probed\nprobed\n"), world.message(name)
        assert "Making the Python environment" in Path(world.folder(name), "logs", "azureml-logs", "20_image_build_log.txt").read_text()
        bad = world.environment("bad", image="i", condaFile=json.dumps({"dependencies": [{"pip": ["nope==1"]}]}))
        name, status = world.run("true", environmentId=bad)
        assert status == "Failed" and "nope" in world.message(name)
        assert "nope" in Path(world.folder(name), "logs", "azureml-logs", "20_image_build_log.txt").read_text()
    finally:
        world.close()


def test_what_is_not_served_locally_is_said(world):
    name, status = world.run("true", services={"tb": {"jobServiceType": "TensorBoard"}}, resources={"instanceCount": 4, "dockerArgs": "-x"},
                             distribution={"distributionType": "PyTorch", "processCountPerInstance": 2}, identity={"identityType": "AMLToken"},
                             environmentId=world.environment(image="docker.io/x"))
    assert status == "Completed"
    text = "\n".join(world.warnings(name))
    assert all(part in text for part in ("tb", "PyTorch", "docker_args", "docker.io/x")) and len(world.warnings(name)) == 4


def test_a_job_without_limits_has_no_warnings(world):
    assert world.warnings(world.run("true")[0]) == []


def test_time_limit(world):
    name, status = world.run("sleep 1001 & (setsid sleep 1002 &); sleep 1003", limits={"timeout": "PT0.4S"})
    assert status == "Canceled" and "limit" in world.message(name)
    assert not world.left_running()


def test_cancel_ends_the_whole_tree(world):
    name = world.job("(setsid sleep 1001 &); sleep 1002 & echo up; wait")
    world.wait_log(name, "up")
    began = time.monotonic()
    assert world.cancel(name)[0] == 202
    assert world.wait(name)["status"] == "Canceled"
    assert time.monotonic() - began < 3
    assert not world.left_running()
    assert world.cancel(name)[0] == 400


def test_the_run_of_a_job_begins_and_ends_with_it(world):
    import json
    name, status = world.run("exit 1", tags={"colour": "red", "none": None}, displayName="Shown", experimentName="exp")
    run = world.ok("GET", f"/mlflow/v1.0{SCOPE}/api/2.0/mlflow/runs/get?run_id={name}")["run"]
    tags = {tag["key"]: tag["value"] for tag in run["data"]["tags"]}
    assert (run["info"]["status"], run["info"]["run_name"], tags["colour"], tags["none"]) == ("FAILED", "Shown", "red", ""), json.dumps(run)
    assert run["info"]["end_time"] >= run["info"]["start_time"]
    experiment = world.ok("GET", f"/mlflow/v1.0{SCOPE}/api/2.0/mlflow/experiments/get?experiment_id={run['info']['experiment_id']}")
    assert experiment["experiment"]["name"] == "exp"


def test_a_deleted_job_is_ended_and_forgotten(world):
    name = world.job("echo up; sleep 1001")
    world.wait_log(name, "up")
    world.ok("DELETE", f"{SCOPE}/jobs/{name}")
    world.until(lambda: not world.left_running() and not world.folder(name).exists())
    assert world.request("GET", f"{SCOPE}/jobs/{name}")[0] == 404
    assert world.run("true")[1] == "Completed"


def test_changes_of_a_running_job_are_kept(world):
    name = world.job("echo up; while [ ! -e ../go ]; do sleep 0.01; done")
    world.wait_log(name, "up")
    world.ok("PATCH", f"/history/v1.0{SCOPE}/experiments/Default/runs/{name}", {"tags": {"a": "b"}, "hidden": True})
    (world.folder(name) / "go").touch()
    shown = world.wait(name)
    assert (shown["status"], shown["tags"], shown["isArchived"]) == ("Completed", {"a": "b"}, True)


@pytest.mark.parametrize("text, seconds", [("PT1H30M", 5400), ("PT5S", 5), ("P1DT1S", 86401), ("PT0.5S", 0.5), (None, None), ("", None), ("P", None)])
def test_durations(text, seconds):
    from azext_ml.local.runner.command import _seconds
    assert _seconds(text) == seconds
