"""Fields of a registry.

The wire has accounts per region: lists of storage accounts and of container registries. YAML has one container registry for
all regions, and one storage account or a list of ids per region.
"""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByShape
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.shapes.resource import Resource
from azext_ml.spec.types import ListOf, Nested, OneOf

_ID = r"/subscriptions/.*/resourceGroups/.*/providers/"
ACCOUNTS = ("standard_lrs", "standard_grs", "standard_ragrs", "standard_zrs", "standard_gzrs", "standard_ragzrs", "premium_lrs",
            "premium_zrs")


class OwnAccount(types.Text):
    """An account that exists already, by its ARM id."""

    def __init__(self, kind, path):
        super().__init__(_ID + path, "give its ARM id")
        self.key, self.wants = f"userCreated{kind}Account", "an ARM id"

    def enc(self, value, dialect, at):
        return {self.key: {"armResourceId": {"resourceId": value}}}

    def dec(self, wire, dialect, at):
        return wire[self.key]["armResourceId"]["resourceId"]


class SystemStorage(f.Spec):
    """Storage accounts that the service makes and manages, all alike."""

    storage_account_hns = f.flag("storageAccountHnsEnabled", "With a hierarchical name space.", default=False)
    storage_account_type = f.enum("storageAccountType", "Kind of account.", {word: word for word in ACCOUNTS},
                                  default="standard_lrs")
    replication_count = f.number("replicationCount", "Number of accounts.", low=1, default=1)
    arm_resource_id = f.read_only("armResourceId.resourceId", key="\0id", show="arm_resource_id")
    replicated_ids = f.read_only("replicatedIds", key="\0ids", show="replicated_ids")


class Storage(OneOf):
    """One description of system-made accounts, or the ids of one's own; a list of accounts on the wire."""

    def __init__(self):
        own = OwnAccount("Storage", "Microsoft.Storage/storageAccounts/.+")
        super().__init__(ByShape(mapping=Nested(SystemStorage), sequence=ListOf(own)))

    def enc(self, value, dialect, at):
        if isinstance(value, list):
            return value
        count = value.pop("replicationCount")
        return [{"systemCreatedStorageAccount": dict(value)} for _ in range(count)]

    def dec(self, wire, dialect, at):
        made = [account.get("systemCreatedStorageAccount") for account in wire]
        if not made or None in made:
            return wire
        ids = [(account.get("armResourceId") or {}).get("resourceId") for account in made]
        return {**made[0], "replicationCount": len(made), "replicatedIds": ids if len(made) > 1 and all(ids) else None}


class SystemAcr(f.Spec):
    acr_account_sku = f.enum("systemCreatedAcrAccount.acrAccountSku", "Tier of the container registry.", ("premium",),
                             required=True)
    arm_resource_id = f.read_only("systemCreatedAcrAccount.armResourceId.resourceId", key="\0id", show="arm_resource_id")


class Acr(OneOf):
    """A container registry: one that the service makes, or the id of one's own. A list of one on the wire."""

    def __init__(self):
        super().__init__(ByShape(
            scalar=OwnAccount("Acr", "Microsoft.ContainerRegistry/registries/.+"), mapping=Nested(SystemAcr),
            wire=lambda wire, dialect: "scalar" if "userCreatedAcrAccount" in wire else "mapping"))

    def enc(self, value, dialect, at):
        return [value]


class AcrOfFirstRegion(Acr):
    """Printed for the registry as a whole: all regions have the same."""

    def dec(self, wire, dialect, at):
        accounts = (wire[0].get("acrDetails") if wire else None) or [{}]
        return accounts[0]


class Region(f.Spec):
    location = f.text("location", "Region.")
    storage_config = f.of(Storage(), "storageAccountDetails", "Storage in that region.", default={})
    acr = f.of(Acr(), "acrDetails", key="\0acr",
               default=lambda at: at.root.get("container_registry") or {"acr_account_sku": "premium"},
               show=False)


class Publisher(f.Spec):
    publisher = f.text("intellectualPropertyPublisher", "Publisher whose intellectual property is protected.")


class Identity(f.Spec):
    type = f.enum("type", "", ("none", "system_assigned", "user_assigned"), case="snake")
    principal_id = f.text("principalId")
    tenant_id = f.text("tenantId")


class GroupName(types.Type):
    def dec(self, wire, dialect, at):
        return wire.get("resourceId") if isinstance(wire, dict) else wire


def primary_region(value, at):
    regions = [region.get("location") for region in value.get("replication_locations") or ()]
    if value.get("location") and value["location"] not in regions and None not in regions:
        yield ("replication_locations",), Fault(f"'{value['location']}', the region of the registry itself, is not among them",
                                                f"add '- location: {value['location']}'", severity="warning")


class Registry(Resource):
    checks = (primary_region,)

    id = f.read_only("id")
    description = f.text(None, "Description, for readers of the file only: the service keeps none.", send=False, show=False)
    tags = f.mapping("tags", "Tags: key=value pairs.", types.Loose(), sent={"arm": {}}, update=True, arg="--tags")
    group_tags = f.constant("properties.managedResourceGroupTags", lambda at: dict(at.me.get("tags") or {}))
    location = f.text("location", "Region of the registry itself.", required=True)
    public_network_access = f.enum("properties.publicNetworkAccess", "Whether it is reached over the internet.",
                                   {"Enabled": "Enabled", "Disabled": "Disabled"}, update=True, arg="--public-network-access")
    replication_locations = f.listing("properties.regionDetails", "Regions that it is in, its own included.", Nested(Region),
                                      required=True)
    container_registry = f.of(AcrOfFirstRegion(), "properties.regionDetails", "Container registry of all regions.", send=False)
    intellectual_property = f.nested("properties", "Whose intellectual property it holds.", Publisher,
                                     preview=True, show_empty=False)
    identity = f.read_only("identity", type=Nested(Identity))
    own_identity = f.constant("identity.type", "SystemAssigned")
    kind = f.read_only("kind", show=False)
    sku = f.read_only("sku", show=False)
    managed_resource_group = f.read_only("properties.managedResourceGroup", type=GroupName())
    mlflow_registry_uri = f.read_only("properties.mlFlowRegistryUri")
    discovery_url = f.read_only("properties.discoveryUrl")
