"""Schedules."""

from azext_ml.verbs.create import body_of, put
from azext_ml.verbs.prepare import path_of, prepared, shown, where


def create(ws, noun, file, name=None, overrides=None, no_wait=False):
    """Creates or updates a schedule. What it starts gets neither a name nor an experiment: it gets new ones each time."""
    value, document, kind = prepared(ws, noun, file, overrides, {"name": name})
    if "create_monitor" in value:
        from azext_ml.nouns.schedule.collected import completed  # only monitors watch what deployments collect
        value = completed(ws, value, document)
    body = body_of(ws, kind, value, document, where(ws))
    return shown(noun.kind, put(ws, noun, path_of(ws, noun, value["name"]), body, no_wait), ws)
