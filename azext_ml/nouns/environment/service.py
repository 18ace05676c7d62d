"""How the local workspace answers for environments. Wire names: recorded traffic of the service."""

import json

from azext_ml.local.resource import ASSET, Versioned, envelopes

LONGEST = 4 << 20


class Environments(Versioned):
    collection = "environments"
    label = "Environment"
    updated = 201                    # "yet answers 201"
    shapes = {"condaFile": str}

    def accept(self, tx, ws, name, body, old):
        properties = {
            **ASSET, "environmentType": "UserCreated", "osType": "Linux", "autoRebuild": "Disabled", "stage": "Logged",
            "autoDeleteSetting": None, "intellectualProperty": None, **body["properties"], "provisioningState": "Succeeded"}
        properties["condaFile"] = as_json(properties.get("condaFile"))
        return {**body, "properties": properties}, None


def as_json(conda):
    """A conda file, sent as YAML text, the way it is returned: serialised again as JSON. "" for none."""
    if not conda:
        return ""
    import yaml  # lazy: 40 ms that only the creation of an environment needs
    try:
        value = yaml.load(conda, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        text, size = [], 0
        for piece in json.JSONEncoder(indent=2).iterencode(value):
            text.append(piece)
            size += len(piece)
            if size > LONGEST:       # a few aliases can stand for gigabytes
                raise envelopes.malformed("The conda file is too long.")
    except (yaml.YAMLError, TypeError, ValueError, RecursionError) as error:
        raise envelopes.malformed(f"The conda file cannot be read: {error}") from None
    return "".join(text)


SERVICES = (Environments,)
