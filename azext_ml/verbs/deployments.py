"""What the deployments of online and of batch endpoints need beyond the verbs of every noun: the endpoint above them."""

from azext_ml.core.errors import NotFound
from azext_ml.verbs.create import put


def of(noun, endpoint):
    """The noun below one endpoint: its collection stands in the endpoint's path."""
    return noun._replace(collection=noun.collection.format(endpoint=endpoint))


def endpoint(ws, noun, name):
    """Wire form of the endpoint above, read with the deployments' api-version. Raises NotFound."""
    try:
        return ws.client.get(_path(ws, noun, name), api_version=noun.api_version)
    except NotFound as error:
        which = noun.name.replace("deployment", "endpoint")
        raise NotFound(f"There is no {which} '{name}' in workspace '{ws.name}'.", status=error.status,
                       fix=f"Create it with `az ml {which} create --name {name}`.") from None


def update_endpoint(ws, noun, wire, **properties):
    """Puts an endpoint back with other properties, and waits for it."""
    body = {key: wire[key] for key in ("location", "tags", "identity", "kind", "sku") if wire.get(key) is not None}
    body["properties"] = {**wire["properties"], **properties}
    return put(ws, noun._replace(collection="", long=True, query=()), _path(ws, noun, wire["name"]), body)


def open_studio(ws, page):
    import webbrowser  # rare
    webbrowser.open(f"https://ml.azure.com/{page}?wsid={ws.scope}")


def _path(ws, noun, name):
    return f"{ws.scope}/{noun.collection.partition('/')[0]}/{name}"
