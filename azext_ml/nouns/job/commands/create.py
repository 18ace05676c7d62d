"""`job create`: from a YAML file to a job that the workspace runs."""

import os

from azext_ml.core.errors import UsageError
from azext_ml.nouns.job.commands import naming
from azext_ml.nouns.job.commands import stream as streaming
from azext_ml.nouns.job.commands.show import open_studio
from azext_ml.spec import dialects, walk
from azext_ml.spec.plan import Plan
from azext_ml.verbs import computes, lower
from azext_ml.verbs.prepare import path_of, prepared, shown, where

# The official client sends each kind of job with an api-version of its own.
API_VERSIONS = {"Command": "2025-01-01-preview", "Spark": "2023-04-01-preview", "FineTuning": "2024-10-01-preview"}
LOWERED = ("command", "spark")      # kinds of job whose names it sends in lower case


def create(ws, noun, file, name=None, overrides=None, save_as=None, skip_validation=False, stream=False, web=False):
    """Creates a job and returns what is printed of it.

    `skip_validation`: its computes are not asked for. With `stream` it returns after the job has ended, and raises JobFailed or
    JobCanceled when it did not complete.
    """
    value, document, kind = prepared(ws, noun, file, overrides, {"name": name})
    if not skip_validation:
        computes.check(ws, kind, value, document)
    wire = send(ws, noun, kind, value, document)
    if save_as:
        save(shown(noun.kind, wire, ws), save_as)
    if web:
        open_studio(ws, wire)
    if stream:
        wire = streaming.follow(ws, noun, wire["name"], lambda data: ws.terminal.log(data, result=False))
    return shown(noun.kind, wire, ws)


def send(ws, noun, kind, value, document):
    """Runs the asset steps of checked data and puts the job. Returns the service's answer."""
    if value.get("type") == "import":
        raise UsageError("Jobs of the type 'import' are not open to the public.", fix="Use `az ml data import`.")
    value = {**value, "properties": naming.recorded(value.get("properties") or {}, ws)}
    name = value.get("name") or naming.job_name()
    if value.get("type", "command") in LOWERED:
        name = name.lower()
    at = where(ws, name=name, experiment=naming.experiment(os.getcwd()))
    plan = Plan()
    lowered = walk.lower(kind, value, at.but(root=value), plan, document)
    body = walk.encode(kind, lowered, dialects.arm, at.but(ids=lower.run(plan, ws), root=lowered))
    api_version = API_VERSIONS.get(body["properties"]["jobType"], noun.api_version)
    return ws.client.put(path_of(ws, noun, name), body, api_version=api_version)


def save(printed, path):
    """Writes a printed job as YAML, whole or not at all."""
    import yaml  # loaded already: the job came from YAML
    temporary = f"{path}.{os.getpid()}.tmp"
    with open(temporary, "w", encoding="utf-8") as stream:
        yaml.safe_dump(printed, stream, sort_keys=False, allow_unicode=True)
    os.replace(temporary, path)
