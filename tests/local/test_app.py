"""What all resources have in common: names, envelopes, paging, views, tags, operations."""

import importlib
import io
import subprocess
import sys
from pathlib import Path

import pytest

from azext_ml.local import needs_azure
from azext_ml.local.envelopes import Refusal
from azext_ml.local.request import CANONICAL, Request, swap

PROJECT = str(Path(__file__).parents[2])
URI = "azureml://datastores/workspaceblobstore/paths/x"


def model(wire, name, version, **properties):
    return wire.put(f"models/{name}/versions/{version}", {"properties": {"modelUri": URI, **properties}})


def test_paths_are_compared_without_case_and_any_api_version_is_taken(wire):
    assert model(wire, "Net", "1").status == 201
    for path in (
        f"{wire.scope}/models/Net",
        f"{wire.scope.lower()}/MODELS/nEt?api-version=1999-01-01",
        f"{wire.scope.upper()}/Models/NET",
    ):
        found = wire.get(path)
        assert found.status == 200 and found.body["name"] == "Net"
    assert wire.get(f"{wire.scope.upper()}/models/net/VERSIONS/1").body["id"].endswith("/workspaces/first/models/Net/versions/1")


def test_the_subscription_is_whatever_the_client_says(wire):
    other = wire.scope.replace("00000000-0000-0000-0000-000000000000", "11111111-0000-0000-0000-000000000000")
    assert wire.get(f"{other}/datastores/workspaceblobstore").body["id"].startswith(other)


def test_status_codes_and_location_of_an_asset(wire):
    made = model(wire, "m", "1")
    url = f"http://azml.local:80{wire.scope}/models/m/versions/1"
    assert (made.status, made.headers["location"]) == (201, url) and "azure-asyncoperation" not in made.headers
    assert model(wire, "m", "1").status == 200
    assert wire.follow(url).body == wire.get("models/m/versions/1").body
    assert wire.delete("models/m/versions/1").status == 200
    assert wire.delete("models/m/versions/1").status == 204
    assert wire.delete("models/m").status == 200
    assert wire.delete("models/m").status == 204


def test_standard_headers(wire):
    headers = wire.get("models").headers
    assert (headers["cache-control"], headers["pragma"], headers["expires"]) == ("no-cache", "no-cache", "-1")
    assert headers["x-ms-response-type"] == "standard" and float(headers["x-request-time"]) >= 0
    error = wire.get("models/absent")
    assert error.headers["x-ms-response-type"] == "error"
    correlation = next(item for item in error.body["error"]["additionalInfo"] if item["type"] == "Correlation")
    assert correlation["info"]["value"]["operation"] == error.headers["x-ms-correlation-request-id"]


def test_a_workspace_that_is_not_there_is_the_gateways_error(empty):
    found = empty.get("models")
    assert found.status == 404 and found.headers["x-ms-failure-cause"] == "gateway"
    assert found.body == {"error": {"code": "ResourceNotFound", "message": (
        "The Resource 'Microsoft.MachineLearningServices/workspaces/first' under resource group 'lab' was not found. For more"
        " details please go to https://aka.ms/ARMResourceNotFoundFix")}}
    for method, path in (("PUT", "models/m/versions/1"), ("DELETE", "jobs/j"), ("POST", "codes/c/versions/1/startPendingUpload"),
                         ("POST", "datastores/workspaceblobstore/listSecrets")):
        assert empty(method, path, {}).code == "ResourceNotFound"


def test_what_is_no_resource(wire):
    assert (wire.get("frobs").status, wire.get("frobs").code) == (404, "InvalidResourceType")
    assert wire.get("/").status == wire.get("/subscriptions").status == 404
    assert (wire.post("models/m").status, wire.post("models/m").code) == (405, "MethodNotAllowed")


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff", b'"text"'])
def test_a_body_that_is_no_object_is_refused(wire, body):
    refused = wire.put("models/m/versions/1", body)
    assert refused.status == 400 and refused.code == "BadRequest"
    assert wire.get("models").names == []


def test_a_body_that_ends_early_is_refused(wire):
    request = Request(
        wire.app, {"REQUEST_METHOD": "PUT", "HTTP_HOST": "h", "CONTENT_LENGTH": "50", "wsgi.input": io.BytesIO(b"{}")}, "/"
    )
    with pytest.raises(Refusal) as refused:
        request.json()
    assert refused.value.status == 400


def test_properties_have_to_be_an_object(wire):
    assert wire.put("models/m/versions/1", {"properties": []}).status == 400


