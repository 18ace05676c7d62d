"""Deployment templates: assets of a registry's data plane, which no workspace has."""

from urllib.parse import quote

from azext_ml.core.errors import NotFound
from azext_ml.verbs import discovery
from azext_ml.verbs.create import body_of
from azext_ml.verbs.prepare import prepared, shown, where


def create(ws, noun, registry_name, file=None, overrides=None, no_wait=False, **flags):
    """Creates or updates a version of a deployment template."""
    value, document, kind = prepared(ws, noun, file, overrides, flags)
    address = _address(ws, noun, registry_name, value["name"], value["version"])
    body = body_of(ws, kind, value, document, where(ws))
    operation = ws.client.begin("POST", address, body, api_version=noun.api_version)
    if no_wait:
        return None
    operation.wait()
    try:
        body = ws.client.get(address, api_version=noun.api_version)
    except NotFound:        # the service shows a new version a little later
        pass
    return shown(noun.kind, body, ws)


def show(ws, noun, name, version, registry_name):
    """One version."""
    return shown(noun.kind, ws.client.get(_address(ws, noun, registry_name, name, version), api_version=noun.api_version), ws)


def _address(ws, noun, registry, name, version):
    base, scope = discovery.registry(ws, registry)
    return f"{base}/genericasset/v2.0{scope}/{noun.collection}/{quote(name, safe='')}/versions/{quote(version, safe='')}"
