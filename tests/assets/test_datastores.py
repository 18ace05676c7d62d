import json

import pytest

from azext_ml.assets import datastores
from azext_ml.core.errors import MLError, NotFound, ServiceError
from azext_ml.rest.client import RestClient
from azext_ml.rest.origins import Origins
from azext_ml.rest.pipeline import in_process
from azext_ml.rest.transport import BASE

BLOB = {"datastoreType": "AzureBlob", "accountName": "acct", "containerName": "c", "endpoint": "core.windows.net",
        "protocol": "https",
        "credentials": {"credentialsType": "AccountKey"}}
LONG = "azureml://subscriptions/s/resourcegroups/g/workspaces/w/datastores/d/paths/a/b"


class Workspace:
    """core.workspace.Workspace of which `container` only notes what it was asked for."""

    def __init__(self, client, name="w", group="g"):
        self.client, self.subscription, self.group, self.name = client, "s", group, name
        self.scope = f"/subscriptions/s/resourceGroups/{group}/providers/Microsoft.MachineLearningServices/workspaces/{name}"

    def container(self, url, *, key=None):
        return url, key

    def at(self, name, group=None):
        return Workspace(self.client, name, group or self.group)


@pytest.fixture
def ask():
    """ask(properties of the datastore, answer to listSecrets: (status, body)) -> (Workspace, requests)."""
    def ask(store, secrets=(200, {"secretsType": "AccountKey", "key": "a2V5"})):
        requests = []

        def app(environ, start_response):
            name = environ["PATH_INFO"].split("/workspaces/")[1]
            body = environ["wsgi.input"].read()
            requests.append((environ["REQUEST_METHOD"], name, environ["QUERY_STRING"], json.loads(body) if body else None))
            status, answer = secrets if environ["REQUEST_METHOD"] == "POST" else (200, {"name": "d", "properties": store})
            start_response(f"{status} X", [])
            return [json.dumps(answer).encode()]
        return Workspace(RestClient(in_process(app), Origins(BASE, in_process=True), clock=None)), requests
    return ask


@pytest.mark.parametrize("uri, expected", [
    ("azureml://datastores/d/paths/a/b", ("d", "a/b", None, None, None, None)),
    ("azureml://datastores/d/paths/a/b/", ("d", "a/b/", None, None, None, None)),
    ("azureml://datastores/d/paths/", ("d", "", None, None, None, None)),
    ("azureml://datastores/d/paths", ("d", "", None, None, None, None)),
    (LONG, ("d", "a/b", "s", "g", "w", None)),
    (LONG.replace("resourcegroups", "resourceGroups"), ("d", "a/b", "s", "g", "w", None)),
    ("azureml:/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/datastores/d/paths/x",
     ("d", "x", "s", "g", "w", None)),
    ("azureml://workspaces/1-2-3/datastores/d/paths/a/b", ("d", "a/b", None, None, None, "1-2-3")),
    ("azureml://locations/eastus/workspaces/1-2-3/datastores/d/paths/a", ("d", "a", None, None, None, "1-2-3")),
])
def test_parse(uri, expected):
    assert tuple(datastores.parse(uri)) == expected


@pytest.mark.parametrize("uri", ["azureml:data:1", "azureml://datastores/d", "https://a.blob.core.windows.net/c/b", "./data", "",
                                 "azureml://registries/r/data/d/versions/1", "azureml://jobs/j/outputs/o"])
def test_parse_of_something_else(uri):
    assert datastores.parse(uri) is None


def test_the_requests_are_those_of_azure_ai_ml(ask):
    ws, requests = ask(BLOB)
    assert datastores.open_datastore(ws) == ("https://acct.blob.core.windows.net/c", "a2V5")
    assert requests == [
        ("GET", "w/datastores/workspaceblobstore", "api-version=2024-10-01-preview", None),
        ("POST", "w/datastores/workspaceblobstore/listSecrets", "api-version=2024-10-01-preview",
         {"expirableSecret": True, "expireAfterHours": 1})]


@pytest.mark.parametrize("changes, url", [
    ({}, "https://acct.blob.core.windows.net/c"),
    ({"endpoint": "core.chinacloudapi.cn"}, "https://acct.blob.core.chinacloudapi.cn/c"),
    ({"endpoint": None, "protocol": None}, "https://acct.blob.core.windows.net/c"),
    ({"protocol": "wasbs"}, "https://acct.blob.core.windows.net/c"),
    ({"protocol": "http", "endpoint": "127.0.0.1:10000"}, "http://127.0.0.1:10000/acct/c"),
    ({"datastoreType": "AzureDataLakeGen2", "filesystem": "fs", "containerName": None, "protocol": "abfss"},
     "https://acct.blob.core.windows.net/fs"),
    ({"datastoreType": "AzureDataLakeGen2", "filesystem": "fs", "protocol": "https"}, "https://acct.blob.core.windows.net/fs"),
])
def test_addresses_of_containers(ask, changes, url):
    ws, _ = ask({**BLOB, **changes})
    assert datastores.locate(ws, "azureml://datastores/d/paths/a/b") == ((url, "a2V5"), "a/b")


@pytest.mark.parametrize("token", ["sv=1&sig=abc", "?sv=1&sig=abc"])
def test_a_sas_goes_into_the_address(ask, token):
    ws, _ = ask({**BLOB, "credentials": {"credentialsType": "Sas"}}, (200, {"secretsType": "Sas", "sasToken": token}))
    assert datastores.open_datastore(ws, "d") == ("https://acct.blob.core.windows.net/c?sv=1&sig=abc", None)


@pytest.mark.parametrize("credentials", [{"credentialsType": "None"}, {"credentialsType": "ServicePrincipal"}, None])
def test_by_login_no_secret_is_asked_for(ask, credentials):
    ws, requests = ask({**BLOB, "credentials": credentials})
    assert datastores.open_datastore(ws, "d") == ("https://acct.blob.core.windows.net/c", None)
    assert [method for method, *_ in requests] == ["GET"]


def test_who_may_not_list_secrets_uses_the_login(ask):
    ws, _ = ask(BLOB, (403, {"error": {"code": "AuthorizationFailed", "message": "no"}}))
    assert datastores.open_datastore(ws, "d") == ("https://acct.blob.core.windows.net/c", None)


@pytest.mark.parametrize("status, error", [(500, ServiceError), (400, ServiceError), (404, NotFound)])
def test_other_refusals_are_told(ask, status, error):
    ws, _ = ask(BLOB, (status, {"error": {"code": "X", "message": "why"}}))
    with pytest.raises(error, match="why"):
        datastores.open_datastore(ws, "d")


@pytest.mark.parametrize("kind", ["AzureFile", "AzureDataLakeGen1", "OneLake", None])
def test_kinds_without_blobs(ask, kind):
    ws, _ = ask({**BLOB, "datastoreType": kind})
    with pytest.raises(MLError, match="datastore 'd' cannot be reached") as caught:
        datastores.open_datastore(ws, "d")
    assert caught.value.code == "UnsupportedDatastore"


def test_another_workspace_is_looked_up_there(ask):
    ws, requests = ask(BLOB)
    datastores.locate(ws, LONG.replace("workspaces/w", "workspaces/other"))
    datastores.locate(ws, LONG.replace("workspaces/w", "workspaces/W"))
    assert [name.split("/")[0] for _, name, *_ in requests] == ["other"] * 2 + ["w"] * 2


def test_what_is_no_address(ask):
    ws, _ = ask(BLOB)
    with pytest.raises(MLError, match="azureml:data:1"):
        datastores.locate(ws, "azureml:data:1")
