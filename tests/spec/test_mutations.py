"""Every known key of every spec that loads, spoilt in four ways: exactly one error, on the right line.

    rename     the key is misspelt                      wrong     the value is of another kind
    missing    a required key is taken out              word      a word out of a few is misspelt

A mutant is dropped only where nothing can be wrong: unknown keys are kept there, keys are the user's own, or any value will do, as
for the official client. The dropped ones are counted by reason.
"""

import os
import random
from collections import Counter
from copy import deepcopy
from pathlib import Path

from azext_ml.core.errors import SpecError
from azext_ml.spec import kinds, types, validate, walk
from azext_ml.spec.document import Document
from azext_ml.spec.load import load
from azext_ml.spec.registry import resolve

PROJECT = Path(__file__).parents[2]
SEED = int(os.environ.get("MUTATION_SEED", "20240607"))
LEAST, SHARE = 5_000, 0.95
NAMES = 2       # misspelt ones of each key
WRONG = (["wrong"], {"wrong": 1}, 17.5)


def specs():
    """(path, kind) of every spec of the tests that is accepted."""
    for path in sorted([*(PROJECT / "tests/parity/specs").glob("*/*.yml"), *(PROJECT / "tests/specs").glob("*/pass/*.yml")]):
        noun = path.parts[-3] if path.parent.name == "pass" else path.parent.name
        if noun in kinds.all_kinds() and judged(resolve(noun), load(path)) == []:
            yield path, resolve(noun)


def judged(kind, document):
    """Errors of a document."""
    try:
        validate.validate(kind, document, walk.expand(kind, document))
    except SpecError as error:
        return error.diagnostics
    return []


def known_keys(kind, value, path=()):
    """(path of the key, Spec that knows it or None where the keys are the user's, type of its value)"""
    plain = walk.branch(kind, value)
    if walk.is_spec(plain) and isinstance(value, dict):
        for key in value:
            field = plain.field(key)
            if field is not None and not field.read_only:
                yield path + (key,), plain, field.type
    elif isinstance(plain, types.Map) and isinstance(value, dict):
        yield from ((path + (key,), None, plain.values) for key in value)
    for key, child, item in walk.children(kind, value):
        yield from known_keys(child, item, path + (key,))


def mutants(document, kind, draw, dropped):
    """(operator, path, spoilt Document, lines on which the error may stand)"""
    for path, spec, inner in known_keys(kind, document.value):
        value, key = at(document.value, path), path[-1]
        line = document.mark(path, at_key=True).line
        if spec is None:
            dropped["keys are the user's own"] += 1
        elif spec.keep_unknown or spec.drop_unknown:
            dropped["unknown keys are kept"] += 1
        else:
            for _ in range(NAMES):
                yield "rename", path, renamed(document, path, misspelt(key, spec.known_keys(), draw)), {line}
        field = spec.field(key) if spec else None
        if field and field.required and not needless(spec, at(document.value, path[:-1]), key):
            yield "missing", path, without(document, path), {document.mark(path[:-1]).line, document.mark(path[:-1], at_key=True).line}
        if value is None:
            continue
        spot = {document.mark(path).line, line}
        word = walk.branch(inner, value)
        if isinstance(word, types.Enum) and isinstance(value, str):
            yield "word", path, changed(document, path, misspelt(value, word.words, draw)), spot
        spoilt = next((made for made in (changed(document, path, one) for one in WRONG) if judged(kind, made)), None)
        if spoilt is None:
            dropped["any value will do"] += 1
        else:
            yield "wrong", path, changed(document, path, at(spoilt.value, path)), spot


def needless(spec, value, key):
    """Whether a mapping may do without a required key: an alias of it is there too."""
    return any(other in value for other in spec.field(key).alias)


def at(value, path):
    for part in path:
        value = value[part]
    return value


def misspelt(word, known, draw):
    """`word` with two letters swapped, one left out or one doubled, as nothing that is known."""
    known = {str(one).lower() for one in known}
    word = str(word)
    while True:
        place = draw.randrange(len(word))
        made = draw.choice([word[:place] + word[place + 1:place + 2] + word[place] + word[place + 2:],
                            word[:place] + word[place + 1:], word[:place] + word[place] * 2 + word[place + 1:]])
        made = made or word * 2
        if made != word and made.lower() not in known and made.replace("_", "") not in {one.replace("_", "") for one in known}:
            return made


def copied(document):
    return Document(deepcopy(document.value), dict(document.marks), dict(document.keys), document.file)


def changed(document, path, value):
    made = copied(document)
    at(made.value, path[:-1])[path[-1]] = value
    made.marks = {place: mark for place, mark in made.marks.items() if place[:len(path)] != path or place == path}
    return made


def without(document, path):
    made = copied(document)
    del at(made.value, path[:-1])[path[-1]]
    return made


def renamed(document, path, name):
    """The key of `path` under another name, in the same place of the file."""
    made, new = copied(document), path[:-1] + (name,)
    around = at(made.value, path[:-1])
    entries = [(name if key == path[-1] else key, item) for key, item in around.items()]
    around.clear()
    around.update(entries)
    for table in (made.marks, made.keys):
        for place in [place for place in table if place[:len(path)] == path]:
            table[new + place[len(path):]] = table.pop(place)
    return made


def test_every_mistake_is_one_error_on_its_line():
    print(f"seed {SEED}: MUTATION_SEED sets another one")
    draw, dropped, done, right, missed = random.Random(SEED), Counter(), Counter(), Counter(), []
    for path, kind in specs():
        document = load(path)
        for operator, place, spoilt, lines in mutants(document, kind, draw, dropped):
            found = judged(kind, spoilt)
            done[operator] += 1
            if len(found) == 1 and found[0].line in lines:
                right[operator] += 1
            else:
                missed.append(f"{operator} {path.parent.name}/{path.name}:{sorted(lines)} {'.'.join(map(str, place))}: "
                              f"{[str(one) for one in found]}")
    print(f"{sum(done.values())} mutants {dict(done)}, right {dict(right)}, dropped {dict(dropped)}")
    print("\n".join(missed[:int(os.environ.get("MUTATION_SHOW", "40"))]))
    assert sum(done.values()) >= LEAST
    for operator in done:
        assert right[operator] >= SHARE * done[operator], operator
