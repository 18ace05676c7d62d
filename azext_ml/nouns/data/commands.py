"""Data assets."""

from azext_ml.verbs import create as creating


def create(ws, noun, file=None, overrides=None, skip_validation=False, no_wait=False, registry_name=None, **flags):
    """Creates a data asset. An MLTable folder is checked before it is uploaded, unless `skip_validation`."""
    return creating.create(ws, noun, file, overrides, no_wait, registry_name, **flags)
