"""Computes that a job names must be there: asked for before anything is uploaded for a job that could not run."""

from azext_ml.core.errors import NotFound, ServiceError, SpecError
from azext_ml.core.ids import ArmId, Reference
from azext_ml.spec import walk
from azext_ml.spec.diagnostics import Fault, all_of, nearest
from azext_ml.spec.types import Ref, has_expression

API_VERSION = "2023-08-01-preview"
NO_COMPUTES = ("local", "serverless")


def check(ws, kind, value, document):
    """Raises SpecError, with their places, for computes that the workspace does not have. Each is asked for once; one that may not
    be asked for, and those of other workspaces, are not judged."""
    places = {}
    for path, leaf, text in walk.leaves(kind, value):
        if isinstance(leaf, Ref) and leaf.collection == "computes":
            places.setdefault(_name(text, ws), []).append(path)
    lost = [name for name in places if name and not _exists(ws, name)]
    if lost:
        known = [item["name"] for item in ws.client.pages(f"{ws.scope}/computes", api_version=API_VERSION)]
        raise SpecError([document.diagnostic(path, _fault(name, known, ws)) for name in lost for path in places[name]])


def _name(text, ws):
    """Name of a compute of the workspace, None for what is none."""
    found = ArmId.parse(text)
    if found:
        return found.name if found.scope.lower() == ws.scope.lower() else None
    reference = None if has_expression(text) else Reference.parse(text)
    return reference.name if reference and reference.name.lower() not in NO_COMPUTES else None


def _exists(ws, name):
    try:
        ws.client.get(f"{ws.scope}/computes/{name}", api_version=API_VERSION)
    except NotFound:
        return False
    except ServiceError:
        pass
    return True


def _fault(name, known, ws):
    guess = nearest(name, known)
    there = f"it has {all_of(known)}" if known else "make it with `az ml compute create`"
    return Fault(f"'{name}' is not a compute of the workspace '{ws.name}'", f"did you mean '{guess}'?" if guess else there)
