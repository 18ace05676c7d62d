"""The extension as people install it: a wheel, added to the Azure CLI proper, in processes of its own.

`make test` puts the Azure CLI into .venv-az; AZML_TEST_AZ names another Python that has it.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from azext_ml import __version__

PROJECT = Path(__file__).parents[2]
AZ_PYTHON = Path(os.environ.get("AZML_TEST_AZ") or PROJECT / ".venv-az" / "bin" / "python")


class Az:
    """az with a folder of its own and the extension added."""

    def __init__(self, folder):
        self.folder = folder
        self.env = {"PATH": os.environ["PATH"], "HOME": str(folder), "AZURE_CONFIG_DIR": str(folder / "az"),
                    "AZURE_CORE_COLLECT_TELEMETRY": "0", "AZURE_CORE_NO_COLOR": "1", "AZURE_ML_LOCAL_ROOT": str(folder / "root"),
                    **{name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "REQUESTS_", "UV_"))}}

    def __call__(self, line, code=0, **env):
        done = subprocess.run([str(AZ_PYTHON), "-m", "azure.cli", *(line.split() if isinstance(line, str) else line)],
                              env={**self.env, **env}, cwd=self.folder, capture_output=True, text=True, timeout=300)
        assert done.returncode == code, f"{line}\n{done.stdout}\n{done.stderr}"
        assert "Unable to load extension" not in done.stderr
        return done

    def local(self, line, code=0, **env):
        return self(line, code, AZURE_ML_BACKEND="local", **env)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    shutil.rmtree(PROJECT / "build", ignore_errors=True)        # setuptools would pack what an older build left there
    subprocess.run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, PROJECT], check=True)
    return next(folder.glob("ml-*.whl"))


@pytest.fixture(scope="session")
def bare(tmp_path_factory):
    """az without the extension, and the help that it then prints."""
    assert AZ_PYTHON.exists(), f"{AZ_PYTHON} is missing: `make test` makes it"
    az = Az(tmp_path_factory.mktemp("az"))
    az("version")
    az("-h")                        # the first one greets
    return az, az("-h").stdout


@pytest.fixture(scope="session")
def az(bare, wheel):
    az, _ = bare
    az(["extension", "add", "--source", str(wheel), "-y"])
    return az


def test_it_is_added_under_the_name_that_az_knows(az):
    added = json.loads(az("extension list").stdout)
    assert [(one["name"], one["version"], one["extensionType"], one["preview"]) for one in added] == [("ml", __version__, "whl", False)]


def test_the_wheel_holds_one_extension(wheel):
    import zipfile
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"azext_ml", f"ml-{__version__}.dist-info"}
    assert "azext_ml/azext_metadata.json" in names
    shipped = {name for name in names if name.startswith("azext_ml/")}
    tracked = {str(path.relative_to(PROJECT)) for path in (PROJECT / "azext_ml").rglob("*")
               if path.is_file() and "__pycache__" not in path.parts}
    assert shipped == tracked


def test_the_rest_of_az_is_as_it_was(az, bare):
    before = bare[1].splitlines()
    after = [line for line in az("-h").stdout.splitlines() if not line.strip().startswith("ml ")]
    left = [line for line in after if line not in before]
    assert len(left) <= 1, left                     # our summary takes two lines
    assert [line for line in after if line not in left] == before


def test_commands(az):
    assert json.loads(az("ml local path").stdout) == {"path": str(az.folder / "root")}
    assert json.loads(az.local("ml model list").stdout) == []
    assert "az ml model create" in az("ml model create -h").stdout
    assert az("ml model lits", code=2).stdout == ""
    assert az.local("ml model show -n nothing", code=3).stdout == ""
    login = az("ml model list", code=1).stderr
    assert "az login" in login and "ml.backend=local" in login


def test_settings_of_az_are_read(az):
    az("config set ml.backend=local --only-show-errors")
    az("configure --defaults group=team workspace=ours")
    try:
        made = az("ml data create -n d -v 1 --type uri_file --path https://example.org/x --query id -o tsv").stdout
        assert "/resourceGroups/team/providers/Microsoft.MachineLearningServices/workspaces/ours/" in made
    finally:
        az("config unset ml.backend defaults.group defaults.workspace --only-show-errors")


def test_files_move_over_the_network_with_az_s_own_libraries(az):
    """az looks in its own folder before the extension's: azure-core is az's, azure-storage-blob is ours."""
    (az.folder / "model.bin").write_bytes(os.urandom(100_000))
    digest = hashlib.sha256((az.folder / "model.bin").read_bytes()).hexdigest()
    az.local("ml workspace create -g g -n w")
    serving = subprocess.Popen([str(AZ_PYTHON), "-m", "azure.cli", "ml", "local", "serve"], env=az.env, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    try:
        said = json.loads(serving.stdout.readline())
        env = {"AZURE_ML_ENDPOINT": said["url"], "AZURE_ML_ACCESS_TOKEN": Path(said["token_file"]).read_text(),
               "AZURE_SUBSCRIPTION_ID": "00000000-0000-0000-0000-000000000000"}
        az("ml model create -n m -v 1 --path model.bin -g g -w w", **env)
        assert json.loads(az("ml model list -g g -w w --query [].name", **env).stdout) == ["m"]
    finally:
        serving.kill()
        serving.communicate()
    assert any(path.name == digest for path in (az.folder / "root" / "blobs").rglob("*"))


def test_a_job_runs(az):
    """The agent is started with az's Python, which finds the extension only because it is told where."""
    (az.folder / "job.yml").write_text("command: echo from-the-job\nenvironment:\n  image: any\n")
    done = az.local("ml job create -f job.yml --stream --query status")
    assert json.loads(done.stdout) == "Completed" and "from-the-job" in done.stderr


def test_updates_of_az_leave_it_alone(az):
    """`az extension update` and `az upgrade` take what is newer under the same name: nothing of the official numbers is."""
    class Index(BaseHTTPRequestHandler):
        def do_GET(self):
            entry = {"downloadUrl": "http://127.0.0.1/ml-99.9.9-py3-none-any.whl", "filename": "ml-99.9.9-py3-none-any.whl",
                     "metadata": {"azext.minCliCoreVersion": "2.15.0", "name": "ml", "version": "99.9.9", "summary": "official"},
                     "sha256Digest": "0" * 64}
            body = json.dumps({"formatVersion": "1", "extensions": {"ml": [entry]}}).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass
    server = HTTPServer(("127.0.0.1", 0), Index)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        said = az("extension update -n ml", AZURE_EXTENSION_INDEX_URL=f"http://127.0.0.1:{server.server_port}/index.json").stderr
    finally:
        server.shutdown()
        server.server_close()
    assert "already installed" in said
    assert json.loads(az("extension show -n ml").stdout)["version"] == __version__