@pytest.mark.parametrize("method, path, what", needs_azure.VERBS)
def test_what_only_the_cloud_can_do_says_so(wire, method, path, what):
    refused = wire(method, path.lstrip("/").replace("{", "").replace("}", ""), {})
    assert (refused.status, refused.code) == (501, "NeedsAzure") and what in refused.message


# Paging ----------------------------------------------------------------------------------------------------------------------

def fill(wire, count):
    with wire.store.writing() as tx:
        for n in range(count):
            tx.put(
                "lab/first",
                "jobs",
                f"j{n}",
                {"properties": {"tags": {"third": str(n)} if n % 3 == 0 else {}}, "systemData": {}},
                kind="Command",
                archived=n % 10 == 9,
            )


def pages(wire, path):
    found = [wire.get(path)]
    while "nextLink" in found[-1].body:
        found.append(wire.follow(found[-1].body["nextLink"]))
    return found


@pytest.mark.parametrize("count, sizes", [(0, [0]), (1, [1]), (50, [50]), (51, [50, 1]), (100, [50, 50]), (101, [50, 50, 1])])
def test_there_is_a_next_link_exactly_when_there_is_a_further_page(wire, count, sizes):
    fill(wire, count)
    found = pages(wire, "jobs?api-version=2024-01-01-preview&listViewType=All")
    assert [len(page.body["value"]) for page in found] == sizes
    assert [name for page in found for name in page.names] == [f"j{n}" for n in reversed(range(count))]
    assert all("api-version=2024-01-01-preview" in page.body["nextLink"] for page in found[:-1])


def test_pages_are_stable_while_jobs_come(wire):
    fill(wire, 60)
    first = wire.get("jobs?listViewType=All")
    with wire.store.writing() as tx:
        tx.put("lab/first", "jobs", "late", {"properties": {}, "systemData": {}})
        tx.delete("lab/first", "jobs", "j5")
    assert wire.follow(first.body["nextLink"]).names == ["j9", "j8", "j7", "j6", "j4", "j3", "j2", "j1", "j0"]


def test_top_bounds_the_whole_list(wire):
    fill(wire, 120)
    assert wire.get("jobs?$top=1").names == ["j118"] and "nextLink" not in wire.get("jobs?$top=1").body
    assert [len(page.body["value"]) for page in pages(wire, "jobs?$top=70&listViewType=All")] == [50, 20]
    assert [len(page.body["value"]) for page in pages(wire, "jobs?$top=50&listViewType=All")] == [50]


def test_filters_hold_on_every_page(wire):
    fill(wire, 200)
    found = [name for page in pages(wire, "jobs?tag=third") for name in page.names]
    assert found == [f"j{n}" for n in reversed(range(200)) if n % 3 == 0 and n % 10 != 9]
    assert wire.get("jobs?tag=third%3D9&listViewType=All").names == ["j9"]
    assert [len(page.body["value"]) for page in pages(wire, "jobs?jobType=Command&listViewType=ArchivedOnly")] == [20]
    assert wire.get("jobs?jobType=Sweep").names == []


@pytest.mark.parametrize("query", ["listViewType=Some", "$skip=x", "$top=-1", "$top=%C2%B2", f"$top={'9' * 99}"])
def test_a_query_that_means_nothing_is_refused(wire, query):
    assert wire.get(f"jobs?{query}").status == 400


def test_views_and_order_of_versions(wire):
    for version in ("1", "3", "2"):
        model(wire, "m", version)
    model(wire, "m", "3", isArchived=True)
    assert wire.get("models/m/versions").names == ["2", "1"]
    assert wire.get("models/m/versions?listViewType=ArchivedOnly").names == ["3"]
    assert wire.get("models/m/versions?listViewType=All&$orderBy=createdtime desc").names == ["2", "3", "1"]
    assert wire.get("models/m/versions?listViewType=All&$orderBy=createdtime asc&$top=2").names == ["1", "3"]
    assert wire.get("models/m/versions?$orderBy=createdtime+desc&$top=1").names == ["2"]
    assert wire.get("models/m/versions/3").properties["isArchived"] is True      # a direct GET still returns it
    assert wire.get("models/none/versions").body == {"value": []}


def test_archiving_a_container(wire):
    model(wire, "m", "1")
    container = wire.get("models/m").body
    changed = wire.put(
        "models/m", {**container, "properties": {**container["properties"], "isArchived": True, "nextVersion": "99"}}
    )
    assert changed.status == 200 and changed.properties["nextVersion"] == "2"    # counts are the service's own
    assert wire.get("models").names == [] and wire.get("models?listViewType=ArchivedOnly").names == ["m"]
    model(wire, "m", "2")
    assert wire.get("models").names == [] and wire.get("models/m").properties["latestVersion"] == "2"


