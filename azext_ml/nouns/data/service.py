"""How the local workspace answers for data assets. Wire names: recorded traffic of the service."""

from azext_ml.local.resource import ASSET, Versioned, datastores


class Data(Versioned):
    collection = "data"
    label = "Data"
    unchangeable = ("dataUri",)
    shapes = {"dataUri": str}

    def accept(self, tx, ws, name, body, old):
        properties = {**ASSET, **body["properties"]}
        properties["dataUri"] = datastores.long_uri(properties.get("dataUri"), ws, "resourcegroups")
        return {**body, "properties": properties}, None

    def same(self, ws, field, old, new):
        return datastores.same_path(ws, old, new)

    def reveal_in_list(self, request, ws, document):
        """Lists name the workspace by its guid alone."""
        properties = document.body["properties"]
        found = datastores.parse(properties["dataUri"], ws)
        if found is None:
            return document.body
        uri = f"azureml://workspaces/{ws.guid}/datastores/{found[0]}/paths/{found[1]}"
        return {**document.body, "properties": {**properties, "dataUri": uri}}


SERVICES = (Data,)
