"""Record what the official SDK (azure-ai-ml) sends and prints for the specs of the parity tests.

    python tools/record_official.py [SPEC...]

Run with a Python that has azure-ai-ml and nothing of this project. Reads `tests/parity/specs/<noun>/*.yml`, writes
`tests/parity/golden/<noun>/<spec>.json`. The SDK is what `az ml` of Microsoft wraps; its every request is redirected to
`recording_server`.
"""

from __future__ import annotations

import base64
import contextlib
import enum
import io
import json
import logging
import os
import sys
import time
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import recording_server
import recordings

PARITY = Path(__file__).resolve().parents[1] / "tests" / "parity"

# noun -> (load function, member of MLClient, method, ARM collection of what is made)
NOUNS = {
    "batch_deployment": ("load_batch_deployment", "batch_deployments", "begin_create_or_update", "deployments"),
    "batch_endpoint": ("load_batch_endpoint", "batch_endpoints", "begin_create_or_update", "batchEndpoints"),
    "capability_host": ("load_capability_host", "capability_hosts", "begin_create_or_update", "capabilityHosts"),
    "compute": ("load_compute", "compute", "begin_create_or_update", "computes"),
    "connection": ("load_connection", "connections", "create_or_update", "connections"),
    "data": ("load_data", "data", "create_or_update", "data"),
    "datastore": ("load_datastore", "datastores", "create_or_update", "datastores"),
    "deployment_template": ("load_deployment_template", "deployment_templates", "create_or_update", "deploymenttemplates"),
    "environment": ("load_environment", "environments", "create_or_update", "environments"),
    "feature_set": ("load_feature_set", "feature_sets", "begin_create_or_update", "featuresets"),
    "feature_store": ("load_feature_store", "feature_stores", "begin_create", "workspaces"),
    "feature_store_entity": ("load_feature_store_entity", "feature_store_entities", "begin_create_or_update",
                             "featurestoreEntities"),
    "index": ("load_index", "indexes", "create_or_update", "indexes"),
    "job": ("load_job", "jobs", "create_or_update", "jobs"),
    "marketplace_subscription": (
        "load_marketplace_subscription",
        "marketplace_subscriptions",
        "begin_create_or_update",
        "marketplaceSubscriptions",
    ),
    "model": ("load_model", "models", "create_or_update", "models"),
    "online_deployment": ("load_online_deployment", "online_deployments", "begin_create_or_update", "deployments"),
    "online_endpoint": ("load_online_endpoint", "online_endpoints", "begin_create_or_update", "onlineEndpoints"),
    "registry": ("load_registry", "registries", "begin_create", "registries"),
    "schedule": ("load_schedule", "schedules", "begin_create_or_update", "schedules"),
    "serverless_endpoint": ("load_serverless_endpoint", "serverless_endpoints", "begin_create_or_update", "serverlessEndpoints"),
    "workspace": ("load_workspace", "workspaces", "begin_create", "workspaces"),
}
# Batch deployments have a loader for each `type`; which one is called is the caller's choice.
BY_TYPE = {
    ("batch_deployment", "model"): "load_model_batch_deployment",
    ("batch_deployment", "pipeline"): "load_pipeline_component_batch_deployment",
}
# What only a registry has.
IN_REGISTRY = ("deployment_template",)


def main(only: list[Path]) -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    os.environ["GIT_DIR"] = os.devnull  # a job records the git checkout it was made in: here it must see none
    found = [spec.resolve() for spec in only or recordings.specs(PARITY / "specs")]
    with recording_server.RecordingServer() as server:
        _redirect(server.url)
        for spec in found:
            noun = spec.parent.name
            golden = record(noun, spec, server.recorder)
            recordings.write(PARITY / "golden" / noun / f"{spec.stem}.json", golden)
    print(f"{len(found)} specs recorded")


def record(noun: str, spec: Path, recorder: recording_server.Recorder) -> recordings.Recording:
    name = recordings.own_name(spec)
    recorder.start((NOUNS[noun][3], name) if name else None)
    os.chdir(spec.parent)  # the folder's name is the default experiment name
    kept = set(spec.parent.rglob(".amlignore"))
    printed, accepted = None, False
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            printed = _create(noun, spec)
        accepted = True
    except Exception as error:  # whatever the peer dies of, it has refused the spec
        if not spec.name.startswith("reject-"):
            print(f"{noun}/{spec.name} is refused: {type(error).__name__}: {' '.join(str(error).split())}"[:400], file=sys.stderr)
    for left in set(spec.parent.rglob(".amlignore")) - kept:  # the SDK writes one into the folder of a feature set
        left.unlink()
    if accepted and spec.name.startswith("reject-"):
        print(f"{noun}/{spec.name} is accepted", file=sys.stderr)
    return recordings.recording(recorder.requests, printed, accepted, name is not None)


def _create(noun: str, spec: Path) -> Any:
    from azure.ai import ml
    from azure.ai.ml.entities import _load_functions

    load, member, method, _ = NOUNS[noun]
    overrides = [{key: value} for key, value in recordings.given(spec).items()]
    load = BY_TYPE.get((noun, recordings.document(spec).get("type")), load)
    entity = getattr(_load_functions, load)(source=str(spec), params_override=overrides)
    # A client of its own for each spec: it remembers what it has looked up.
    client = ml.MLClient(
        _Credential(),
        recording_server.SUBSCRIPTION,
        recording_server.GROUP,
        None if noun in IN_REGISTRY else recording_server.WORKSPACE,
        recording_server.REGISTRY if noun in IN_REGISTRY else None,
        enable_telemetry=False,
        show_progress=False,
    )
    made = getattr(getattr(client, member), method)(entity)
    if method.startswith("begin_"):
        made = made.result()
    if hasattr(type(made), "_to_job"):  # a job comes back as the builder of a pipeline's node
        made = made._to_job()
    printed = made._to_dict() if hasattr(made, "_to_dict") else made.as_dict()
    return json.loads(json.dumps(printed, default=str))


class _Credential:
    def get_token(self, *scopes: str, **_: Any) -> Any:
        from azure.core.credentials import AccessToken

        return AccessToken(token(scopes[0].removesuffix("/.default")), int(time.time()) + 3600)


def token(audience: str, tenant: str = recording_server.TENANT) -> str:
    """A token that a client can take apart and nobody accepts."""
    claims = {"aud": audience, "tid": tenant, "oid": tenant, "exp": 4102444800}
    parts = [json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, claims)]
    return ".".join([*(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts), "bm9uZQ"])


def _redirect(url: str) -> None:
    """Send every request of this process to `url`, the intended host in a header, and wait for nothing."""
    import requests.adapters
    from azure.core.pipeline.transport import RequestsTransport

    send = requests.adapters.HTTPAdapter.send

    def redirected(self: Any, request: Any, **options: Any) -> Any:
        address = urlsplit(request.url)
        if address.scheme == "https":
            request.headers["X-Recorded-Host"] = address.hostname
            request.url = f"{url}{address.path}?{address.query}"
        return send(self, request, **options)

    requests.adapters.HTTPAdapter.send = redirected
    RequestsTransport.sleep = lambda self, seconds: None
    sleep = time.sleep
    time.sleep = lambda seconds: sleep(min(seconds, 0.001))
    # The SDK prints some enums as `Class.MEMBER`, depending on the version of Python; the service's own spelling is meant.
    enum.Enum.__str__ = lambda self: str(self.value)  # type: ignore[method-assign]


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
