"""`job cancel`."""

from azext_ml.verbs.prepare import path_of


def cancel(ws, noun, name):
    """Asks the service to end the job. Returns when it has been told; `stream` waits for the end."""
    ws.client.begin("POST", f"{path_of(ws, noun, name)}/cancel", api_version="2023-04-01-preview").wait()
