"""Run history, the data plane's account of a run: logs, edits, children."""


class History:
    """Requests below `history/v1.0{workspace}`; the address comes from the workspace's discovery."""

    def __init__(self, ws):
        self.ws = ws
        found = ws.client.get(ws.scope, api_version="2024-10-01-preview")
        address = found["properties"]["discoveryUrl"]
        services = ws.client.get(f"{address}{ws.scope}")
        base = services.get("history") or services["api"]
        self.base = f"{base.rstrip('/')}/history/v1.0{ws.scope}"

    def get(self, path):
        return self.ws.client.get(f"{self.base}/{path}")

    def patch(self, path, body):
        return self.ws.client.patch(f"{self.base}/{path}", body)

    def post(self, path, body):
        return self.ws.client.post(f"{self.base}/{path}", body)

    def pages(self, path):
        return self.ws.client.pages(f"{self.base}/{path}")


def history(ws):
    return History(ws)


def edit(ws, wire, **changes):
    """Changes what may be changed of a run: displayName, description, tags, properties, hidden."""
    experiment = wire["properties"].get("experimentName") or "Default"
    return history(ws).patch(f"experiments/{experiment}/runs/{wire['name']}", changes)
