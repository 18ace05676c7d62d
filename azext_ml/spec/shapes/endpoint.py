"""What online and batch endpoints share."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.shapes.resource import Resource

NAME = r"^(?=.{3,32}$)[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$"
NAME_RULE = "use 3 to 32 letters, digits and hyphens; begin with a letter and do not end with a hyphen"


class Name(types.Text):
    """A name that the service compares without case; sent in lower case."""

    def check(self, value):
        return super().check(value).lower()


class Identities(types.ListOf):
    """User-assigned identities: a list in YAML, a mapping by ARM id on the wire."""

    def enc(self, value, dialect, at):
        return {item["resource_id"]: {} for item in value}

    def dec(self, wire, dialect, at):
        return [{"resource_id": name, "principal_id": (found or {}).get("principalId"), "client_id": (found or {}).get("clientId")}
                for name, found in wire.items()]


def one_identity(value, at):
    given = value.get("user_assigned_identities") or []
    if len(given) > 1:
        yield ("user_assigned_identities", 1), Fault("an endpoint takes one user-assigned identity only", "remove the others")
    for index, item in enumerate(given):
        if not item.get("resource_id"):
            yield ("user_assigned_identities", index), Fault("names no identity", "add 'resource_id:' with its ARM id")
    if given and value.get("type") != "user_assigned":
        yield ("user_assigned_identities",), Fault(f"an identity of type {value.get('type')} takes no list of identities",
                                                   "use type: user_assigned", severity="warning")


class Identity(f.Spec):
    checks = (one_identity,)

    type = f.enum("type", "Kind of identity.", ("system_assigned", "user_assigned", "none"), case="snake", required=True)
    principal_id = f.text("principalId", "Made by the service.", send=False)
    tenant_id = f.text("tenantId", "Made by the service.", send=False)
    user_assigned_identities = f.of(
        Identities(types.Map(types.Text(), types.Enum(("resource_id", "client_id", "object_id", "principal_id"), "exact"))),
        "userAssignedIdentities", "The user-assigned identity: a list of one, with its `resource_id`.")


class Endpoint(Resource):
    name = f.of(Name(NAME, NAME_RULE), "name", "Name of the endpoint, part of its address.", required=True, send=False,
                arg="--name -n")
    id = f.text("id", "Made by the service.", send=False)
    description = f.text("properties.description", "Description.", update=True)
    tags = f.mapping("tags", "Tags.", types.Loose(), nullable=True, sent={"arm": {}}, shown={}, update=True)
    properties = f.mapping("properties.properties", "Properties.", types.Loose(), nullable=True, sent={"arm": {}}, shown={})
    identity = f.nested("identity", "Identity that the endpoint acts under.", Identity)
    location = f.text("location", "Region: always the workspace's.", send=False)
    region = f.constant("location", lambda at: at.facts["location"]())
    scoring_uri = f.text("properties.scoringUri", "Made by the service.", send=False)
    openapi_uri = f.text("properties.swaggerUri", "Made by the service.", send=False)
    provisioning_state = f.text("properties.provisioningState", "Made by the service.", send=False)