# Addresses -------------------------------------------------------------------------------------------------------------------

def test_addresses_follow_the_host_that_the_client_uses(wire):
    served = "127.0.0.1:8787"
    model_uri = f"http://{served}/azml/c/path"
    assert wire.put("models/m/versions/1", {"properties": {"modelUri": model_uri}}, host=served).properties["modelUri"] == model_uri
    assert wire.get("models/m/versions/1").properties["modelUri"] == f"{CANONICAL}/azml/c/path"
    assert wire.get(wire.scope, host=served).properties["discoveryUrl"] == f"http://{served}/discovery"
    assert wire.get("datastores/workspaceblobstore", host=served).properties["endpoint"] == served
    fill(wire, 51)
    assert wire.get("jobs?listViewType=All", host=served).body["nextLink"].startswith(f"http://{served}/")


@pytest.mark.parametrize("text, expected", [
    ('"http://a:80/x"', '"http://b/x"'), ('"http://a:80"', '"http://b"'), ('"http://a:80?x"', '"http://b?x"'),
    ('"http://a:8000/x"', '"http://a:8000/x"'), ('"http://a:80.evil/x"', '"http://a:80.evil/x"')])
def test_only_addresses_of_this_very_origin_are_moved(text, expected):
    assert swap(text, "http://a:80", "http://b") == expected


def test_a_host_that_is_none_does_not_get_into_answers(wire):
    assert '"x' not in str(wire.get(wire.scope, host='evil"x').body)


# Registering from within ----------------------------------------------------------------------------------------------------

def test_a_version_is_registered_in_the_transaction_of_the_caller(wire):
    def register(tx, version, **properties):
        return wire.app.register(tx, wire.app.workspace(tx, "lab/first"), "models", "m", version, {"modelUri": URI, **properties})
    with pytest.raises(ZeroDivisionError), wire.store.writing() as tx:
        register(tx, None)
        1 / 0  # noqa: B018
    assert wire.get("models").names == []
    with wire.store.writing() as tx:
        assert register(tx, None, tags={"a": "b"}) == "1" and register(tx, None) == "2"
        with pytest.raises(Refusal, match="Asset paths"):
            register(tx, "1", modelUri=URI + "2")
    found = wire.get("models/m/versions/1").properties
    assert found["tags"] == {"a": "b"} and found["flavors"] == {} and found["modelUri"].startswith("azureml://subscriptions/")
    with wire.store.reading() as tx:
        assert wire.app.workspace(tx, "lab/absent") is None


# Start-up --------------------------------------------------------------------------------------------------------------------

HEAVY = ("http.client", "wsgiref", "email", "urllib.request", "uuid", "xml", "waitress", "yaml", "asyncio", "socket", "ssl",
         "logging", *(f"azext_ml.local.{name}" for name in ("blobapi", "history", "mlflow", "serve", "agent")))


def test_a_list_imports_nothing_heavy(tmp_path):
    script = f"""
import importlib, io, sys
sys.path.insert(0, {PROJECT!r})
before = set(sys.modules)
from azext_ml.local.app import App
services = [s for n in {sorted(p.parent.name for p in Path(PROJECT, "azext_ml/nouns").glob("*/service.py"))!r}
            for s in importlib.import_module(f"azext_ml.nouns.{{n}}.service").SERVICES]
def ask(method, path):
    environ = dict(REQUEST_METHOD=method, PATH_INFO=path, QUERY_STRING="", HTTP_HOST="azml.local:80", CONTENT_LENGTH="0")
    environ["azml.trusted"] = True
    environ["wsgi.input"] = io.BytesIO()
    return b"".join(App({str(tmp_path)!r}, services)(environ, lambda status, headers: print(status)))
scope = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w"
ask("PUT", scope); ask("GET", scope + "/models"); ask("GET", scope + "/jobs")
print(*sorted(set(sys.modules) - before))
"""
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split("\n")
    assert out[:3] == ["200 OK"] * 3
    loaded = out[3].split()
    assert [name for name in loaded if name in HEAVY or name.startswith("azure")] == []


def test_every_service_class_is_handed_over():
    for path in Path(PROJECT, "azext_ml", "nouns").glob("*/service.py"):
        module = importlib.import_module(f"azext_ml.nouns.{path.parent.name}.service")
        assert module.SERVICES and all(service.collection for service in module.SERVICES)
