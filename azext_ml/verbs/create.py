"""`create`, for every noun that a spec describes."""

from functools import cache

from azext_ml.core.errors import NotFound, ServiceError
from azext_ml.spec import dialects, walk
from azext_ml.spec.plan import Plan
from azext_ml.verbs import lower
from azext_ml.verbs.prepare import path_of, prepared, shown, where


def create(ws, noun, file=None, overrides=None, no_wait=False, registry_name=None, **flags):
    """Creates or updates a resource from a file, options, or both; prints it as the service then has it."""
    value, document, kind = prepared(ws, noun, file, overrides, flags)
    return send(ws, noun, kind, value, document, no_wait=no_wait)


def send(ws, noun, kind, value, document, *, no_wait=False, **facts):
    """Lowers checked data, runs its asset steps and puts the resource. Returns what is printed."""
    at = where(ws, name=value.get("name"), location=location_of(ws), **facts)
    body, chosen = None, noun.versioned and not value.get("version")
    for step in noun.steps:
        if step == "newest":
            newest(ws, noun, value["name"])
        elif step == "version":
            value = {**value, "version": value.get("version") or next_version(ws, noun, value["name"])}
        else:
            body = body_of(ws, kind, value, document, at)
    if chosen:
        return shown(noun.kind, put_next(ws, noun, value["name"], value["version"], body, no_wait), ws)
    path = path_of(ws, noun, value["name"], value.get("version") if noun.versioned else None)
    return shown(noun.kind, put(ws, noun, path, body, no_wait), ws)


def put_next(ws, noun, name, version, body, no_wait):
    """PUTs under a version that the service named. Somebody who asked at the same time was named the same one, and the service
    refuses the later of the two: then its next one is taken."""
    while True:
        try:
            return put(ws, noun, path_of(ws, noun, name, version), body, no_wait)
        except ServiceError as refused:
            following = next_version(ws, noun, name) if refused.status in (400, 409) else version
            if following == version:
                raise
            version = following


def body_of(ws, kind, value, document, at):
    """The wire form of checked data, after its asset steps ran."""
    plan = Plan()
    lowered = walk.lower(kind, value, at.but(root=value), plan, document)
    ids = lower.run(plan, ws)
    return walk.encode(kind, lowered, dialects.arm, at.but(root=lowered, ids=ids))


def put(ws, noun, path, body, no_wait=False):
    """PUTs a resource and waits for it, unless told not to. Returns its wire form, None when nothing was waited for."""
    query = dict(noun.query)
    if not noun.long:
        return ws.client.put(path, body, api_version=noun.api_version, query=query)
    operation = ws.client.begin("PUT", path, body, api_version=noun.api_version, query=query)
    return None if no_wait else operation.wait()


def newest(ws, noun, name):
    """The version created last, or None. The official client asks before it creates a model, to tell models from evaluators."""
    query = {"$orderBy": "createdtime desc", "$top": "1"}
    try:
        found = ws.client.get(path_of(ws, noun, name) + "/versions", api_version=noun.api_version, query=query)
    except NotFound:
        return None
    return next(iter(found.get("value") or ()), None)


def next_version(ws, noun, name):
    """The version that the service would give next; "1" for a new name."""
    try:
        container = ws.client.get(path_of(ws, noun, name), api_version=noun.api_version)
    except NotFound:
        return "1"
    return (container.get("properties") or {}).get("nextVersion") or "1"


def location_of(ws):
    """A fact that is only asked for when a spec names no location: the workspace's."""
    @cache
    def ask():
        return ws.client.get(ws.scope, api_version="2024-10-01-preview")["location"]
    return ask
