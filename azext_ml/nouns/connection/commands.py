"""Connections. The service never gives credentials back but when it is asked for them."""

from azext_ml.verbs import create as creating
from azext_ml.verbs.list import cut
from azext_ml.verbs.prepare import path_of, shown
from azext_ml.verbs.show import show as showing


def create(ws, noun, file, name=None, overrides=None, populate_secrets=False):
    """Creates or updates a connection."""
    return _with_key(ws, noun, creating.create(ws, noun, file, overrides, name=name), populate_secrets)


def show(ws, noun, name, populate_secrets=False):
    return _with_key(ws, noun, showing(ws, noun, name), populate_secrets)


def list_(ws, noun, max_results=None, type=None, populate_secrets=False):
    """All connections, or those of one type: two types share a category of the service, so they are told apart here."""
    wanted = type.lower() if type else None
    found = (shown(noun.kind, item, ws) for item in ws.client.pages(path_of(ws, noun), api_version=noun.api_version))
    return [_with_key(ws, noun, item, populate_secrets)
            for item in cut((item for item in found if not wanted or item["type"] == wanted), max_results)]


def _with_key(ws, noun, printed, wanted):
    """The printed form with the API key, where there is one and it was asked for."""
    if wanted and printed["credentials"]["type"] == "api_key":
        answer = ws.client.post(path_of(ws, noun, printed["name"]) + "/listsecrets", api_version=noun.api_version)
        key = ((answer.get("properties") or {}).get("credentials") or {}).get("key")
        printed["credentials"]["key"] = key
        printed["api_key"] = key
    return printed
