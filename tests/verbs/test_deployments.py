"""What `create` of deployments asks the service for, in which order, and what its options add."""

import json
import os
import re
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
TOOLS = str(PROJECT / "tools")
sys.path.insert(0, TOOLS) if TOOLS not in sys.path else None

import recording_server  # noqa: E402
from record_official import token  # noqa: E402

SPECS = PROJECT / "tests" / "parity" / "specs"
SCOPE = recording_server.SCOPE


@pytest.fixture
def service():
    with recording_server.RecordingServer() as running:
        yield running


@pytest.fixture
def create(azml, service):
    """create(noun, spec, *options) -> Result."""
    env = {"AZURE_ML_BACKEND": "azure", "AZURE_ML_ACCESS_TOKEN": token("https://management.azure.com"), "GIT_DIR": os.devnull,
           "AZURE_SUBSCRIPTION_ID": recording_server.SUBSCRIPTION, "AZURE_ML_ENDPOINT": service.url}
    place = ["-g", recording_server.GROUP, "-w", recording_server.WORKSPACE, "--only-show-errors"]

    def run(noun, spec, *options):
        return azml([noun, "create", "--file", spec, *options, *place], cwd=spec.parent, env=env)
    return run


def asked(service):
    """The requests to the control plane, in order: (method, path below the workspace)."""
    known = [(one["method"], one["path"][len(SCOPE):]) for one in service.recorder.requests if one["path"].startswith(SCOPE)]
    return [(method, re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}", "*", path)) for method, path in known]


def sent(service, path):
    return [one["body"] for one in service.recorder.requests if one["method"] in ("PUT", "POST") and one["path"] == SCOPE + path]


def test_everything_happens_in_the_order_of_the_official_client(create, service):
    create("online-deployment", SPECS / "online_deployment" / "managed-local-assets.yml").ok()

    assert asked(service) == [
        ("GET", "/onlineEndpoints/answers"),
        ("GET", "/codes/*/versions"), ("POST", "/codes/*/versions/1/startPendingUpload"), ("PUT", "/codes/*/versions/1"),
        ("PUT", "/environments/CliV2AnonymousEnvironment/versions/*"),
        ("GET", "/models/*/versions"), ("GET", "/datastores/workspaceblobstore"), ("POST", "/datastores/workspaceblobstore/listSecrets"),
        ("PUT", "/models/*/versions/1"),
        ("GET", ""),
        ("PUT", "/onlineEndpoints/answers/deployments/blue"),
        ("GET", "/operations-of-the-recording/*"), ("GET", "/onlineEndpoints/answers/deployments/blue")]


def test_data_of_the_collector_comes_first(create, service):
    create("online-deployment", SPECS / "online_deployment" / "managed-collector.yml").ok()

    assert asked(service)[:4] == [("GET", "/onlineEndpoints/answers"), ("PUT", "/data/answers-blue-model_inputs/versions/1"),
                                  ("PUT", "/data/answers-blue-model_outputs/versions/1"), ("GET", "")]


def test_a_broken_script_stops_before_anything_is_asked(create, service):
    result = create("online-deployment", SPECS / "online_deployment" / "reject-script-broken.yml")

    assert result.code == 1 and "'broken.py' is not Python, line 1" in result.err
    assert service.recorder.requests == []


def test_unless_it_is_told_not_to_look(create, service):
    create("online-deployment", SPECS / "online_deployment" / "reject-script-broken.yml", "--skip-script-validation").ok()

    assert sent(service, "/onlineEndpoints/answers/deployments/blue")[0]["properties"]["codeConfiguration"]["scoringScript"] == "broken.py"


def test_all_traffic(create, service):
    create("online-deployment", SPECS / "online_deployment" / "managed-plain.yml", "--all-traffic").ok()

    assert sent(service, "/onlineEndpoints/Answers")[-1]["properties"]["traffic"] == {"blue": 100}
    assert asked(service).index(("PUT", "/onlineEndpoints/Answers")) > asked(service).index(
        ("PUT", "/onlineEndpoints/Answers/deployments/blue"))


def test_all_traffic_needs_the_finished_deployment(create, service):
    result = create("online-deployment", SPECS / "online_deployment" / "managed-plain.yml", "--all-traffic", "--no-wait")

    assert result.code == 2
    assert service.recorder.requests == []


def test_a_package_takes_the_place_of_model_code_and_environment(create, service):
    made = "azureml://locations/westeurope/workspaces/guid/environments/packaged-env/versions/4"
    service.recorder._post = answering(service.recorder._post, "/package", {"targetEnvironmentId": made})
    create("online-deployment", SPECS / "online_deployment" / "managed-ids.yml", "--package-model",
           "--set", "model=azureml:net:3", "environment=azureml:scoring:2").ok()

    request = sent(service, "/models/net/versions/3/package")[0]
    assert request["baseEnvironmentSource"] == {"baseEnvironmentSourceType": "EnvironmentAsset",
                                                "resourceId": f"azureml:/{SCOPE}/environments/scoring/versions/2"}
    assert request["inferencingServer"]["serverType"] == "AzureMLOnline"
    assert request["inferencingServer"]["codeConfiguration"]["codeId"].startswith("azureml://subscriptions/")
    body = sent(service, "/onlineEndpoints/answers/deployments/blue")[0]["properties"]
    assert body["environmentId"] == f"{SCOPE}/environments/packaged-env/versions/4"
    assert not {"model", "codeConfiguration"} & set(body)


def answering(post, end, answer):
    return lambda path: (200, answer, {}) if path.endswith(end) else post(path)


def test_an_environment_that_would_change_becomes_the_next_version(create, service):
    service.recorder._put = refusing(service.recorder._put, "/environments/scoring/versions/5")
    create("online-deployment", SPECS / "online_deployment" / "managed-environment-newest.yml").ok()

    assert sent(service, "/onlineEndpoints/answers/deployments/blue")[0]["properties"]["environmentId"].endswith(
        "/environments/scoring/versions/6")


def refusing(put, end):
    error = {"error": {"code": "UserError", "message": "A different environment of this version is there."}}
    return lambda path, document: (409, error, {}) if path.endswith(end) else put(path, document)


def test_an_endpoint_that_is_not_there(create, service):
    service.recorder._get = lambda path: (404, {"error": {"code": "UserError", "message": "no"}}, {})
    result = create("online-deployment", SPECS / "online_deployment" / "managed-plain.yml")

    assert result.code == 3 and "There is no online-endpoint 'Answers'" in result.err
    assert [method for method, _ in asked(service)] == ["GET"]


def test_docker_is_not_offered(create, service):
    result = create("online-deployment", SPECS / "online_deployment" / "managed-plain.yml", "--local", "true")

    assert result.code == 2 and service.recorder.requests == []


def test_set_default(create, service):
    printed = json.loads(create("batch-deployment", SPECS / "batch_deployment" / "classic-plain.yml", "--set-default").ok().out)

    assert printed["name"] == "forest"
    assert sent(service, "/batchEndpoints/Nightly")[-1]["properties"]["defaults"] == {"deploymentName": "forest"}


def test_names_from_options(create, service):
    create("batch-deployment", SPECS / "batch_deployment" / "classic-full.yml", "--name", "Other", "--endpoint-name", "hourly").ok()

    assert ("PUT", "/batchEndpoints/hourly/deployments/other") in asked(service)


def test_of_a_job_in_place_only_the_component_is_used(create, service):
    create("batch-deployment", SPECS / "batch_deployment" / "pipeline-job-in-place.yml").ok()

    assert asked(service)[:2] == [("GET", "/batchEndpoints/nightly"), ("GET", "")]          # nothing is uploaded
    configuration = sent(service, "/batchEndpoints/nightly/deployments/steps")[0]["properties"]["deploymentConfiguration"]
    assert configuration["componentId"] == {"assetId": f"{SCOPE}/components/steps/versions/2", "referenceType": "Id"}
