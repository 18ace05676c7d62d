"""What workspaces, hubs, projects and feature stores share."""

from urllib.parse import urlsplit

from azext_ml.core.ids import ArmId
from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByShape
from azext_ml.spec.diagnostics import Fault, Wrong
from azext_ml.spec.shapes.network import ManagedNetwork
from azext_ml.spec.shapes.resource import Resource
from azext_ml.spec.types import Nested, OneOf

# The official client spells identities so, and the service does not mind.
IDENTITIES = {"system_assigned": "Systemassigned", "user_assigned": "Userassigned", "none": "None",
              "system_assigned,user_assigned": "Systemassigned,Userassigned"}


class CompanionId(types.Text):
    """ARM id of a resource that a workspace uses."""

    wants = "an ARM id"
    FORM = (r"/subscriptions/[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}/resource[gG]roups/[^/]+"
            r"/providers/[a-zA-Z.]+/[a-zA-Z]+/.+")

    def __init__(self):
        super().__init__(self.FORM, "write /subscriptions/<guid>/resourceGroups/<group>/providers/<provider>/<type>/<name>")


class Address(types.Text):
    """An https address."""

    wants = "an address such as https://…"
    schema = {"type": "string", "pattern": r"^[hH][tT][tT][pP][sS]?://[^/?#]*\.[^/?#]*"}

    def check(self, value):
        parts = urlsplit(super().check(value))
        if parts.scheme not in ("http", "https") or "." not in parts.netloc:
            raise Wrong(f"{types.shown(value)} is not an address", "write https://<host>/…")
        return value


class GroupInId(types.Text):
    """The resource group, which only the id holds."""

    def dec(self, wire, dialect, at):
        found = ArmId.parse(wire)
        return found.group if found else None


class UserIdentity(f.Spec):
    client_id = f.text("clientId", "Client id.")
    principal_id = f.text("principalId", "Principal id.")
    resource_id = f.text(None, "ARM id; the key under which it stands counts.", send=False, show=False)


class UserIdentities(types.Map):
    """By ARM id. An id without facts is as good as one with {}."""

    def enc(self, value, dialect, at):
        return {name: facts or {} for name, facts in value.items()}


class Identity(f.Spec):
    type = f.enum("type", "Kind of identity.", IDENTITIES, case="snake", required=True)
    user_assigned_identities = f.of(UserIdentities(Nested(UserIdentity), nullable=True), "userAssignedIdentities",
                                    "ARM ids of identities, each with facts about it or {}.")
    principal_id = f.text("principalId", "Principal id of the system-assigned identity.", send=False)
    tenant_id = f.text("tenantId", "Tenant of the system-assigned identity.", send=False)


class CustomerManagedKey(f.Spec):
    """Encryption with a key of one's own."""

    key_vault = f.text("keyVaultProperties.keyVaultArmId", "ARM id of the key vault.")
    key_uri = f.of(Address(), "keyVaultProperties.keyIdentifier", "Address of the key.", update=True)
    cosmosdb_id = f.text("cosmosDbArmId", "ARM id of the Cosmos DB account for encrypted data.", shown="")
    storage_id = f.text("storageAccountArmId", "ARM id of the storage account for encrypted data.", shown="")
    search_id = f.text("searchAccountArmId", "ARM id of the search service for encrypted data.", shown="")
    status = f.constant("status", "Enabled")


class Encryption(OneOf):
    """What the service says of a workspace without a key of its own is not printed."""

    def __init__(self):
        super().__init__(ByShape(mapping=Nested(CustomerManagedKey)))

    def dec(self, wire, dialect, at):
        return wire if wire.get("status") == "Enabled" else None


class IpRule(f.Spec):
    schema_ = f.schema()
    value = f.text("value", "Address or range.", required=True)


def named_addresses(value, at):
    if value.get("default_action") == "Deny" and not value.get("ip_rules"):
        yield (), Fault("denies access and names no addresses that have it", "add 'ip_rules:'")


class NetworkAcls(f.Spec):
    checks = (named_addresses,)

    schema_ = f.schema()
    default_action = f.enum("defaultAction", "What happens to addresses without a rule.", {"Allow": "Allow", "Deny": "Deny"},
                            case="exact",
                            required=True)
    ip_rules = f.listing("ipRules", "Addresses that have access.", Nested(IpRule), shown=[])


class Subnet(CompanionId):
    """ARM id of a subnet; the word None stands for none."""

    schema = {"type": "string", "pattern": f"^(None|{CompanionId.FORM})$"}

    def check(self, value):
        return value if value == "None" else super().check(value)

    def enc(self, value, dialect, at):
        return f.NOTHING if value == "None" else value


class ServerlessCompute(f.Spec):
    schema_ = f.schema()
    custom_subnet = f.of(Subnet(), "serverlessComputeCustomSubnet", "ARM id of the subnet of serverless machines.")
    no_public_ip = f.flag("serverlessComputeNoPublicIP", "Give serverless machines no public addresses.", default=False)


class Space(Resource):
    """Where assets and jobs live: the fields that all kinds have, feature stores included."""

    show_empty = False

    id = f.read_only("id")
    location = f.text("location", "Region. Default: the resource group's.", default=lambda at: at.facts["location"](),
                      arg="--location -l")
    resource_group = f.of(GroupInId(), "id", "Resource group, where it is not that of the command.", send=False)
    description = f.text("properties.description", "Description.", update=True, arg="--description")
    display_name = f.text("properties.friendlyName", "Name that people see.", update=True, arg="--display-name")
    tags = f.mapping("tags", "Tags: key=value pairs.", update=True, shown={}, show_empty=True, arg="--tags")
    hbi_workspace = f.flag("properties.hbiWorkspace", "Holds data of high business impact.")
    storage_account = f.of(CompanionId(), "properties.storageAccount", "ARM id of the storage account. Default: a new one.",
                           arg="--storage-account -s")
    container_registry = f.of(CompanionId(), "properties.containerRegistry",
                              "ARM id of the container registry. Default: one that is made "
                              "when it is needed.", update=True, arg="--container-registry -c")
    key_vault = f.of(CompanionId(), "properties.keyVault", "ARM id of the key vault. Default: a new one.", arg="--key-vault -k")
    application_insights = f.of(CompanionId(), "properties.applicationInsights",
                                "ARM id of the monitoring resource. Default: a new one.",
                                update=True, arg="--application-insights -a")
    customer_managed_key = f.of(Encryption(), "properties.encryption", "Encryption with a key of one's own.", update=True)
    image_build_compute = f.text("properties.imageBuildCompute", "Compute that builds images.", update=True,
                                 arg="--image-build-compute -i")
    public_network_access = f.enum("properties.publicNetworkAccess", "Whether it is reached over the internet.",
                                   {"Enabled": "Enabled", "Disabled": "Disabled"}, update=True, arg="--public-network-access")
    identity = f.nested("identity", "Identity that it works under. Default: one of its own.", Identity, update=True)
    primary_user_assigned_identity = f.text("properties.primaryUserAssignedIdentity", "ARM id of the identity it acts under.",
                                            update=True,
                                            arg="--primary-user-assigned-identity -p")
    managed_network = f.nested("properties.managedNetwork", "Network that the service manages.", ManagedNetwork, update=True)
