"""The resource around a component's specification, and the hashes that name it."""

import hashlib
import json
import uuid

ANONYMOUS = "azureml_anonymous"


def resource(specification, value, *, anonymous):
    """Body of a component's PUT. `value`: the lowered component, whose description, tags and properties stand beside it too."""
    properties = dict(value.get("properties") or {})
    pipeline = specification["type"] == "pipeline"
    if not anonymous and not pipeline:
        properties["client_component_hash"] = digest(specification, "version", "_source")
    body = {"componentSpec": specification, "isAnonymous": anonymous, "properties": properties, "tags": value.get("tags") or {}}
    if not pipeline:
        body["isArchived"] = False
    if value.get("description") is not None:
        body["description"] = value["description"]
    return {"properties": body}


def anonymous_version(specification):
    """Version of an anonymous component: the same content has the same one."""
    return digest(specification, "name", "id", "version", "_source")


def digest(specification, *left_out):
    """The first half of the SHA-256 of the specification's JSON, as a UUID."""
    kept = {key: value for key, value in specification.items() if key not in left_out}
    text = json.dumps(kept, sort_keys=True)
    return str(uuid.UUID(hashlib.sha256(text.encode()).hexdigest()[:32]))
