"""`job show`."""

from azext_ml.verbs.prepare import path_of, shown


def show(ws, noun, name, web=False):
    wire = fetch(ws, noun, name)
    if web:
        open_studio(ws, wire)
    return shown(noun.kind, wire, ws)


def fetch(ws, noun, name):
    """Wire form of a job."""
    return ws.client.get(path_of(ws, noun, name), api_version=noun.api_version)


def studio(wire):
    """Address of the job's page, or None. The local workspace names one too, for clients that insist, but serves no page."""
    services = (wire.get("properties") or {}).get("services") or {}
    address = (services.get("Studio") or {}).get("endpoint")
    return address if address and address.startswith("https://") else None


def open_studio(ws, wire):
    import webbrowser  # rare
    address = studio(wire)
    if address:
        webbrowser.open(address)
    else:
        ws.terminal.warn(f"The job '{wire['name']}' has no page that a browser could open.")
