"""Computes."""

from azext_ml.verbs import create as creating
from azext_ml.verbs import delete as deleting
from azext_ml.verbs.list import cut
from azext_ml.verbs.prepare import path_of, shown


def create(ws, noun, file=None, overrides=None, no_wait=False, identity_type=None, user_assigned_identities=None, **flags):
    """Creates or updates a compute; `identity` may come from two options of its own."""
    if identity_type or user_assigned_identities:
        flags["identity"] = {"type": identity_type or "user_assigned", **(
            {"user_assigned_identities": [{"resource_id": word} for text in user_assigned_identities for word in text.split(",")]}
            if user_assigned_identities else {})}
    return creating.create(ws, noun, file, overrides, no_wait, **flags)


def list_(ws, noun, max_results=None, type=None):
    """All computes, or those of one type: the service has no filter for it."""
    wanted = type.lower() if type else None
    items = ws.client.pages(path_of(ws, noun), api_version=noun.api_version)
    return cut((shown(noun.kind, item, ws) for item in items
                if not wanted or (item.get("properties") or {}).get("computeType", "").lower() == wanted), max_results)


def delete(ws, noun, name, no_wait=False):
    deleting.delete(ws, noun, name, no_wait, underlyingResourceAction="Delete")
