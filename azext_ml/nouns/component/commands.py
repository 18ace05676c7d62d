"""Components."""

from azext_ml.spec import dialects, walk
from azext_ml.spec.plan import Plan
from azext_ml.verbs import components, lower
from azext_ml.verbs.create import next_version, put
from azext_ml.verbs.prepare import path_of, prepared, shown, where


def create(ws, noun, file, name=None, version=None, overrides=None, skip_validation=False, no_wait=False, registry_name=None):
    """Creates a component, or updates what may change of an existing version."""
    value, document, kind = prepared(ws, noun, file, overrides, {"name": name, "version": version})
    at = where(ws, source="YAML.COMPONENT")
    plan = Plan()
    lowered = walk.lower(kind, value, at.but(root=value), plan, document)
    specification = walk.encode(kind, lowered, dialects.component, at.but(ids=lower.run(plan, ws), root=lowered))
    body = components.resource(specification, lowered, anonymous=False)
    path = path_of(ws, noun, value["name"], value.get("version") or next_version(ws, noun, value["name"]))
    return shown(noun.answer, put(ws, noun, path, body, no_wait), ws)
