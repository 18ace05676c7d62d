"""`delete`."""

from azext_ml.verbs.prepare import path_of


def delete(ws, noun, name, no_wait=False, **query):
    """Deletes a resource. What is not there is NotFound, as for every other verb."""
    path = path_of(ws, noun, name)
    ws.client.get(path, api_version=noun.api_version)
    operation = ws.client.begin("DELETE", path, api_version=noun.api_version,
                                query={key: value for key, value in query.items() if value is not None})
    if not no_wait:
        operation.wait()
