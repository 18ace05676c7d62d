"""Feature sets. The service is told the content of the folder's FeatureSetSpec.yaml beside the folder itself."""

import json
import os

from azext_ml.assets import datastores
from azext_ml.nouns.feature_set.spec.specification import FILE
from azext_ml.spec import dialects, walk
from azext_ml.spec.registry import resolve as find
from azext_ml.spec.types import is_local, resolve
from azext_ml.verbs.create import send
from azext_ml.verbs.prepare import prepared, where


def create(ws, noun, file=None, overrides=None, no_wait=False, materialization_settings=None, **flags):
    """Creates or updates a version of a feature set."""
    from azext_ml.spec.load import load  # PyYAML: only for commands that read a spec
    if materialization_settings:
        flags["materialization_settings"] = load(materialization_settings).value
    value, document, kind = prepared(ws, noun, file, overrides, flags)
    return send(ws, noun, kind, value, document, no_wait=no_wait, specification=_specification(ws, value, document))


def _specification(ws, value, document):
    """FeatureSetSpec.yaml as JSON text. Raises SpecError with every fault of that file."""
    from azext_ml.spec import load, validate  # as above
    path = value["specification"]["path"]
    if is_local(path):
        mark = document.mark(("specification", "path"))
        shown = os.path.normpath(os.path.join(os.path.dirname(mark.file), path, FILE))
        found = load.load(os.path.join(resolve(path, where(ws).but(base=mark.base)), FILE), shown)
    else:
        container, prefix = datastores.locate(ws, path)
        text = b"".join(container.read(f"{prefix.rstrip('/')}/{FILE}"))
        found = load.parse(text.decode("utf-8", "replace"), f"{path}/{FILE}", "")
    kind = find("feature_set_spec")
    return json.dumps(walk.to_rest(kind, validate.validate(kind, found), dialects.arm, where(ws)))
