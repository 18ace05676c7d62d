"""Documents near to real ones go the whole way, from the file to what is printed: each is refused by a SpecError, or sent as JSON
and printed as JSON."""

import json
import os
import random
from copy import deepcopy
from pathlib import Path

from azext_ml.core.errors import MLError, SpecError
from azext_ml.core.ids import scope
from azext_ml.spec import dialects, kinds, validate, walk
from azext_ml.spec.document import Document
from azext_ml.spec.load import load
from azext_ml.spec.plan import Plan
from azext_ml.spec.registry import resolve
from azext_ml.spec.where import Where

TESTS = Path(__file__).parents[1]
SEED = int(os.environ.get("FUZZ_SEED", random.SystemRandom().randrange(10**6)))
TIMES = 3_000 * int(os.environ.get("FUZZ_TIMES", "1"))
SCOPE = scope("S", "G", "W")
FACTS = {"scope": SCOPE, "subscription": "S", "group": "G", "workspace": "W", "name": "n", "experiment": "e", "source": "YAML.JOB",
         "tenant": lambda: None, "location": lambda: "here"}
ANSWER = {"id": f"{SCOPE}/codes/c/versions/1", "uri": "azureml://datastores/x/paths/y", "source": "YAML.JOB", "hash": "h", "properties": {}}
VALUES = (None, True, 0, -1, 3, 1.5, 1e999, float("nan"), 10**30, "", " ", "x", "a" * 300, "\x00", "\u202e", "azureml:a:1", "azureml:a@latest",
          "azureml:", "a:1", "@", "::", "local", "true", "PT1S", "/abs", "./rel", "file:x.yml", "https://h/x", "azureml://datastores/d/paths/p",
          "runs:/x", "${{parent.inputs.x}}", "${{x}}", [], ["x"], [None], [{}], {}, {"": 1}, {"type": "x"}, {"value": 1}, {"path": "x"},
          {"a": {"b": [1, {"c": None}]}})
KEYS = ("x", "type", "path", "value", "name", "$schema", "")


def originals():
    for path in sorted([*(TESTS / "parity/specs").glob("*/*.yml"), *(TESTS / "specs").glob("*/pass/*.yml")]):
        noun = path.parts[-3] if path.parent.name == "pass" else path.parent.name
        if noun in kinds.all_kinds():
            try:
                document = load(path)
            except MLError:
                continue
            if isinstance(document.value, dict):
                yield resolve(noun), document


def spoilt(document, draw):
    """A copy with up to three of its values taken out or put in another's place."""
    value = deepcopy(document.value)
    for _ in range(draw.randint(1, 3)):
        places = list(holders(value))
        if not places:
            break
        around, key = draw.choice(places)
        way = draw.random()
        if way < 0.25:
            del around[key]
        elif way < 0.85 or isinstance(around, list):
            around[key] = deepcopy(draw.choice(VALUES))
        else:
            around[draw.choice(KEYS)] = deepcopy(draw.choice(VALUES))
    made = Document(value, dict(document.marks), dict(document.keys), document.file)
    made.files.update(document.files)
    return made


def holders(value):
    """(mapping or list, key) of everything in a value."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield value, key
        yield from holders(item)


def gone(kind, document):
    """Whether the document was sent."""
    try:
        value = validate.validate(kind, document, walk.expand(kind, document))
    except SpecError:
        return False
    at = Where(facts=FACTS, root=value, base=str(TESTS))
    plan = Plan()
    lowered = walk.lower(kind, value, at, plan, document)
    body = walk.encode(kind, lowered, dialects.arm, at.but(root=lowered, ids=dict.fromkeys(plan.steps, ANSWER)))
    json.dumps(body, allow_nan=False)
    json.dumps(walk.decode(kind, body, dialects.arm, Where(facts=FACTS)), allow_nan=False)
    return True


def test_every_document_is_refused_or_sent():
    print(f"seed {SEED}: FUZZ_SEED sets another one, FUZZ_TIMES=20 goes on for longer")
    draw, known = random.Random(SEED), list(originals())
    sent = 0
    for _ in range(TIMES):
        kind, document = draw.choice(known)
        made = spoilt(document, draw)
        try:
            sent += gone(kind, made)
        except Exception:
            print(document.file, json.dumps(made.value, default=str))
            raise
    assert TIMES / 20 < sent < TIMES
