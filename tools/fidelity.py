"""Writes docs/fidelity.md: what the local workspace acts on, what it only keeps, and what only Azure can do.

    python tools/fidelity.py [--check]

Nouns, verbs and fields come from the cards and specs, what is refused from local/needs_azure.py, how a field acts from
fidelity.yml; a noun that is not described there is left out. A field that is said to act must be named by the noun's service
class or the runner, and one that a service class reads must be described. --check writes nothing and fails when the page is
not up to date.
"""

import argparse
import ast
import sys
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT)) if str(PROJECT) not in sys.path else None

from azext_ml.cli.table import cards  # noqa: E402
from azext_ml.local.needs_azure import COMPUTE_TYPES, VERBS  # noqa: E402
from azext_ml.nouns.job.service import FIRST_STATUS  # noqa: E402
from azext_ml.spec import types  # noqa: E402
from azext_ml.spec.fields import NOTHING  # noqa: E402
from azext_ml.spec.registry import resolve  # noqa: E402
from azext_ml.spec.walk import is_spec  # noqa: E402

TARGET = PROJECT / "docs" / "fidelity.md"
NOTES = PROJECT / "tools" / "fidelity.yml"
# Of every resource: the store finds it by name, lists filter by tags, `update` changes the rest.
OF_ALL = {"name", "version", "description", "tags", "properties"}
# Fields that the client itself acts on, wherever the resource goes.
OF_CLIENT = {"datastore", "type"}

HEAD = """\
# What the local workspace does with what it is told

Written by `python tools/fidelity.py` from the cards, the specs, the service classes and `tools/fidelity.yml`.

- **exact**: acts as in Azure.
- A sentence: acts, with the difference that it names.
- **kept**: checked, sent, stored and given back as in Azure, and of no effect on this machine.

What commands send and print is the same for both backends; it is not compared here but in `tests/parity`. Every verb of a noun
works; those with a difference are listed.
"""


class Field:
    """One field of a spec: `path` as in YAML, `wire` its last name on the wire."""

    def __init__(self, path, wire):
        self.path, self.wire = path, wire


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail when the file is not up to date")
    given = parser.parse_args(words)
    text = page()
    if given.check:
        return 0 if TARGET.exists() and TARGET.read_text(encoding="utf-8") == text else \
            f"{TARGET.relative_to(PROJECT)} is not up to date: run python tools/fidelity.py"
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(text, encoding="utf-8")
    return 0


def page():
    notes = yaml.safe_load(NOTES.read_text(encoding="utf-8"))
    parts = [HEAD] + [section(card, notes[card.name]) for card in cards() if card.name in notes]
    return "\n".join([*parts, only_azure()])


def section(card, notes):
    fields = fields_of(card.kind)
    described = {**{path: "exact" for path in OF_ALL | OF_CLIENT if path in fields}, **(notes.get("fields") or {})}
    acts = {path: note for path, note in described.items() if note != "kept"}
    kept = [path for path in fields if not any(each == path or each.startswith((f"{path}.", f"{path}[")) or
                                               path.startswith((f"{each}.", f"{each}[")) for each in acts)]
    kept = [path for path in kept if not any(path.startswith((f"{other}.", f"{other}[")) for other in kept)]
    lines = [f"## {card.name}", ""]
    lines += [f"Verbs: {', '.join(f'`{verb.name}`' for verb in card.verbs)}."]
    lines += [f"- `{verb}`: {note}" for verb, note in (notes.get("verbs") or {}).items()]
    if card.kind == "job":
        lines += ["", f"Run here: jobs of type {', '.join(FIRST_STATUS)}. Others are refused when they are created."]
    lines += ["", "| field | here |", "|---|---|"]
    lines += [f"| `{path}` | {acts[path]} |" for path in sorted(acts)]
    lines += ["", f"Kept: {', '.join(f'`{path}`' for path in sorted(kept))}." if kept else "Nothing is merely kept.", ""]
    return "\n".join(lines)


def only_azure():
    lines = ["## Only Azure", "", "Answered with `NeedsAzure`, and nothing else is (`azext_ml/local/needs_azure.py`):", ""]
    lines += [f"- {what}" for what in dict.fromkeys(what for _, _, what in VERBS)]
    return "\n".join([*lines, f"- attach compute of the types {', '.join(COMPUTE_TYPES)}", ""])


# Fields of a spec -----------------------------------------------------------------------------------------------------

# Of the kinds of a union those that the local workspace takes: kind -> (discriminator, its values).
TAKEN = {"job": ("jobType", tuple(FIRST_STATUS)), "compute": ("computeType", ("AmlCompute", "ComputeInstance"))}


def fields_of(kind):
    """{path: Field} of everything that a file may say."""
    union = resolve(kind)
    tag, taken = TAKEN.get(kind, ("", ()))
    found = {}
    for each in [union.choice.choose_wire({"properties": {tag: name}}, _Arm) for name in taken] or [union]:
        for field in _walk(each, "", ()):
            found.setdefault(field.path, field)
    return found


class _Arm:
    """As much of a dialect as a chooser looks at."""

    tag, path = "same", "arm"


def _walk(kind, prefix, above):
    kind = resolve(kind)
    if isinstance(kind, types.OneOf):
        for branch in kind.choice.branches():
            yield from _walk(branch, prefix, above)
    elif isinstance(kind, types.Nested):
        yield from _walk(kind.spec, prefix, above)
    elif isinstance(kind, types.In):
        yield from _walk(kind.inner, prefix, above)
    elif isinstance(kind, types.Map):
        yield from _walk(kind.values, f"{prefix}*.", above)
    elif isinstance(kind, types.ListOf):
        yield from _walk(kind.item, f"{prefix[:-1]}[].", above)
    elif is_spec(kind) and kind not in above:
        for field in kind.fields():
            if not field.read_only and field.const is NOTHING and field.key != "$schema":
                yield Field(prefix + field.key, field.path.rpartition(".")[2])
                yield from _walk(field.type, f"{prefix}{field.key}.", (*above, kind))


# What the code names --------------------------------------------------------------------------------------------------

def sources(noun):
    """The modules that act on a noun's fields."""
    folder = PROJECT / "azext_ml" / "nouns" / noun.replace("-", "_").replace(" ", "_")
    runner = sorted((PROJECT / "azext_ml" / "local" / "runner").glob("*.py"))
    return [folder / "service.py", PROJECT / "azext_ml" / "local" / "datastores.py", *runner]


def named(paths):
    """Every text that stands by itself in the code of some modules: wire names among them."""
    return {node.value for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def read(path):
    """The names that a module looks up in a body: x["name"], x.get("name")."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            found.add(getattr(node.slice, "value", None))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "pop") and node.args:
            found.add(getattr(node.args[0], "value", None))
    return {name for name in found if isinstance(name, str)}


if __name__ == "__main__":
    sys.exit(main())
