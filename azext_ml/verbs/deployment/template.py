"""The template that makes a workspace and the companions that it lacks, and its parameters.

`workspace.json` and `project.json` are the templates that the official client sends, as recorded; see NOTICE.
"""

import json
import os
import random
import uuid
from typing import Any, Dict

from azext_ml.core.errors import NotFound, ServiceError

API = "2020-06-01"
# What the official client marks its workspaces with; tools that tell them from those of the portal look for it.
TOOLKIT = {"createdByToolkit": "sdk-v2-1.35.2"}
# Parameters that the templates want and no field of a workspace sets.
FIXED: Dict[str, Any] = {
    "soft_delete_enabled": "false", "allow_recover_softdeleted_workspace": "false", "existing_workspaces": [],
    "privateEndpointName": "name", "privateEndpointType": "none", "privateEndpointResourceGroupName": "name",
    "subnetName": "default", "subnetOption": "existing", "vnetName": "name", "vnetOption": "existing",
    "vnetResourceGroupName": "name",
    "endpoint_kind": "AIServices", "endpoint_option": "new", "endpoint_resource_id": "null",
    "grant_materialization_permissions": "true",
    **dict.fromkeys((
        "spark_runtime_version", "offlineStoreStorageAccountOption", "offline_store_storage_account_name",
        "offline_store_container_name",
        "offline_store_resource_group_name", "offline_store_subscription_id", "offline_store_connection_name",
        "online_store_resource_id",
        "online_store_resource_group_name", "online_store_subscription_id", "online_store_connection_name",
        "materializationIdentityOption", "materialization_identity_name", "materialization_identity_resource_group_name",
        "materialization_identity_subscription_id"))}
LEAN = ("hub", "project")            # kinds that get no monitoring of their own
NONE = "ignoredButCantBeEmpty"


def deploy(ws, group, name, body, store=None, no_wait=False):
    """Makes the workspace `name`, whose wire form is `body`, in a resource group. store: function (group, parameters) -> those of a
    feature store, which win.

    Raises ServiceError when a part of it cannot be made.
    """
    values = parameters(ws.subscription, group, name, body)
    if store:
        values.update(store(group, values))
    template = "project" if values["kind"] == "project" else "workspace"
    with open(os.path.join(os.path.dirname(__file__), f"{template}.json"), encoding="utf-8") as file:
        sent = {"properties": {"mode": "incremental", "template": json.load(file),
                               "parameters": {key: {"value": value} for key, value in values.items()}}}
    scope = f"/subscriptions/{ws.subscription}/resourcegroups/{group}"
    deployment = f"{name}-{random.randrange(10 ** 6, 10 ** 7)}"
    operation = ws.client.begin("PUT", f"{scope}/providers/Microsoft.Resources/deployments/{deployment}", sent, api_version=API)
    if not no_wait:
        operation.wait(_Progress(ws, f"{scope}/deployments/{deployment}/operations"))


def parameters(subscription, group, name, body):
    """{parameter of the template: value} of a workspace from its wire form."""
    properties = body["properties"]
    kind = (body.get("kind") or "default").lower()
    network = properties.get("managedNetwork") or {"isolationMode": "Disabled", "outboundRules": {}}
    access = properties.get("publicNetworkAccess") or "Enabled"
    return {
        **FIXED,
        "workspaceName": name,
        "resourceGroupName": group,
        "friendlyName": properties.get("friendlyName") or name,
        "description": properties.get("description") or name,
        "location": body["location"],
        "kind": kind,
        "tagValues": {**TOOLKIT, **(body.get("tags") or {})},
        "identity": body.get("identity") or {"type": "SystemAssigned"},
        "primaryUserAssignedIdentity": properties.get("primaryUserAssignedIdentity") or "",
        "confidential_data": _word(properties.get("hbiWorkspace")),
        "imageBuildCompute": properties.get("imageBuildCompute") or "",
        "systemDatastoresAuthMode": properties.get("systemDatastoresAuthMode") or "",
        "allowRoleAssignmentOnRG": _word(properties.get("allowRoleAssignmentOnRG") is not False),
        "enable_data_isolation": _word(properties.get("enableDataIsolation")),
        "provisionNetworkNow": _word(properties.get("provisionNetworkNow")),
        "publicNetworkAccess": access,
        "associatedResourcePNA": access if network["isolationMode"] == "Disabled" else "Disabled",
        "managedNetwork": network,
        "serverless_compute_settings": properties.get("serverlessComputeSettings") or {},
        "workspace_hub": properties.get("hubResourceId") or "" if kind == "project" else "",
        "workspace_hub_config": properties.get("workspaceHubConfig") or {},
        **_encryption(properties.get("encryption")),
        **_key_vault(name, group, properties.get("keyVault")),
        **_storage(name, group, subscription, properties.get("storageAccount")),
        **_insights(name, group, subscription, properties.get("applicationInsights"), kind),
        **_container_registry(properties.get("containerRegistry")),
    }


