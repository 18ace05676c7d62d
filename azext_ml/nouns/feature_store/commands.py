"""Feature stores. What their stores point to stands in connections of theirs."""

import uuid
from functools import partial

from azext_ml.core.errors import NotFound
from azext_ml.verbs import deployment
from azext_ml.verbs.deployment.template import companion, parts_of
from azext_ml.verbs.list import cut
from azext_ml.verbs.prepare import path_of, prepared, shown

CONNECTION_API = "2024-04-01-preview"
KIND = "featurestore"
# Key of the printed form -> setting that names the connection, category of the connection, what the type is printed as.
STORES = {"offline_store": ("offlineStoreConnectionName", "ADLSGen2", "azure_data_lake_gen2"),
          "online_store": ("onlineStoreConnectionName", "Redis", "redis")}
OWN = ("OfflineStoreConnectionName", "OnlineStoreConnectionName")      # connections that a create made begin so


def create(ws, noun, file=None, overrides=None, no_wait=False, materialization_identity=None, offline_store=None,
           not_grant_permissions=False, update_dependent_resources=False, **flags):
    """Creates a feature store with the companions that it needs, or updates one of that name."""
    if materialization_identity:
        flags["materialization_identity"] = {"resource_id": materialization_identity}
    if offline_store:
        flags["offline_store"] = {"type": "azure_data_lake_gen2", "target": offline_store}
    value, _, kind = prepared(ws, noun, file, overrides, flags)
    store = partial(_parameters, ws.subscription, value, not not_grant_permissions)
    return _shown(ws, noun, deployment.create(ws, noun, kind, value, store=store, companions_too=update_dependent_resources,
                                              no_wait=no_wait))


def show(ws, noun, name):
    """NotFound for a workspace that is no feature store."""
    wire = ws.client.get(path_of(ws, noun, name), api_version=noun.api_version)
    if (wire.get("kind") or "").lower() != KIND:
        raise NotFound(f"The workspace '{name}' is no feature store.", fix=f"See `az ml workspace show --name {name}`.")
    return _shown(ws, noun, wire)


def list_(ws, noun, max_results=None):
    """Those of the resource group, or of the whole subscription when no group is named."""
    items = ws.client.pages(path_of(ws, noun), api_version=noun.api_version)
    return cut((shown(noun.kind, item, ws) for item in items if (item.get("kind") or "").lower() == KIND), max_results)


def _shown(ws, noun, wire):
    """The printed form, with what its connections tell of its stores."""
    printed = shown(noun.kind, wire, ws)
    settings = ((wire or {}).get("properties") or {}).get("featureStoreSettings") or {}
    own = False
    for key, (setting, category, kind) in STORES.items():
        name = settings.get(setting)
        if not name:
            continue
        try:
            found = ws.client.get(f"{wire['id']}/connections/{name}", api_version=CONNECTION_API)["properties"]
        except NotFound:
            continue
        own = own or name.startswith(OWN)
        if found.get("category") == category:
            printed[key] = {"type": kind, "target": found.get("target")}
    identities = ((wire or {}).get("identity") or {}).get("userAssignedIdentities") or {}
    if own and identities:
        name, facts = next(iter(identities.items()))
        printed["materialization_identity"] = {"resource_id": name, **{
            key: facts[sent] for key, sent in (("client_id", "clientId"), ("principal_id", "principalId"))
            if facts and facts.get(sent)}}
    return printed


def _parameters(subscription, value, grant, group, values):
    """Parameters of the template that only a feature store has. Source: recorded requests of the official client."""
    chance = uuid.uuid4().hex[:8]
    runtime = value.get("compute_runtime") or {"spark_runtime_version": "3.4.0"}
    return {
        "spark_runtime_version": runtime["spark_runtime_version"],
        "offline_store_connection_name": f"OfflineStoreConnectionName-{chance}",
        "grant_materialization_permissions": "true" if grant else "false",
        **_offline(subscription, value, group, values),
        **_online(value, chance),
        **_identity(subscription, value, group, values),
    }


def _offline(subscription, value, group, values):
    if value.get("offline_store"):
        parts = value["offline_store"]["target"].split("/")
        option, container, account, group, subscription = "existing", parts[-1], parts[-5], parts[-9], parts[-11]
    else:
        option, container = "new", companion(value["name"], "container")
        account = companion(value["name"], "storage") if value.get("storage_account") else values["storageAccountName"]
    return {"offlineStoreStorageAccountOption": option, "offline_store_container_name": container,
            "offline_store_storage_account_name": account, "offline_store_resource_group_name": group,
            "offline_store_subscription_id": subscription}


def _online(value, chance):
    if not value.get("online_store"):
        return {}
    target = value["online_store"]["target"]
    _, group, subscription = parts_of(target)
    return {"online_store_connection_name": f"OnlineStoreConnectionName-{chance}", "online_store_resource_id": target,
            "online_store_resource_group_name": group, "online_store_subscription_id": subscription}


def _identity(subscription, value, group, values):
    option = "new"
    if value.get("materialization_identity"):
        option = "existing"
        name, group, subscription = parts_of(value["materialization_identity"]["resource_id"])
    else:
        name = _identity_name(subscription, group, values["location"], value["name"])
    return {"materializationIdentityOption": option, "materialization_identity_name": name,
            "materialization_identity_resource_group_name": group, "materialization_identity_subscription_id": subscription}


def _identity_name(subscription, group, region, name):
    """The same for the same feature store, so that an attempt that failed leaves one identity and not many."""
    place = "".join(char for char in f"{subscription[:12]}_{group[:12]}_{region}".lower() if char.isalnum())
    namespace = uuid.UUID(place.encode().hex()[:32].ljust(32, "0"))
    return f"materialization-uai-{uuid.uuid3(namespace, name.lower()).hex}"
