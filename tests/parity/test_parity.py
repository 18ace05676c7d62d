"""What `az ml … create` sends and prints, compared with what the official SDK sends and prints for the same specs.

The official side was recorded by `make parity-record` into `golden/`. A difference kept on purpose stands in
`differences.yml` with its reason; one that is listed and gone is an error too.
"""

import json
import os
import re
import sys
from pathlib import Path

import pytest
import yaml

HERE = Path(__file__).parent
TOOLS = str(HERE.parents[1] / "tools")
sys.path.insert(0, TOOLS) if TOOLS not in sys.path else None

import recording_server  # noqa: E402
import recordings  # noqa: E402
from record_official import IN_REGISTRY, NOUNS, token  # noqa: E402

SPECS = list(recordings.specs(HERE / "specs"))
KEPT = yaml.safe_load((HERE / "differences.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def server():
    with recording_server.RecordingServer() as running:
        yield running


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.parent.name}/{spec.stem}")
def test_same_as_the_official_client(spec, server, azml):
    noun = spec.parent.name
    theirs = recordings.read(HERE / "golden" / noun / f"{spec.stem}.json")
    ours, message = record(azml, server, spec)

    found = differences(theirs, ours)
    kept = [(entry["place"], entry["reason"]) for entry in KEPT
            if re.fullmatch(entry["specs"], f"{noun}/{spec.stem}")]
    wrong = [f"{place}\n  official: {a!r}\n  ours:     {b!r}" for place, a, b in found
             if not any(re.fullmatch(pattern, place) for pattern, _ in kept)]
    assert not wrong, "\n".join([*wrong, message])


def test_every_kept_difference_is_there(server, azml):
    """An entry of differences.yml that no spec shows any more has to go."""
    unused = []
    for entry in KEPT:
        assert entry["reason"], entry
        specs = [spec for spec in SPECS if re.fullmatch(entry["specs"], f"{spec.parent.name}/{spec.stem}")]
        assert specs, f"no spec is called {entry['specs']}"
        spec = specs[0]         # what holds for many specs holds for the first
        theirs = recordings.read(HERE / "golden" / spec.parent.name / f"{spec.stem}.json")
        found = differences(theirs, record(azml, server, spec)[0])
        if not any(re.fullmatch(entry["place"], place) for place, _, _ in found):
            unused.append(entry)
    assert not unused


def test_every_spec_has_a_recording_and_every_recording_a_spec():
    goldens = {path.relative_to(HERE / "golden").with_suffix("") for path in (HERE / "golden").glob("*/*.json")}
    assert goldens == {spec.relative_to(HERE / "specs").with_suffix("") for spec in SPECS}


def differences(theirs, ours):
    """All differences; only that one, when one client accepts what the other refuses."""
    found = list(recordings.differences(theirs, ours))
    return [one for one in found if one[0] == "accepted"] or found



AZURE = {"AZURE_ML_BACKEND": "azure", "AZURE_ML_ACCESS_TOKEN": token("https://management.azure.com"),
         "AZURE_SUBSCRIPTION_ID": recording_server.SUBSCRIPTION, "GIT_DIR": os.devnull,
         "AZURE_DEFAULTS_GROUP": recording_server.GROUP, "AZURE_DEFAULTS_WORKSPACE": recording_server.WORKSPACE}
REGISTRY = ["--registry-name", recording_server.REGISTRY]


def record(azml, server, spec):
    """(our recording of a spec, what went to stderr)"""
    noun, name = spec.parent.name, recordings.own_name(spec)
    server.recorder.start((NOUNS[noun][3], name) if name else None)
    options = [word for key, value in recordings.given(spec).items() for word in (f"--{key}", value)]
    line = [noun.replace("_", "-"), "create", "--file", spec, *options, *(REGISTRY if noun in IN_REGISTRY else ()), "--only-show-errors"]
    result = azml(line, cwd=spec.parent, env={**AZURE, "AZURE_ML_ENDPOINT": server.url})
    printed = json.loads(recording_server.as_azure(result.out, server.address)) if result.code == 0 else None
    if printed:
        printed.pop("resourceGroup", None)      # added by az to whatever has an id
    return recordings.recording(server.recorder.requests, printed, result.code == 0, name is not None), result.err
