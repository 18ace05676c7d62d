"""The official Python SDK (azure-ai-ml), in an interpreter of its own, as a client of the served local workspace.

AZML_PEER_PYTHON names the interpreter; `make test` sets one up in .venv-peer. In CI a missing one is a failure.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from azext_ml.local import live

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def peer():
    python = os.environ.get("AZML_PEER_PYTHON") or str(PROJECT / ".venv-peer" / "bin" / "python")
    if not os.path.exists(python):
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"no azure-ai-ml at {python}: run make test")
    return python


def test_the_official_client_works_with_the_served_workspace(wire, served, peer, tmp_path_factory, clock):
    folder = tmp_path_factory.mktemp("files")
    (folder / "src").mkdir()
    (folder / "src" / "train.py").write_text("print('hello')\n")
    (folder / "data").mkdir()
    (folder / "data" / "x.csv").write_text("1,2\n")
    (folder / "conda.yml").write_text("name: e\nchannels: [conda-forge]\ndependencies: [python=3.10, {pip: [numpy]}]\n")
    artifacts = live.artifact_container(wire.get(wire.scope).properties["workspaceId"])
    wire.put(f"/azml/{artifacts}/ExperimentRun/dcid.j1/user_logs/std_log.txt", b"a log\n")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("AZURE", "PYTEST"))}
    run = subprocess.run([peer, Path(__file__).with_name("peer_client.py"), served, wire.app.token, folder],
                         env={**environ, "HOME": str(folder)}, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr[-4000:]
    found = json.loads(run.stdout.splitlines()[-1])
    assert "RunId: j1" in run.stdout                # of the stream

    assert found["workspace"] == ["first", "local", f"{served}/discovery", f"{served}/mlflow/v1.0{wire.scope}"]
    assert found["workspaces"] == ["first"] and found["default datastore"] == "workspaceblobstore"
    assert found["datastores"] == [
        "workspaceartifactstore", "workspaceblobstore", "workspacefilestore", "workspaceworkingdirectory"]

    assert found["data"][:2] == ["1", "2"] and found["data"][2].endswith("/data") and found["data"][3] == "2"
    assert found["data versions"] == ["2", "1"] and found["data containers"] == ["d"]
    assert "(UserError) Asset paths cannot be updated." in found["other path"]["message"]

    assert found["model"][0] == "1" and found["model"][2:] == ["mine", "2"]
    assert found["model"][1].startswith("azureml://subscriptions/")
    assert found["model versions"] == ["2"] and found["model file"] == "1,2\n"
    assert "absent" in found["no model"]["message"]

    assert found["environment"] == ["1", ["python=3.10", {"pip": ["numpy"]}]] and found["environments"] == ["e"]
    assert found["compute"] == ["STANDARD_DS2_V2", "Succeeded", ["c1"]] and found["computes"] == []
    assert found["no compute"]["status"] == 404

    assert found["job"] == ["j1", "Starting", "j1", "trial", {"first": "1"}, ["Studio", "Tracking"]]
    assert found["one snapshot"] is True
    assert found["changed job"] == ["changed", {"first": "1", "second": "2"}, "Starting",
                                    "python train.py --n ${{inputs.n}} ${{inputs.d}}"]
    assert found["jobs"] == ["j2", "j1"] and found["jobs in view"] == ["j1"]
    assert found["canceled"] == "Canceled"
    assert found["cancel again"]["status"] == 400 and "it can't be canceled" in found["cancel again"]["message"]
    assert found["no job"]["status"] == 404 and "Job absent not found." in found["no job"]["message"]
    assert found["downloaded"] == ["logs/artifacts/user_logs/std_log.txt"]

    code = wire.get("jobs/j1").properties["codeId"]
    uri = wire.get(code).properties["codeUri"]
    assert wire.follow(f"{uri}/train.py").body == b"print('hello')\n"
    with wire.store.reading() as tx:
        assert tx.execute("SELECT count(*) FROM snapshots").fetchone() == (1,)
