"""`az ml local`: path, doctor, and the served workspace as another process sees it."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def test_path(azml, az_ml, root):
    assert azml("local path").ok().json == az_ml("local path").ok().json == {"path": str(root)}


def test_doctor(azml):
    rows = azml("local doctor").ok().json
    assert {row["check"] for row in rows} >= {"extension", "azure-cli-core", "extension of az", "uv", "local workspace", "room on disk"}
    assert all(row["ok"] for row in rows if row["check"] in ("extension", "azure-cli-core", "local workspace"))
    assert all(row["fix"] for row in rows if not row["ok"])


def test_doctor_notices_that_the_official_extension_is_back(azml, tmp_path):
    def check():
        return next(row for row in azml("local doctor", env={"AZURE_EXTENSION_DIR": tmp_path}).ok().json
                    if row["check"] == "extension of az")
    assert check()["ok"]
    (tmp_path / "ml" / "azext_mlv2").mkdir(parents=True)
    assert not check()["ok"] and "az extension remove" in check()["fix"]


def test_doctor_names_what_is_wrong_with_the_folder(azml, tmp_path):
    (tmp_path / "file").write_text("")
    rows = azml("local doctor", env={"AZURE_ML_LOCAL_ROOT": tmp_path / "file"}).ok().json
    wrong = next(row for row in rows if row["check"] == "local workspace")
    assert not wrong["ok"] and "AZURE_ML_LOCAL_ROOT" in wrong["fix"]


@pytest.fixture
def served(root):
    process = subprocess.Popen([sys.executable, "-c", "import sys; from azext_ml.cli.azml import main; sys.exit(main())", "local", "serve"],
                               env={**os.environ, "PYTHONPATH": str(PROJECT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    assert line, process.stderr.read()
    yield process, json.loads(line)
    process.kill()
    process.communicate()


def test_serve(served, azml, tmp_path):
    process, said = served
    assert said["url"].startswith("http://127.0.0.1:")
    token = Path(said["token_file"]).read_text().strip()
    assert Path(said["token_file"]).stat().st_mode & 0o077 == 0

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(said["url"] + "/subscriptions/s/providers/Microsoft.MachineLearningServices/workspaces")
    assert refused.value.code == 401

    # The same commands, over the wire and in this process, see one workspace.
    azml("workspace create -g local -n local").ok()
    env = {"AZURE_ML_BACKEND": "azure", "AZURE_ML_ENDPOINT": said["url"], "AZURE_ML_ACCESS_TOKEN": token,
           "AZURE_SUBSCRIPTION_ID": "00000000-0000-0000-0000-000000000000"}
    (tmp_path / "m.bin").write_bytes(b"weights" * 1000)
    made = azml("model create --name m --version 1 --path m.bin -g local -w local", cwd=tmp_path, env=env).ok()
    assert azml("model show --name m --version 1").ok().json["id"] == made.json["id"]
    assert azml("model list -g local -w local", env={**env, "AZURE_ML_ACCESS_TOKEN": "wrong"}).code == 1

    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert token not in out + err and "Traceback" not in err
