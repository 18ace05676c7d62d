"""Registries."""

from azext_ml.verbs import create as creating


def create(ws, noun, file=None, overrides=None, no_wait=False, display_name=None, **flags):
    """Creates or updates a registry. `display_name` is an option of the official command that the service has no place for."""
    return creating.create(ws, noun, file, overrides, no_wait, **flags)