def companion(name, kind):
    """A name for a companion: letters and digits of the workspace's, its kind, and chance, as the official client makes it."""
    letters = "".join(char for char in name.lower() if char.isalnum())
    return f"{letters[:8]}{kind[:8]}{uuid.uuid4().hex}"[:24]


def _encryption(found):
    if not found:
        return {"encryption_status": "Disabled", "cmk_keyvault": "", "resource_cmk_uri": "", "encryption_cosmosdb_resourceid": "",
                "encryption_storage_resourceid": "", "encryption_search_resourceid": ""}
    key = found.get("keyVaultProperties") or {}
    return {"encryption_status": found["status"], "cmk_keyvault": key.get("keyVaultArmId"),
            "resource_cmk_uri": key.get("keyIdentifier"),
            "encryption_cosmosdb_resourceid": found.get("cosmosDbArmId") or "",
            "encryption_storage_resourceid": found.get("storageAccountArmId") or "",
            "encryption_search_resourceid": found.get("searchAccountArmId") or ""}


def _key_vault(name, group, own):
    option = "existing" if own else "new"
    name, group, _ = parts_of(own) if own else (companion(name, "keyvault"), group, None)
    return {"keyVaultName": name, "keyVaultOption": option, "keyVaultResourceGroupName": group}


def _storage(name, group, subscription, own):
    option = "existing" if own else "new"
    name, group, subscription = parts_of(own) if own else (companion(name, "storage"), group, subscription)
    return {"storageAccountName": name, "storageAccountOption": option, "storageAccountResourceGroupName": group,
            "storageAccountSubscriptionId": subscription}


def _insights(name, group, subscription, own, kind):
    keys = ("applicationInsightsName", "applicationInsightsOption", "applicationInsightsResourceGroupName", "logAnalyticsName",
            "logAnalyticsArmId")
    if own:
        own_name, own_group, _ = parts_of(own)
        return dict(zip(keys, (own_name, "existing", own_group, "none", "")))
    if kind in LEAN:
        return dict(zip(keys, (NONE, "none", NONE, "none", "")))
    logs = companion(name, "logalytics")
    arm_id = f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.OperationalInsights/workspaces/{logs}"
    return dict(zip(keys, (companion(name, "insights"), "new", group, logs, arm_id)))


def _container_registry(own):
    name, group, _ = parts_of(own) if own else ("name", "", None)
    return {"containerRegistryName": name, "containerRegistryOption": "existing" if own else "none",
            "containerRegistryResourceGroupName": group}


def parts_of(arm_id):
    """(name, resource group, subscription) of a resource's ARM id."""
    parts = arm_id.split("/")
    return parts[-1], parts[-5], parts[-7]


def _word(flag):
    return "true" if flag else "false"


class _Progress:
    """Says, once per poll, which parts were made or failed since the last."""

    def __init__(self, ws, path):
        self.ws, self.path, self.said = ws, path, set()

    def __call__(self):
        try:
            done = self.ws.client.get(self.path, api_version=API)
        except (NotFound, ServiceError):        # only news: the operation itself tells how it ended
            return
        for item in (done or {}).get("value") or ():
            found = item.get("properties") or {}
            target = (found.get("targetResource") or {}).get("id")
            state = found.get("provisioningState")
            if target and state in ("Succeeded", "Failed") and (target, state) not in self.said:
                self.said.add((target, state))
                self.ws.terminal.say(f"{'Made' if state == 'Succeeded' else 'Could not make'} {target.split('/providers/')[-1]}")
