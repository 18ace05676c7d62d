"""Versions of assets and their containers, kept together in one transaction.

A container ("models", "m") counts as the service does: `latestVersion` is the version created last, `nextVersion` one more
than the greatest number among its versions, "1" when there is none; anonymous versions do not count (as recorded).
"""

from typing import Any, Dict

from azext_ml.local.request import number
from azext_ml.local.stamps import stamp


def parent(collection, name):
    """The `parent` column of a container's versions."""
    return f"{collection}/{name.lower()}/versions"


def register(tx, ws, collection, name, version, body, *, now, by, kind="", private=None):
    """Writes a version, new or not, and its container. `version` None takes the next one. `body` is the wire body with its
    "properties", less systemData. `now` in seconds, `by` the display name of the user. Returns (Document, created: bool).

    Says nothing about what may change in an existing version: that is the caller's to refuse.
    """
    container = tx.get(ws, collection, name)
    if version is None:
        version = container.body["properties"]["nextVersion"] if container else "1"
    old = tx.get(ws, parent(collection, name), version)
    system = system_data(stamp(now), by)
    if old is not None:
        system = {**system, **{key: old.body["systemData"][key] for key in ("createdAt", "createdBy", "createdByType")}}
    document = tx.put(ws, parent(collection, name), version, {**body, "systemData": system},
                      archived=bool(body["properties"].get("isArchived")), kind=kind, private=private)
    if container is None:
        container = tx.put(ws, collection, name, {"properties": dict(EMPTY_CONTAINER), "systemData": system})
    if old is None and not body["properties"].get("isAnonymous"):
        _count(tx, ws, collection, container, document.name)
    return document, old is None


def recount(tx, ws, collection, name):
    """Counts again after a version was removed."""
    container = tx.get(ws, collection, name)
    left = [version for version in tx.list(ws, parent(collection, name)) if not version.body["properties"].get("isAnonymous")]
    numbers = [_number(version.name) for version in left]
    _write(tx, ws, collection, container, left[0].name if left else None, str(max(numbers, default=0) + 1))


def system_data(when, by):
    """`when` is a stamp."""
    return {"createdAt": when, "createdBy": by, "createdByType": "User",
            "lastModifiedAt": when, "lastModifiedBy": by, "lastModifiedByType": "User"}


def _count(tx, ws, collection, container, version):
    following = max(_number(version) + 1, int(container.body["properties"]["nextVersion"]))
    _write(tx, ws, collection, container, version, str(following))


def _number(version):
    """0 for a version that is no number, or none that anybody counts with."""
    return number(version) or 0


def _write(tx, ws, collection, container, latest, following):
    properties = {**container.body["properties"], "latestVersion": latest, "nextVersion": following}
    tx.put(ws, collection, container.name, {**container.body, "properties": properties}, archived=container.archived,
           private=container.private)


# As recorded from the service.
EMPTY_CONTAINER: Dict[str, Any] = {"description": None, "tags": {}, "properties": {}, "isArchived": False, "latestVersion": None,
                                   "nextVersion": "1"}
