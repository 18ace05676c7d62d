"""Online endpoints."""

from azext_ml.core.errors import UsageError
from azext_ml.verbs import create as creating
from azext_ml.verbs.deployments import open_studio


def create(ws, noun, file=None, overrides=None, local=False, no_wait=False, web=False, **flags):
    """Creates or updates an endpoint."""
    if local:
        raise UsageError("Endpoints are not made in Docker here.",
                         fix="Leave --local out, or use the local workspace: set AZURE_ML_BACKEND=local.")
    printed = creating.create(ws, noun, file, overrides, no_wait, **flags)
    if web and printed:
        open_studio(ws, f"endpoints/realtime/{printed['name']}/detail")
    return printed
