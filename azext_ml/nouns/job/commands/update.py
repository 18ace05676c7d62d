"""`job update`."""

from azext_ml.nouns.job.commands.history import edit
from azext_ml.nouns.job.commands.show import fetch, open_studio
from azext_ml.verbs.prepare import shown
from azext_ml.verbs.update import apply, changed


def update(ws, noun, name, change, web=False):
    """Changes display name, description, tags and properties through run history, which takes them at any time of the run."""
    wire = fetch(ws, noun, name)
    changes = changed(noun, wire, ws, change, {})
    if changes:
        body = {"properties": dict(wire["properties"])}
        apply(noun, wire, body, changes, ws)
        keys = {"display_name": "displayName", "description": "description", "tags": "tags", "properties": "properties"}
        edit(ws, wire, **{keys[key]: body["properties"].get(keys[key]) for key in changes if key in keys})
        wire = fetch(ws, noun, name)
    if web:
        open_studio(ws, wire)
    return shown(noun.kind, wire, ws)
