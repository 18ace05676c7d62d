"""`data import`: a job that imports data and registers it."""

from azext_ml.nouns.job.commands import naming
from azext_ml.spec import dialects, walk
from azext_ml.spec.registry import resolve
from azext_ml.verbs.prepare import prepared, shown, where

API_VERSION = "2024-01-01-preview"
MANAGED = "azureml://datastores/workspacemanageddatastore"      # a datastore whose paths the service chooses


def import_(ws, noun, file=None, overrides=None, skip_validation=False, **flags):
    """Starts the import and returns what is printed of its job: a pipeline of one node, with a component of the service's own."""
    value, _, _ = prepared(ws, noun, file, overrides, flags, kind="data_import", once=True)
    kind, name, job = resolve("pipeline_job"), naming.job_name(), pipeline(value)
    job["properties"] = naming.recorded(job["properties"], ws)
    body = walk.encode(kind, job, dialects.arm, where(ws, built=True).but(root=job))
    return shown("job", ws.client.put(f"{ws.scope}/jobs/{name}", body, api_version=API_VERSION), ws)


def pipeline(value):
    """The pipeline job of an import, as a YAML would have it."""
    title = f"data_import_{value['name']}"
    path = value["path"].rstrip("/")
    if path == MANAGED:
        path += "/paths"
    sink = {"type": "mltable" if value["source"]["type"] == "database" else "uri_folder", "name": value["name"],
            "path": path if "${{name}}" in path else f"{path}/${{{{name}}}}"}
    if value.get("version") is not None:
        sink["version"] = value["version"]
    node = {"type": "data_transfer", "task": "import_data", "display_name": title, "compute": "serverless",
            "source": value["source"], "outputs": {"sink": sink}}
    return {"type": "pipeline", "display_name": title, "experiment_name": title, "description": value.get("description") or title,
            "tags": value.get("tags") or {}, "properties": {"azureml.materializationAssetName": value["name"]},
            "settings": {"force_rerun": True}, "jobs": {title: node}}
