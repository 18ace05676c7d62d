"""Deployments of Azure OpenAI. The service lists them below the connection and does not repeat whose they are."""

from azext_ml.verbs.list import cut
from azext_ml.verbs.prepare import path_of, shown


def list_(ws, noun, connection_name, max_results=None):
    path = path_of(ws, noun, connection_name)
    connection = ws.client.get(path, api_version=noun.api_version)
    whose = {"connectionName": connection_name, "targetUrl": connection["properties"].get("target")}
    items = ws.client.pages(f"{path}/deployments", api_version=noun.api_version)
    return cut((shown(noun.kind, {**item, **whose}, ws) for item in items), max_results)
