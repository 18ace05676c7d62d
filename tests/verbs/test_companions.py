"""What workspaces, networks, connections and registries are asked for beyond a plain `create --file`."""

import json
import os
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
TOOLS = str(PROJECT / "tools")
sys.path.insert(0, TOOLS) if TOOLS not in sys.path else None

import recording_server  # noqa: E402
from record_official import token  # noqa: E402

SCOPE, GROUP = recording_server.SCOPE, recording_server.SCOPE.rpartition("/workspaces/")[0]


@pytest.fixture
def service():
    with recording_server.RecordingServer() as running:
        yield running


@pytest.fixture
def azure(azml, service, tmp_path):
    """azure(line, absent) -> Result, with the working folder tmp_path. absent: (collection, name) of what is not there yet."""
    env = {"AZURE_ML_BACKEND": "azure", "AZURE_ML_ACCESS_TOKEN": token("https://management.azure.com"), "GIT_DIR": os.devnull,
           "AZURE_SUBSCRIPTION_ID": recording_server.SUBSCRIPTION, "AZURE_ML_ENDPOINT": service.url,
           "AZURE_DEFAULTS_GROUP": recording_server.GROUP, "AZURE_DEFAULTS_WORKSPACE": recording_server.WORKSPACE}

    def run(line, absent=None):
        service.recorder.start(absent)
        return azml(f"{line} --only-show-errors", cwd=tmp_path, env=env)
    return run


def writes(service):
    return [(one["method"], one["path"].removeprefix(SCOPE), one["body"]) for one in service.recorder.requests if one["method"] != "GET"]


# Networks --------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("options,properties,printed", [
    ("--type fqdn --destination *.contoso.com",
     {"type": "FQDN", "destination": "*.contoso.com"}, {"type": "fqdn", "destination": "*.contoso.com"}),
    ("--type private_endpoint --service-resource-id /s --subresource-target blob --spark-enabled true --fqdns a.b,c.d e.f",
     {"type": "PrivateEndpoint", "destination": {"serviceResourceId": "/s", "subresourceTarget": "blob", "sparkEnabled": True},
      "fqdns": ["a.b", "c.d", "e.f"]},
     {"type": "private_endpoint", "destination": {"service_resource_id": "/s", "subresource_target": "blob", "spark_enabled": True},
      "fqdns": ["a.b", "c.d", "e.f"]}),
    ("--type service_tag --service-tag DataFactory --protocol TCP --port-ranges '80, 443' --address-prefixes 10.0.0.0/24",
     {"type": "ServiceTag", "destination": {"serviceTag": "DataFactory", "protocol": "TCP", "portRanges": "80, 443",
                                            "addressPrefixes": ["10.0.0.0/24"]}},
     {"type": "service_tag", "destination": {"service_tag": "DataFactory", "protocol": "TCP", "port_ranges": "80, 443",
                                             "address_prefixes": ["10.0.0.0/24"]}})], ids=["fqdn", "endpoint", "tag"])
def test_an_outbound_rule(azure, service, options, properties, printed):
    made = azure(f"workspace outbound-rule set --rule mine {options}").ok().json
    made.pop("resourceGroup", None)
    assert writes(service) == [("PUT", "/outboundRules/mine", {"properties": {"category": "UserDefined", **properties}})]
    assert made == {"name": "mine", "category": "user_defined", **printed}


def test_an_option_of_another_type_of_rule_is_refused(azure, service):
    refused = azure("workspace outbound-rule set --rule mine --type fqdn --service-tag DataFactory")
    assert refused.code == 1 and "a mapping goes with type: private_endpoint or service_tag" in refused.err
    assert not service.recorder.requests


# Capability hosts ------------------------------------------------------------------------------------------------------------

def of_kind(monkeypatch, kind):
    plain = recording_server._workspace
    monkeypatch.setattr(recording_server, "_workspace", lambda path: {**plain(path), "kind": kind})


def test_a_capability_host_of_a_project_uses_its_own_store(azure, service, monkeypatch):
    of_kind(monkeypatch, "Project")
    azure("capability-host create --name agents --ai-services-connections vision").ok()
    assert writes(service)[0][2]["properties"]["storageConnections"] == [f"{recording_server.WORKSPACE}/workspaceblobstore"]


@pytest.mark.parametrize("kind,message", [("Project", "needs ai_services_connections"), ("Default", "only hubs and projects")])
def test_what_a_workspace_cannot_host(azure, service, monkeypatch, kind, message):
    of_kind(monkeypatch, kind)
    refused = azure("capability-host create --name agents")
    assert refused.code == 2 and message in refused.err and not writes(service)


# Workspaces ------------------------------------------------------------------------------------------------------------------

