"""`job download`."""

import os
import re

from azext_ml.assets import datastores
from azext_ml.assets.download import download as fetch_files
from azext_ml.core.errors import MLError, NotFound, UsageError
from azext_ml.nouns.job.commands.show import fetch
from azext_ml.spec.diagnostics import all_of, nearest

READY = ("Completed", "Failed", "Canceled", "NotResponding", "Paused")


def download(ws, noun, name, download_path=None, output_name=None, all=False):
    """Logs and artifacts to <path>/artifacts, named outputs to <path>/named-outputs/<name>; each file is verified."""
    if output_name and all:
        raise UsageError("Cannot give --output-name and --all together.", fix="Choose one of them.")
    wire = fetch(ws, noun, name)
    status = wire["properties"].get("status")
    if status not in READY:
        raise MLError(f"This job is in state {status}. Download is allowed only in states {', '.join(READY)}.",
                      fix=f"`az ml job stream --name {name}` waits for its end.")
    outputs = {key: found for key, found in (wire["properties"].get("outputs") or {}).items() if key != "default"}
    if output_name and output_name not in outputs and output_name != "default":
        guess = nearest(output_name, outputs)
        raise NotFound(f"Job '{name}' has no output named '{output_name}'.",
                       fix=f"Did you mean '{guess}'?" if guess else f"It has {all_of(outputs)}." if outputs else
                       "It has no named outputs.")
    base = os.path.abspath(download_path or os.curdir)
    wanted = []
    if output_name in (None, "default"):
        wanted.append((f"azureml://datastores/workspaceartifactstore/paths/ExperimentRun/dcid.{name}", "artifacts",
                       "The artifact folder"))
    for key in [output_name] if output_name not in (None, "default") else outputs if all else ():
        wanted.append((address(outputs[key], key, name), os.path.join("named-outputs", key), f"The output '{key}'"))
    empty = None
    for uri, folder, what in wanted:
        try:
            _fetch(ws, uri, os.path.join(base, folder), f"{what} of job '{name}'")
        except NotFound as error:           # told in the end: it does not keep the others from being brought
            empty = empty or error
    if empty:
        raise empty


def address(output, key, job):
    """Datastore address of a named output: what the job says, or the place that the service gives an output without one."""
    uri = (output or {}).get("uri") or "azureml://datastores/${{default_datastore}}/paths/azureml/${{name}}/${{output_name}}"
    known = {"default_datastore": "workspaceblobstore", "name": job, "output_name": key}
    return re.sub(r"\$\{\{\s*(\w+)\s*\}\}", lambda match: known.get(match[1], match[0]), uri)


def _fetch(ws, uri, folder, what):
    container, prefix = datastores.locate(ws, uri)
    files = fetch_files(container, prefix, folder, what=what)
    ws.terminal.say(f"Downloaded {len(files)} file{'s' if len(files) != 1 else ''} to {folder}")
