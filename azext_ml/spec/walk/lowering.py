"""Stage 3: local things become asset steps."""

import json

from azext_ml.spec.registry import resolve
from azext_ml.spec.split import split
from azext_ml.spec.types import Inline, ListOf, Map
from azext_ml.spec.walk.tree import branch_inline, is_spec, root_of


def lower(kind, value, at, plan, document=None, path=()):
    """The value with local things replaced by Pending steps of `plan`, in field order, children first."""
    if value is None:
        return None
    kind = branch_inline(kind, value)
    here = at.but(base=document.base(path)) if document else at
    if isinstance(kind, Inline):
        lowered = lower(resolve(kind.spec), value, here.fresh(value, anonymous=True), plan, document, path)
        step = {"spec": kind.spec, "value": lowered, "origin": document.origins.get(tuple(path)) if document else None}
        return plan.add(kind.kind, step, _identity(step))
    if is_spec(kind):
        inside = root_of(kind, value, here).inside(value)
        given = {}
        for field in kind.fields():
            if field.key in value:
                given[field.key] = lower(field.type, value[field.key], inside.at(field.key), plan, document, path + (field.key,))
        lowered = {key: given.get(key, item) for key, item in value.items()}
        for key in kind.copies:
            source = value.get("component")
            if isinstance(source, dict) and key not in lowered and source.get(key) is not None:
                lowered[key] = lower(kind.field(key).type, source[key], inside.at(key), plan, document, path + ("component", key))
        if kind.component:
            made, lowered = split(kind, lowered, at)
            step = {"spec": f"anonymous_{kind.component}", "value": made, "origin": None}
            lowered["component"] = plan.add("component", step, _identity(step))
        return lowered
    if isinstance(kind, Map):
        return {key: lower(kind.values, item, here.at(key), plan, document, path + (key,)) for key, item in value.items()}
    if isinstance(kind, ListOf):
        return [lower(kind.item, item, here.at(i), plan, document, path + (i,)) for i, item in enumerate(value)]
    return kind.lower(value, here, plan)


def _identity(value):
    # sorted, so that the same content is the same step
    return json.dumps(value, sort_keys=True, default=str)
