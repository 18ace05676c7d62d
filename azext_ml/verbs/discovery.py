"""Where the data plane of a workspace is."""


def address(ws, service="api"):
    """Base URL of a service of the data plane, without a final slash. Source: service facts E4, and recorded requests."""
    found = ws.client.get(ws.scope, api_version="2024-10-01-preview")
    services = ws.client.get(found["properties"]["discoveryUrl"])
    return (services.get(service) or services["api"]).rstrip("/")
