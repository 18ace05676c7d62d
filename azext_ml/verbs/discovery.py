"""Where the data plane of a workspace or registry is."""

from urllib.parse import quote

from azext_ml.core.ids import scope


def address(ws, service="api"):
    """Base URL of a service of the data plane, without a final slash. Source: recorded requests."""
    found = ws.client.get(ws.scope, api_version="2024-10-01-preview")
    services = ws.client.get(found["properties"]["discoveryUrl"])
    return (services.get(service) or services["api"]).rstrip("/")


def registry(ws, name):
    """Below which the data plane keeps the assets of a registry: (base URL, ARM id). Source: recorded requests."""
    found = ws.client.get(f"{ws.data_plane()}/registrymanagement/v1.0/registries/{quote(name, safe='')}/discovery",
                          api_version="v1.0")
    return ws.data_plane(found.get("primaryRegion")), scope(found["subscriptionId"], found["resourceGroup"], name, "registries")
