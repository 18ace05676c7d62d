"""Ours in the comparison of specs.py: a file is loaded, checked and translated in this process. Prints seconds as JSON.

    python specs_child.py KIND=FILE…        each of the files, in one process
    python specs_child.py kinds FOLDER      kind and path of every spec below a folder, instead
"""

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from azext_ml.core.errors import NotFound, SpecError  # noqa: E402
from azext_ml.spec import dialects, walk  # noqa: E402
from azext_ml.spec.kinds import kind_of  # noqa: E402
from azext_ml.spec.load import load  # noqa: E402
from azext_ml.spec.plan import Plan  # noqa: E402
from azext_ml.spec.registry import resolve  # noqa: E402
from azext_ml.spec.validate import validate  # noqa: E402
from azext_ml.spec.where import Where  # noqa: E402

SCOPE = "/subscriptions/0/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w"
FACTS = {"scope": SCOPE, "subscription": "0", "group": "g", "workspace": "w", "name": "n", "experiment": "e", "source": "YAML.JOB",
         "location": lambda: "local", "tenant": lambda: None, "referenced": []}


class Answers(dict):
    """What the asset steps would have answered."""

    def __bool__(self):
        return True

    def __missing__(self, step):
        kind = step.partition(":")[0]
        return {"id": f"{SCOPE}/{kind}s/x/versions/1", "uri": "azureml://datastores/d/paths/x", "hash": "0", "source": "YAML.JOB",
                "name": "x", "properties": {}}


def translate(noun, path):
    """The wire body of a spec, with those of the components and environments in it."""
    kind, document = resolve(noun), load(path)
    value = validate(kind, document, walk.expand(kind, document))
    at, plan = Where(facts=FACTS, root=value, ids=Answers()), Plan()
    lowered = walk.lower(kind, value, at, plan, document)
    for step in plan.steps.values():
        if step.kind in ("component", "environment"):
            dialect = dialects.component if step.kind == "component" else dialects.arm
            there = Where(facts={**FACTS, "anonymous": True}, ids=Answers())
            walk.encode(resolve(step.value["spec"]), step.value["value"], dialect, there)
    return walk.encode(kind, lowered, dialects.component if noun == "component" else dialects.arm, at.but(root=lowered))


def readable(path):
    try:
        return kind_of(load(path).value) is not None
    except (SpecError, NotFound):
        return False


def timed(noun, path):
    started = time.perf_counter()
    try:
        translate(noun, path)
    except SpecError:
        return None
    return time.perf_counter() - started


if __name__ == "__main__":
    if sys.argv[1] == "kinds":
        print(json.dumps([f"{kind_of(load(path).value)}={path}" for path in sorted(map(str, Path(sys.argv[2]).rglob("*.y*ml")))
                          if readable(path)]))
    else:
        print(json.dumps({spec: timed(*spec.split("=", 1)) for spec in sys.argv[1:]}))
