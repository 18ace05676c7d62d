"""How the local workspace answers for models. Wire names: recorded traffic of the service."""

from azext_ml.local.resource import ASSET, NOT_FOUND, Versioned, datastores, envelopes


class Models(Versioned):
    collection = "models"
    label = "Model"
    unchangeable = ("modelUri",)
    shapes = {"modelUri": str, "flavors": dict, "stage": str}

    def accept(self, tx, ws, name, body, old):
        properties = {**ASSET, "modelType": "custom_model", "flavors": {}, "jobName": None, "stage": None, **body["properties"]}
        properties["flavors"] = properties["flavors"] or {}
        properties["modelUri"] = datastores.long_uri(properties.get("modelUri"), ws, "resourceGroups")
        return {**body, "properties": properties}, None

    def kind(self, body):
        return body["properties"].get("stage") or ""

    def kind_asked_for(self, query):
        """`stage` filters as in the lists of feature sets."""
        return query.get("stage") or None

    def same(self, ws, field, old, new):
        return datastores.same_path(ws, old, new)

    def missing(self, name):
        return _not_found(f"Model container with name: {name} not found.")

    def missing_version(self, name, version):
        return _not_found(f"Model version with name: {name}, version: {version} not found.")


def _not_found(what):
    return envelopes.mfe(404, "UserError", NOT_FOUND, details=[("ModelNotFound", what)])


SERVICES = (Models,)
