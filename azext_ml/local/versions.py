"""Versions of assets and their containers, kept together in one transaction.

A container ("models", "m") counts as the service does: `latestVersion` is the version created last, `nextVersion` one more
than the greatest number among its versions, "1" when there is none; anonymous versions do not count (service facts 2.5).
"""

from azext_ml.local.stamps import stamp


def parent(collection, name):
    """The `parent` column of a container's versions."""
    return f"{collection}/{name.lower()}/versions"


def register(tx, ws, collection, name, version, properties, *, now, by, private=None):
    """Writes a version, new or not, and its container. `version` None takes the next one. `now` in seconds, `by` the display
    name of the user. Returns (version, Document, created: bool).

    Says nothing about what may change in an existing version: that is the caller's to refuse.
    """
    container = tx.get(ws, collection, name)
    if version is None:
        version = container.body["properties"]["nextVersion"] if container else "1"
    existing = tx.get(ws, parent(collection, name), version)
    when = stamp(now)
    system = dict(existing.body["systemData"]) if existing else system_data(when, by)
    system.update({"lastModifiedAt": when, "lastModifiedBy": by, "lastModifiedByType": "User"})
    document = tx.put(ws, parent(collection, name), version, {"properties": properties, "systemData": system},
                      archived=bool(properties.get("isArchived")), private=private)
    _count(tx, ws, collection, name, container, document, existing is None, properties, system)
    return document.name, document, existing is None


def system_data(when, by):
    """`when` is a stamp."""
    return {"createdAt": when, "createdBy": by, "createdByType": "User",
            "lastModifiedAt": when, "lastModifiedBy": by, "lastModifiedByType": "User"}


def _count(tx, ws, collection, name, container, version, created, properties, system):
    body = dict(container.body) if container else {"properties": dict(EMPTY_CONTAINER), "systemData": system}
    counts = dict(body["properties"])
    if created and not properties.get("isAnonymous"):
        counts["latestVersion"] = version.name
        if version.name.isdigit():
            counts["nextVersion"] = str(max(int(version.name) + 1, int(counts["nextVersion"])))
    if container is None or counts != body["properties"]:
        body["properties"] = counts
        tx.put(ws, collection, name, body, archived=bool(counts.get("isArchived")),
               private=container.private if container else None)


# Service facts, example E14.
EMPTY_CONTAINER = {"description": None, "tags": {}, "properties": {}, "isArchived": False, "latestVersion": None, "nextVersion": "1"}
