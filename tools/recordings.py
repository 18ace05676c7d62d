"""Recordings of what a client sends, in a form that two clients can be compared in and that is the same on every run.

A recording is a dict:

    accepted  whether the command ended well
    writes    every PUT, PATCH and DELETE of the control plane, in order: {method, path, api-version, body}
    uploads   {blob: SHA-256 of its content}
    printed   what the command printed

Reads are left out: how often a client looks is its own affair. ``~`` stands for the workspace's ARM id, ``<name>`` for a
generated job name. A resource that a client stores under a random name (a code snapshot) gets a name made from its
content, so that one wrong child is reported once and not again in everything that refers to it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from recording_server import ACCOUNT, SCOPE

RANDOM_NAME = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
# What clients add to the names of a deployment, of the companions of a workspace and of the connections of a feature store.
TAILS = [
    (re.compile(r"(/deployments/.+-)\d+$"), r"\1<number>"),
    (re.compile(r"\b([a-z0-9]{2,8}(?:storage|keyvault|insights|containe|logalyt[ic]*?))[0-9a-f]{7,9}\b"), r"\1<tail>"),
    (re.compile(r"((?:Offline|Online)StoreConnectionName-)[0-9a-f]{8}$"), r"\1<tail>"),
]
GIVEN = re.compile(r"^# given: (.*)$", re.MULTILINE)

Recording = dict[str, Any]


def specs(root: Path) -> Iterator[Path]:
    """The specs below `root`: one folder per noun, files that they use in folders below it."""
    yield from sorted(root.glob("*/*.yml"))


def given(spec: Path) -> dict[str, str]:
    """What has to be said beside the file: its line ``# given: name=blue version=2``."""
    found = GIVEN.search(spec.read_text(encoding="utf-8"))
    return dict(pair.split("=", 1) for pair in found.group(1).split()) if found else {}


def document(spec: Path) -> dict[str, Any]:
    """What a spec holds; nothing if it cannot be read."""
    try:
        found = yaml.safe_load(spec.read_text(encoding="utf-8"))
    except yaml.YAMLError:
        return {}
    return found if isinstance(found, dict) else {}


def own_name(spec: Path) -> str | None:
    """The name of the resource that a spec makes; None if the client makes one up."""
    name = given(spec).get("name") or document(spec).get("name")
    return None if name is None else str(name)


def recording(requests: list[dict[str, Any]], printed: Any, accepted: bool, named: bool) -> Recording:
    """One command's recording. `named`: the spec says what the job is called."""
    writes, uploads = [], {}
    for request in requests:
        if request["path"].startswith(f"/{ACCOUNT}/"):
            if request["method"] == "PUT" and request["query"].get("comp") is None:
                uploads[request["path"][len(ACCOUNT) + 2 :]] = request["body"]["sha256"] if request["body"] else None
        elif request["method"] in ("PUT", "PATCH", "DELETE") or "/deploymenttemplates/" in request["path"] and request["body"]:
            writes.append(
                {
                    "method": request["method"],
                    "path": request["path"],
                    "api-version": request["query"].get("api-version"),
                    "body": _without_template(request["body"]),
                }
            )
    # What a refused command prints or half sends is its own affair; that it is refused is what two clients share.
    whole = {"accepted": accepted, "writes": writes, "uploads": dict(sorted(uploads.items())), "printed": printed}
    return _masked(whole, named) if accepted else {"accepted": False}


def _without_template(body: Any) -> Any:
    """A deployment's template is a thousand lines, always the same ones: its hash does."""
    template = ((body or {}).get("properties") or {}).get("template")
    if template is None:
        return body
    digest = hashlib.sha256(json.dumps(template, sort_keys=True).encode()).hexdigest()
    return {**body, "properties": {**body["properties"], "template": digest}}


def _masked(whole: Recording, named: bool) -> Recording:
    names: list[tuple[re.Pattern[str], str]] = [(re.compile(re.escape(SCOPE), re.IGNORECASE), "~"), *TAILS]
    final = whole["writes"][-1]["path"] if whole["writes"] else ""
    if not named and "/jobs/" in final:
        names.insert(0, (re.compile(re.escape(final.rsplit("/", 1)[1])), "<name>"))
    for write in whole["writes"]:
        for random in RANDOM_NAME.findall(write["path"]):
            body = json.dumps(_replaced(write["body"], names), sort_keys=True)
            token = f"<{hashlib.sha256(body.encode()).hexdigest()[:8]}>"
            names.insert(0, (re.compile(random), token))
    return _replaced(whole, names)


def _replaced(value: Any, names: list[tuple[re.Pattern[str], str]]) -> Any:
    if isinstance(value, str):
        for pattern, name in names:
            value = pattern.sub(name, value)
        return value
    if isinstance(value, dict):
        return {_replaced(k, names): _replaced(v, names) for k, v in value.items()}
    if isinstance(value, list):
        return [_replaced(v, names) for v in value]
    return value


def differences(theirs: Any, ours: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two recordings differ: (place, theirs, ours), `...` for what one of them lacks."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in sorted({*theirs, *ours}):
            yield from differences(theirs.get(key, ...), ours.get(key, ...), f"{place}.{key}".lstrip("."))
    elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for index, pair in enumerate(zip(theirs, ours)):
            yield from differences(*pair, f"{place}[{index}]")
    elif type(theirs) is not type(ours) or theirs != ours:
        yield place, theirs, ours


def write(path: Path, found: Recording) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def read(path: Path) -> Recording:
    return json.loads(path.read_text(encoding="utf-8"))
