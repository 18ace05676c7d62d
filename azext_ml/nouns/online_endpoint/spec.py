"""Fields of online endpoints: managed ones, and those on a Kubernetes compute."""

import re

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByKey
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.dialects import look
from azext_ml.spec.shapes.endpoint import Endpoint
from azext_ml.spec.types import Nested, OneOf

_MOMENT = re.compile(r"^(.*\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?(Z|[+-]\d\d:?\d\d)?$")


class Traffic(types.Map):
    """Deployment -> percentage. Zero is not sent: it is the same as not being named. Names are in lower case, as when created."""

    def enc(self, value, dialect, at):
        return {name.lower(): share for name, share in value.items() if share}


class Properties(types.Map):
    """Properties; printed with who made the endpoint, and when, among them, as the official client does."""

    def dec(self, wire, dialect, at):
        made = at.me.get("systemData") or {}
        about = {"createdBy": made.get("createdBy"), "createdAt": moment(made.get("createdAt")),
                 "lastModifiedAt": moment(made.get("lastModifiedAt"))} if made else {}
        return {**about, **wire}


def moment(text):
    """A time in the form of the official client: microseconds, and no colon in the offset."""
    found = _MOMENT.match(text) if isinstance(text, str) else None
    if not found:
        return text
    head, fraction, zone = found.groups()
    return f"{head}.{fraction or '':0<6}{(zone or '').replace(':', '').replace('Z', '+0000')}"


def shares(value, at):
    total = sum((value.get("traffic") or {}).values())
    if total > 100:
        yield ("traffic",), Fault(f"the percentages add up to {total}", "make them add up to 100, or to 0 for no traffic")


class Online(Endpoint):
    checks = (shares,)

    auth_mode = f.enum("properties.authMode", "How callers prove who they are.",
                       {"key": "Key", "aml_token": "AMLToken", "aad_token": "AADToken"}, case="snake", default="key",
                       arg="--auth-mode")
    properties = f.of(Properties(types.Loose(), nullable=True), "properties.properties", "Properties.", sent={"arm": {}})
    identity = f.of(Endpoint.field("identity").type, "identity", "Identity that the endpoint acts under.",
                    sent={"arm": {"type": "SystemAssigned"}})
    traffic = f.of(Traffic(types.Number()), "properties.traffic", "Share of the requests that each deployment gets, in percent.",
                   sent={"arm": {}}, shown={}, update=True)
    mirror_traffic = f.of(Traffic(types.Number()), "properties.mirrorTraffic",
                          "Share of the requests that is copied to a deployment, in percent.", sent={"arm": {}}, shown={},
                          update=True)
    kind = f.read_only("kind")


class ManagedOnlineEndpoint(Online):
    public_network_access = f.enum("properties.publicNetworkAccess", "Whether it is reached over the internet.",
                                   {"enabled": "enabled", "disabled": "disabled"})


class KubernetesOnlineEndpoint(Online):
    compute = f.of(types.Ref("computes", versioned=False, show="long"), "properties.compute", "Kubernetes compute that serves it.")


OnlineEndpoint = OneOf(ByKey(
    {"compute": Nested("kubernetes_online_endpoint")}, default=Nested("managed_online_endpoint"),
    wire=lambda wire, dialect: "compute" if look(wire, "properties.compute") else None))