def test_an_existing_workspace_is_patched(azure, service):
    azure(f"workspace create --name {recording_server.WORKSPACE} --description new --tags a=b --image-build-compute cpu").ok()
    (method, path, body), = writes(service)
    assert (method, path) == ("PATCH", "")
    assert body["tags"] == {"a": "b"} and body["properties"] == {"description": "new", "imageBuildCompute": "cpu"}
    assert body["identity"] == {"type": "SystemAssigned"}


def test_another_registry_of_an_existing_workspace_has_to_be_meant(azure, service, tmp_path):
    registry = f"/subscriptions/{recording_server.SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r"
    (tmp_path / "ws.yml").write_text(f"name: {recording_server.WORKSPACE}\ncontainer_registry: {registry}\n")
    refused = azure("workspace create -f ws.yml")
    assert refused.code == 2 and "--update-dependent-resources" in refused.err and not writes(service)
    azure("workspace create -f ws.yml --update-dependent-resources").ok()
    assert writes(service)[0][2]["properties"]["containerRegistry"] == registry


def test_a_new_workspace_gets_companions_named_after_it(azure, service):
    printed = azure("workspace create --name Vision_Team-1", ("workspaces", "Vision_Team-1")).ok().json
    (method, path, body), = writes(service)
    values = {name: one["value"] for name, one in body["properties"]["parameters"].items()}
    assert method == "PUT" and "/Microsoft.Resources/deployments/Vision_Team-1-" in path
    for name, word in (("storageAccountName", "storage"), ("keyVaultName", "keyvault"), ("applicationInsightsName", "insights")):
        assert values[name].startswith("visionte" + word) and len(values[name]) <= 24 and values[name].isalnum()
    assert values["location"] == recording_server.REGION and printed["resource_group"] == recording_server.GROUP
    assert {one["type"] for one in body["properties"]["template"]["resources"]}


def test_what_a_deployment_fails_of_is_told(azure, service, monkeypatch):
    def failed(self, properties):
        return 201, {"properties": {"provisioningState": "Failed", "error": {"code": "Quota", "message": "No storage left."}}}, {}
    monkeypatch.setattr(recording_server.Recorder, "_deployment", failed)
    refused = azure("workspace create --name vision", ("workspaces", "vision"))
    assert refused.code == 1 and "No storage left." in refused.err


# Connections and registries --------------------------------------------------------------------------------------------------

def test_secrets_are_sent_and_only_printed_on_request(azure, service, tmp_path, monkeypatch):
    (tmp_path / "c.yml").write_text("name: prices\ntype: api_key\napi_base: https://prices.contoso.com\napi_key: very-secret\n")
    quiet = azure("connection create -f c.yml", ("connections", "prices")).ok()
    assert writes(service)[0][2]["properties"]["credentials"] == {"key": "very-secret"} and "very-secret" not in quiet.out + quiet.err

    answer = {"properties": {"credentials": {"key": "very-secret"}}}
    plain = recording_server.Recorder._post
    monkeypatch.setattr(recording_server.Recorder, "_post", lambda self, path: (200, answer, {}) if path.endswith("/listsecrets")
                        else plain(self, path))
    assert azure("connection create -f c.yml --populate-secrets", ("connections", "prices")).ok().json["api_key"] == "very-secret"


def test_a_deployment_template_is_kept_by_a_registry(azure, service, tmp_path):
    (tmp_path / "t.yml").write_text("name: small\nversion: 1\nscoring_port: 80\nreadiness_probe: {period: 90}\n")
    printed = azure("deployment-template create -f t.yml -r shared").ok().json
    (method, path, body), = writes(service)
    assert (method, path) == ("POST", f"/genericasset/v2.0{GROUP}/registries/shared/deploymenttemplates/small/versions/1")
    assert body == {"name": "small", "version": "1", "type": "deploymenttemplates", "scoringPort": 80,
                    "readinessProbe": {"period": "PT1M30S"}}
    assert printed["readiness_probe"] == {"period": 90}
    assert azure("deployment-template create -f t.yml -r shared --no-wait").ok().out == ""


def test_deployments_behind_a_connection_are_listed_with_it(azure, service, monkeypatch):
    item = {"name": "gpt", "id": "/d", "properties": {"model": {"name": "gpt-4o", "version": "2024-08-06"}}}
    target = {"properties": {"category": "AzureOpenAI", "target": "https://chat.contoso.com"}}
    monkeypatch.setattr(recording_server.Recorder, "_get", lambda self, path: (
        200, {"value": [item]} if path.endswith("/chat/deployments") else target, {}))
    assert json.loads(azure("azure-openai-deployment list -c chat").ok().out) == [
        {"name": "gpt", "id": "/d", "model_name": "gpt-4o", "model_version": "2024-08-06", "connection_name": "chat",
         "target_url": "https://chat.contoso.com"}]
