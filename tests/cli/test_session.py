"""Which workspace a command works on: backend, names, tokens."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

AZURE = {"AZURE_ML_BACKEND": "azure"}


class Service(BaseHTTPRequestHandler):
    """Answers every list with nothing and writes down who asked."""

    def do_GET(self):
        self.server.seen.append((self.path, self.headers.get("Authorization")))
        body = b'{"value": []}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def service():
    server = HTTPServer(("127.0.0.1", 0), Service)
    server.seen = []
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("door, expected", [("az", "nobody is logged in"), ("azml", "Local workspace")])
def test_the_backend_is_the_doors_own_unless_set(request, door, expected):
    run = request.getfixturevalue("az_ml" if door == "az" else "azml")
    assert expected in run("model list", env={"AZURE_ML_BACKEND": None}).err


def test_an_unknown_backend_is_refused(azml):
    result = azml("model list", env={"AZURE_ML_BACKEND": "cloud"})
    assert result.code == 2 and "`azure` and `local`" in result.err


@pytest.mark.parametrize("line", ["model list", "model list -g g -w w", "workspace list", "job cancel --name x"])
def test_without_a_login_one_sentence_names_both_ways_out(az_ml, root, line):
    result = az_ml(line, env=AZURE)
    assert result.code == 1 and result.out == ""
    assert len(result.err.splitlines()) == 1
    assert "az login" in result.err and "AZURE_ML_BACKEND=local" in result.err
    assert not root.exists(), "nothing may happen locally because a login failed"


def test_without_credentials_azml_says_the_same(azml):
    env = {**AZURE, "AZURE_SUBSCRIPTION_ID": "s", "PATH": "", "HOME": os.getcwd(), "AZURE_POD_IDENTITY_AUTHORITY_HOST": None,
           "AZURE_IDENTITY_DISABLE_IMDS": "1", "AZURE_TOKEN_CREDENTIALS": "EnvironmentCredential"}
    result = azml("model list -g g -w w", env=env)
    assert result.code == 1 and len(result.err.splitlines()) == 1, result.err
    assert "az login" in result.err and "AZURE_ML_BACKEND=local" in result.err


def test_names_that_azure_needs(azml):
    result = azml("model list", env=AZURE)
    assert result.code == 2 and "--resource-group/-g" in result.err and "--workspace-name/-w" in result.err
    assert "--subscription" in azml("model list -g g -w w", env=AZURE).err


def test_names_come_from_options_then_defaults(az_ml, azml, service):
    env = {**AZURE, "AZURE_ML_ENDPOINT": service.url, "AZURE_ML_ACCESS_TOKEN": "t0ken", "AZURE_SUBSCRIPTION_ID": "s",
           "AZURE_DEFAULTS_GROUP": "dg", "AZURE_DEFAULTS_WORKSPACE": "dw"}
    for door in (az_ml, azml):
        door("model list", env=env).ok()
        door("model list -g g -w w --subscription other", env=env).ok()
        door("workspace list", env=env).ok()
    places = [path.split("?")[0] for path, _ in service.seen]
    provider = "providers/Microsoft.MachineLearningServices/workspaces"
    assert places == [f"/subscriptions/s/resourceGroups/dg/{provider}/dw/models",
                      f"/subscriptions/other/resourceGroups/g/{provider}/w/models",
                      f"/subscriptions/s/resourceGroups/dg/{provider}"] * 2


def test_a_ready_token_goes_to_the_endpoint(azml, service):
    env = {**AZURE, "AZURE_ML_ENDPOINT": service.url, "AZURE_SUBSCRIPTION_ID": "s"}
    azml("model list -g g -w w", env={**env, "AZURE_ML_ACCESS_TOKEN": "t0ken"}).ok()
    azml("model list -g g -w w", env={**env, "AZURE_CLIENT_ID": "id", "AZURE_TENANT_ID": "t", "AZURE_CLIENT_SECRET": "s"}).ok()
    assert [token for _, token in service.seen] == ["Bearer t0ken", None], "a login must not be sent to a foreign endpoint"


def test_plain_http_goes_to_this_machine_only(azml):
    result = azml("model list -g g -w w", env={**AZURE, "AZURE_ML_ENDPOINT": "http://example.org", "AZURE_ML_ACCESS_TOKEN": "t0ken",
                                               "AZURE_SUBSCRIPTION_ID": "s"})
    assert result.code != 0 and "http" in result.err and "t0ken" not in result.err


def test_secrets_stay_out_of_the_debug_log(azml, service):
    result = azml("model list -g g -w w --debug", env={**AZURE, "AZURE_ML_ENDPOINT": service.url, "AZURE_ML_ACCESS_TOKEN": "t0ken",
                                                       "AZURE_SUBSCRIPTION_ID": "s"}).ok()
    assert "t0ken" not in result.out + result.err


def test_a_default_workspace_is_made_on_first_use(azml):
    assert azml("workspace list").ok().json == []
    azml("model list").ok()
    azml("model list", env={"AZURE_DEFAULTS_WORKSPACE": "mine", "AZURE_DEFAULTS_GROUP": "team"}).ok()
    assert {(w["resourceGroup"], w["name"]) for w in azml("workspace list").ok().json} == {("local", "local"), ("team", "mine")}


def test_a_named_workspace_must_be_there(azml):
    result = azml("model list -w mine")
    assert result.code == 3 and "azml workspace create -g local -n mine" in result.err
    assert azml("workspace list").ok().json == []
    azml("workspace create -g local -n mine").ok()
    assert azml("model list -w mine").ok().json == []
    assert azml("model list -w mine -g other").code == 3


def test_models_of_two_workspaces_do_not_mix(azml, tmp_path):
    (tmp_path / "m.bin").write_bytes(b"x")
    azml("workspace create -n one").ok()
    azml("model create --name m --version 1 --path m.bin -w one", cwd=tmp_path).ok()
    assert azml("model list").ok().json == []
    assert [m["name"] for m in azml("model list -w one").ok().json] == ["m"]


def test_any_subscription_is_taken_locally(azml):
    assert azml("model list --subscription 11111111-1111-1111-1111-111111111111").ok().json == []


def test_many_at_once_make_one_workspace(root, monkeypatch):
    """The first use may happen in several processes at once."""
    from azext_ml.cli import session
    from azext_ml.core.card import Verb
    from azext_ml.rest.client import RestClient
    from azext_ml.rest.origins import Origins
    from azext_ml.rest.pipeline import in_process
    from azext_ml.rest.transport import BASE
    ready, failed = threading.Barrier(8), []

    def use():
        try:
            app = session.local_app(root)
            client = RestClient(in_process(app), Origins(BASE, in_process=True), clock=session.Clock)
            names = session._Names(Verb("list", "", ""), "local", "local")
            ready.wait()
            session._find_or_make(app, session.Session(client, None, None, session.LOCAL_SUBSCRIPTION, names), explicit=False)
        except Exception as error:
            failed.append(error)
    root.mkdir()
    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    app = session.local_app(root)
    with app.store.reading() as tx:
        assert tx.execute("SELECT count(*) FROM resources WHERE parent = 'workspaces'").fetchone()[0] == 1


def test_a_login_that_does_not_reach_the_subscription(az_ml):
    """The profile is there: it would be wrong to say that nobody is logged in."""
    from azure.cli.core._session import ACCOUNT
    profile = {"subscriptions": [{"id": "1", "name": "mine", "state": "Enabled", "isDefault": True, "environmentName": "AzureCloud",
                                  "user": {"name": "me", "type": "user"}, "tenantId": "t"}]}
    Path(os.environ["AZURE_CONFIG_DIR"], "azureProfile.json").write_text(json.dumps(profile))
    try:
        result = az_ml("model list -g g -w w --subscription 2", env=AZURE)
    finally:
        Path(os.environ["AZURE_CONFIG_DIR"], "azureProfile.json").unlink()
        ACCOUNT.data = {}
    assert result.code == 2 and "'2' not found" in result.err.replace("doesn't exist", "not found") and "az login" not in result.err


def test_registries_are_refused(azml):
    assert azml("model list --registry-name r").code == 1
