"""The managed network of a workspace: what machines in it may reach."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByType
from azext_ml.spec.diagnostics import Wrong
from azext_ml.spec.types import Nested, OneOf, fold_snake

CATEGORIES = ("required", "recommended", "user_defined", "dependency")


class Rule(f.Spec):
    """An outbound rule. Its name is the key under which it stands on the wire."""

    drop_unknown = True

    name = f.text("name", "Name of the rule.", required=True, arg="--rule")
    category = f.read_only("category", type=types.Enum(CATEGORIES, case="snake"))
    sent_category = f.constant("category", "UserDefined")
    status = f.read_only("status")
    parent_rule_names = f.read_only("parentRuleNames", show=False)


class Domain(types.Text):
    wants = "a domain name"

    def check(self, value):
        if isinstance(value, dict):
            raise Wrong("wants a domain name, got a mapping", "a mapping goes with type: private_endpoint or service_tag")
        return super().check(value)


class FqdnRule(Rule):
    type = f.tag("type", {"fqdn": "FQDN"}, "To a domain name.")
    sent_type = f.constant("type", "FQDN")
    destination = f.of(Domain(), "destination", "Domain name, such as *.contoso.com.", required=True, arg="--destination")


class PrivateEndpoint(f.Spec):
    service_resource_id = f.text("serviceResourceId", "ARM id of the resource.", required=True, arg="--service-resource-id")
    subresource_target = f.text("subresourceTarget", "Part of the resource, such as blob.", required=True,
                                arg="--subresource-target")
    spark_enabled = f.flag("sparkEnabled", "Make the endpoint for Spark jobs too.", required=True, arg="--spark-enabled")


class PrivateEndpointRule(Rule):
    type = f.tag("type", {"private_endpoint": "PrivateEndpoint"}, "To an Azure resource, through a private endpoint.", case="snake")
    sent_type = f.constant("type", "PrivateEndpoint")
    destination = f.nested("destination", "The resource.", PrivateEndpoint, required=True)
    fqdns = f.listing("fqdns", "Domain names that lead to the endpoint.", arg="--fqdns")


class ServiceTag(f.Spec):
    service_tag = f.text("serviceTag", "Service tag, such as DataFactory.", required=True, arg="--service-tag")
    protocol = f.text("protocol", "TCP, UDP, ICMP or *.", required=True, arg="--protocol")
    port_ranges = f.text("portRanges", "Ports, such as 80, 8080-8089.", required=True, arg="--port-ranges")
    address_prefixes = f.listing("addressPrefixes", "Addresses, in place of those of the service tag.",
                                 arg="--address-prefixes")


class ServiceTagRule(Rule):
    type = f.tag("type", {"service_tag": "ServiceTag"}, "To the addresses of an Azure service.", case="snake")
    sent_type = f.constant("type", "ServiceTag")
    destination = f.nested("destination", "The service.", ServiceTag, required=True)


class ByDestination(ByType):
    """By `type`; without one by what the destination looks like."""

    def choose(self, value):
        if isinstance(value, dict) and value.get("type") is None:
            destination = value.get("destination")
            endpoint = {"service_resource_id", "subresource_target", "spark_enabled"}
            if not isinstance(destination, dict):
                return self.cases["fqdn"]
            return self.cases["private_endpoint" if endpoint & set(destination) else "service_tag"]
        return super().choose(value)


RULE = OneOf(ByDestination("type", {"fqdn": Nested(FqdnRule), "private_endpoint": Nested(PrivateEndpointRule),
                                    "service_tag": Nested(ServiceTagRule)}, default="fqdn", tag="type", fold=fold_snake))


class Rules(types.ListOf):
    """A list in YAML, a mapping by name on the wire."""

    def enc(self, value, dialect, at):
        return {rule.pop("name"): rule for rule in value}

    def dec(self, wire, dialect, at):
        return [{"name": name, **rule} for name, rule in wire.items()]


class NetworkStatus(f.Spec):
    drop_unknown = True

    status = f.read_only("status")
    spark_ready = f.read_only("sparkReady")


class ManagedNetwork(f.Spec):
    drop_unknown = True

    isolation_mode = f.enum("isolationMode", "What the network lets out.",
                            ("disabled", "allow_internet_outbound", "allow_only_approved_outbound"), case="snake", required=True,
                            arg="--managed-network -m")
    outbound_rules = f.of(Rules(RULE), "outboundRules", "What may be reached.", sent={"arm": {}}, shown=[])
    firewall_sku = f.enum("firewallSku", "Firewall for domain names.", ("standard", "basic"), case="snake", default="standard",
                          preview=True)
    network_id = f.read_only("networkId")
    status = f.of(Nested(NetworkStatus), "status", "State of the network.", send=False)
