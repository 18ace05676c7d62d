"""Data assets."""

import os

from azext_ml.nouns.data.spec import table_uris
from azext_ml.spec.types import is_local, resolve
from azext_ml.verbs.create import send
from azext_ml.verbs.prepare import prepared, where


def create(ws, noun, file=None, overrides=None, skip_validation=False, no_wait=False, registry_name=None, **flags):
    """Creates a data asset. Of an MLTable folder the service is told what the table refers to; with `skip_validation` nobody looks
    into it."""
    value, document, kind = prepared(ws, noun, file, overrides, flags, skip_validation=skip_validation)
    more = {}
    if value.get("type") == "mltable" and is_local(value["path"]) and not skip_validation:
        folder = resolve(value["path"], where(ws).but(base=document.base(("path",))))
        if os.path.isdir(folder):
            more["referenced"] = table_uris(folder)
    return send(ws, noun, kind, value, document, no_wait=no_wait, **more)
