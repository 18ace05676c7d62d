"""Capability hosts. What one needs depends on the kind of the workspace it is made in."""

from azext_ml.core.errors import UsageError
from azext_ml.verbs.create import send
from azext_ml.verbs.prepare import prepared


def create(ws, noun, file=None, overrides=None, no_wait=False, **flags):
    """Creates the capability host of a hub or project."""
    value, document, kind = prepared(ws, noun, file, overrides, flags)
    home = (ws.client.get(ws.scope, api_version=noun.api_version).get("kind") or "Default").lower()
    if home not in ("hub", "project"):
        raise UsageError(f"'{ws.name}' is a workspace of kind {home}, and only hubs and projects have capability hosts.",
                         fix="Give the name of a hub or project with --workspace-name.")
    if home == "project":
        if value.get("ai_services_connections") is None:
            raise UsageError("In a project a capability host needs ai_services_connections.", fix="Give --ai-services-connections.")
        value["storage_connections"] = value.get("storage_connections") or [f"{ws.name}/workspaceblobstore"]
    return send(ws, noun, kind, value, document, no_wait=no_wait)
