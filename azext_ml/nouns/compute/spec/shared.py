"""What the kinds of compute share: identity and network."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.shapes.resource import Resource

IDENTITIES = {"system_assigned": "SystemAssigned", "user_assigned": "UserAssigned", "none": "None",
              "system_assigned,user_assigned": "SystemAssigned,UserAssigned"}


class Identities(types.ListOf):
    """User-assigned identities: a list in YAML, a mapping by ARM id on the wire."""

    def enc(self, value, dialect, at):
        return {item.pop("resourceId"): item for item in value}

    def dec(self, wire, dialect, at):
        return [{"resourceId": name, **(found or {})} for name, found in wire.items()]


class UserIdentity(f.Spec):
    schema_ = f.schema()
    resource_id = f.text("resourceId", "ARM id of the identity.", required=True)
    principal_id = f.read_only("principalId")
    client_id = f.read_only("clientId")
    tenant_id = f.read_only("tenantId")


def one_kind_of_identity(value, at):
    if value.get("type") == "system_assigned" and value.get("user_assigned_identities"):
        yield ("user_assigned_identities",), Fault("a system-assigned identity takes no list of identities",
                                                   "use type: user_assigned")


class Identity(f.Spec):
    schema_ = f.schema()
    type = f.enum("type", "Kind of identity.", IDENTITIES, case="snake")
    user_assigned_identities = f.of(Identities(types.Nested(UserIdentity)), "userAssignedIdentities", "User-assigned identities.")
    principal_id = f.read_only("principalId")
    tenant_id = f.read_only("tenantId")


class MachineIdentity(Identity):
    checks = (one_kind_of_identity,)


class Subnet(types.Text):
    """A subnet by name beside `vnet_name`, or its whole ARM id."""

    def enc(self, value, dialect, at):
        if value.startswith("/"):
            return value
        return (f"/subscriptions/{at.facts['subscription']}/resourceGroups/{at.facts['group']}/providers/Microsoft.Network"
                f"/virtualNetworks/{at.me.get('vnet_name')}/subnets/{value}")


def vnet_or_id(value, at):
    subnet = value.get("subnet")
    if value.get("vnet_name") and not subnet:
        yield ("vnet_name",), Fault("a virtual network needs a subnet", "add 'subnet:'")
    if subnet and not subnet.startswith("/") and not value.get("vnet_name"):
        yield ("subnet",), Fault("a subnet given by name needs its virtual network",
                                 "add 'vnet_name:', or give the subnet's ARM id")


class PublicAccess(types.Flag):
    """true or false; the service also knows a third word for `not said`."""

    def enc(self, value, dialect, at):
        return "Enabled" if value else "Disabled"

    def dec(self, wire, dialect, at):
        return wire == "Enabled"


class Network(f.Spec):
    checks = (vnet_or_id,)

    schema_ = f.schema()
    vnet_name = f.text(None, "Virtual network of the subnet.", send=False, show=False, arg="--vnet-name")
    subnet = f.of(Subnet(), "subnet.id", "Subnet, by name or ARM id.", arg="--subnet")
    public_ip_address = f.read_only("connectivityEndpoints.publicIpAddress")
    private_ip_address = f.read_only("connectivityEndpoints.privateIpAddress")


class Compute(Resource):
    """What every compute has."""

    name = f.text("name", "Name of the compute.", required=True, send=False, arg="--name -n")
    id = f.read_only("id")
    location = f.text("location", "Region. Default: the workspace's.", default=lambda at: at.facts["location"](),
                      arg="--location -l")
    description = f.text("properties.description", "Description.", arg="--description")
    tags = f.mapping("tags", "Tags: key=value pairs.", update=True, arg="--tags")
    resource_id = f.text("properties.resourceId", "ARM id of what is attached.")
    provisioning_state = f.read_only("properties.provisioningState")
    provisioning_errors = f.read_only("properties.provisioningErrors")
    created_on = f.read_only("properties.createdOn", show=False)


class Machine(Compute):
    """Machines of the service's own: their size, identity and network."""

    size = f.text("properties.properties.vmSize", "Size of the machines.", default="STANDARD_DS3_V2", arg="--size")
    identity = f.nested("identity", "Identity of the machines.", MachineIdentity, update=True)
    enable_node_public_ip = f.flag("properties.properties.enableNodePublicIp", "Give the machines public addresses.", default=True,
                                   arg="--enable-node-public-ip")
    network_settings = f.nested("properties.properties", "Network of the machines.", Network)
    local_auth = f.constant("properties.disableLocalAuth", lambda at: not at.me.get("ssh_settings"))
