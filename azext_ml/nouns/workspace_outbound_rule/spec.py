"""Outbound rules as resources of their own: what a workspace lists by name stands below `properties` here."""

from azext_ml.spec.shapes.network import RULE
from azext_ml.spec.types import OneOf


class Named(OneOf):
    def enc(self, value, dialect, at):
        return {"properties": {key: item for key, item in value.items() if key != "name"}}

    def dec(self, wire, dialect, at):
        return {"name": wire.get("name"), **(wire.get("properties") or {})}


OutboundRule = Named(RULE.choice)
