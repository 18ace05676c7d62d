"""JSON Schemas (draft-07) of what YAML files may hold, read off the specs.

One document per `$schema` base name of spec.kinds; what several of them use stands in one more, SHARED. Unions become if/then on
their discriminators. A key without a value counts as not written, so every key that is not required may be null.
"""

import json
from collections import Counter
from typing import NamedTuple

from azext_ml.spec import kinds, types
from azext_ml.spec.patterns import BINDING, DECIMAL, WHOLE, caseless, reference, spellings
from azext_ml.spec.registry import resolve
from azext_ml.spec.walk import is_spec

DRAFT = "http://json-schema.org/draft-07/schema#"
SHARED = "definitions"


def documents():
    """{base name: JSON Schema} of all kinds, with SHARED. References lead from file to file: `data.schema.json#/…`."""
    roots = {base: kinds.spec_of(base) for base in sorted(kinds.SCHEMAS)}
    files = {_Use(spec): base for base, spec in roots.items() if is_spec(spec)}
    homes = {}
    for base, spec in roots.items():
        for use in _reached(spec, files):
            homes[use] = SHARED if homes.get(use, base) != base else base
    shared = [use for use, home in homes.items() if home == SHARED]
    while shared:               # what is shared refers to what is shared only
        for use in _reached(shared.pop(), files):
            if homes[use] != SHARED:
                homes[use] = SHARED
                shared.append(use)
    names = _names(homes)

    def address(use, base):
        if use in files:
            return "#" if files[use] == base else f"{files[use]}.schema.json"
        return f"{'' if homes[use] == base else homes[use] + '.schema.json'}#/definitions/{names[use]}"

    made = {}
    for base in [*roots, SHARED]:
        writer = _Writer(lambda use, base=base: address(use, base))
        root = {"description": "What several schemas share."} if base == SHARED else writer.document(roots[base])
        made[base] = {"$schema": DRAFT, "title": base, **root}
        own = {names[use]: writer.mapping(use) for use, home in homes.items() if home == base}
        if own:
            made[base]["definitions"] = _without_repeats(dict(sorted(own.items())))
    return made


def document(spec, title=None):
    """The JSON Schema of one Spec class or Type, complete in itself."""
    uses = [use for use in _reached(spec, ()) if use != _Use(spec)]
    names = _names(uses)
    writer = _Writer(lambda use: "#" if use == _Use(spec) else f"#/definitions/{names[use]}")
    definitions = {names[use]: writer.mapping(use) for use in uses}
    return {"$schema": DRAFT, **({"title": title} if title else {}), **writer.document(spec),
            "definitions": dict(sorted(definitions.items()))}


class _Use(NamedTuple):
    """A Spec class where it is used. `bound`: in a node of a pipeline, where an expression may stand in place of any value."""

    spec: type
    bound: bool = False


def _reached(start, files):
    """Uses that the schema of a Spec class, Type or use refers to, in the order in which they are met; `files` are not entered."""
    found, waiting = {}, []
    writer = _Writer(lambda use: waiting.append(use) or "")
    writer.mapping(start) if isinstance(start, _Use) else writer.document(start)
    while waiting:
        use = waiting.pop(0)
        if use not in found and use not in files:
            found[use] = None
            writer.mapping(use)
    return list(found)


def _names(uses):
    """Use -> name of its definition: noun or shape, class, and what tells it from others of that name. Equal ones share a name."""
    def name(use, *more):
        where = use.spec.__module__.split(".")[2]
        return ".".join([where, use.spec.__name__, *more, *(["bound"] if use.bound else [])])
    same, names = {}, {}
    for use in uses:
        same.setdefault(name(use), []).append(use)
    for title, alike in same.items():
        contents = {}
        for use in alike:
            contents.setdefault(repr(_Writer(name).mapping(use)), []).append(use)
        told = {}
        for group in contents.values():
            words = ".".join(_single_words(group[0].spec))
            long = name(group[0], words) if len(contents) > 1 and words else title
            told.setdefault(long, []).append(group)
        for long, groups in told.items():
            for number, group in enumerate(groups, 1):
                names.update((use, long if number == 1 else f"{long}.{number}") for use in group)
    return names


def _single_words(spec):
    enums = [field.type for field in spec.fields() if isinstance(field.type, types.Enum)]
    return [word for enum in enums if len(enum.words) == 1 for word in enum.words]


LONG = 400      # characters of JSON from which on a repeated part becomes a definition


def _without_repeats(definitions):
    """The same, with long parts that stand in several places as definitions, called after the first key that has them."""
    counts, called, extra = Counter(), {}, {}

    def count(node, key):
        if isinstance(node, dict):
            text = json.dumps(node, sort_keys=True)
            if len(text) >= LONG and key is not None:
                counts[text] += 1
                if counts[text] > 1:
                    return
                called[text] = key
        for word, item in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
            count(item, word if isinstance(word, str) and word not in _WORDS else key)

    def replaced(node, top=False):
        if isinstance(node, list):
            return [replaced(item) for item in node]
        if not isinstance(node, dict):
            return node
        text = None if top else json.dumps(node, sort_keys=True)
        if text is None or counts[text] < 2:
            return {word: replaced(item, word == "properties") for word, item in node.items()}
        if text not in extra:
            same = sum(1 for name in extra.values() if name.split(".")[1] == called[text])
            extra[text] = f"values.{called[text]}" + (f".{same + 1}" if same else "")
            added[extra[text]] = replaced(node, True)
        return {"$ref": f"#/definitions/{extra[text]}"}
    added = {}
    for made in definitions.values():
        count(made, None)
    kept = {name: replaced(made, True) for name, made in definitions.items()}
    return {**kept, **dict(sorted(added.items()))}


_WORDS = {"properties", "anyOf", "allOf", "if", "then", "else", "items", "additionalProperties", "propertyNames", "not"}


class _Writer:
    """Types to JSON Schema. `address`: function _Use -> the `$ref` of its definition."""

    def __init__(self, address):
        self.address, self.bound = address, False

    def document(self, spec):
        self.bound = False
        return self.mapping(_Use(spec)) if is_spec(spec) else self.value(spec)

    def mapping(self, use):
        """A mapping with the keys of a Spec class."""
        spec, self.bound = use
        keys, required = {}, []
        for field in spec.fields():
            if field.constant or "\0" in field.key:
                continue
            for key in (field.key, *field.alias):
                keys[key] = self.field(field)
            if self.needed(field):
                required.append(field.key)
        made = {"type": "object", "properties": keys}
        if required:
            made["required"] = required
        if not (spec.keep_unknown or spec.drop_unknown):
            made["additionalProperties"] = False
        return made

    @staticmethod
    def needed(field):
        """Whether a key must be there. A discriminator that no default stands for is asked for by the union around it."""
        return not field.read_only and (field.required or field.tag and field.default is None)

    def field(self, field):
        about = {"description": f"{field.help} In preview.".strip() if field.preview else field.help} if field.help else {}
        if field.read_only:
            return {**about, "readOnly": True}
        made = self.value(field.type)
        made = made if self.needed(field) else _nullable(made)
        if not (field.default is None or callable(field.default)):
            about["default"] = field.default
        return {**about, "allOf": [made]} if about and "$ref" in made else {**about, **made}

    def value(self, kind):
        """The schema of a value of a type."""
        while isinstance(kind, (str, types.Nested)):
            kind = resolve(kind.spec if isinstance(kind, types.Nested) else kind)
        if is_spec(kind):
            return {"$ref": self.address(_Use(kind, self.bound))}
        if isinstance(kind, types.In):
            return self.inside(kind.inner, kind.dialect.bindable)
        kind = getattr(kind, "inner", kind)             # only the wire has it otherwise
        if getattr(kind, "schema", None) is None:
            for held, write in ((types.OneOf, self.union), (types.Inline, self.inline), (types.Map, self.pairs)):
                if isinstance(kind, held):
                    return write(kind)
        if getattr(kind, "schema", None) is not None:
            made = kind.schema
        elif isinstance(kind, types.ListOf):
            made = {"type": "array", "items": _filled(self.value(kind.item))}
        else:
            made = _scalar(kind)
        return _bindable(made) if self.bound else made

    def inside(self, kind, bound):
        before, self.bound = self.bound, bound
        made = self.value(kind)
        self.bound = before
        return made

    def union(self, kind):
        choice = kind.choice
        if not hasattr(choice, "rules"):
            return {"anyOf": [self.value(kind) for kind in choice.branches()]}
        outline, pairs, otherwise = choice.rules()
        made = False if otherwise is None else self.value(otherwise)
        if otherwise is None and outline:           # the outline refuses what no condition takes
            return {**outline, "allOf": [{"if": condition, "then": self.value(kind)} for condition, kind in pairs]}
        for condition, kind in reversed(pairs):
            made = {"if": condition, "then": self.value(kind), "else": made}
        return {**outline, **made}

    def inline(self, kind):
        text = {"type": "string"} if kind.paths else {
            "type": "string", "pattern": "^file:|" + reference(kind.ref.versioned, kind.ref.plain, kind.ref.keep)}
        return {"if": {"type": "object"}, "then": self.inside(resolve(kind.spec), False), "else": text}

    def pairs(self, kind):
        item = self.value(kind.values)
        made = {"type": "object", "additionalProperties": _nullable(item) if kind.nullable else _filled(item)}
        if kind.keys is not None:
            made["propertyNames"] = self.value(kind.keys)
        return made


def _scalar(kind):
    """Types that hold no others; unknown ones may be anything."""
    if isinstance(kind, types.Enum):
        return spellings(kind.words, kind.case)
    if isinstance(kind, types.Flag):
        return {"type": ["boolean", "string", "integer"], "pattern": caseless(types.Flag.WORDS), "minimum": 0, "maximum": 1}
    if isinstance(kind, types.Number):
        made = {"type": ["integer" if kind.whole else "number", "string"], "pattern": WHOLE if kind.whole else DECIMAL}
        limits = {"minimum": kind.low, "maximum": kind.high}
        return {**made, **{word: limit for word, limit in limits.items() if limit is not None}}
    if isinstance(kind, types.Code):
        return {"type": "string", "pattern": "^(?!git\\+|git@|ssh://|azureml:)|" + reference(True, False)}
    if isinstance(kind, types.DataPath):
        return {"type": "string", "pattern": "^(?!runs:|azureml:)|" + reference(True, False)}
    if isinstance(kind, types.Ref):
        return {"type": "string", "pattern": reference(kind.versioned, kind.plain, kind.keep)}
    if isinstance(kind, types.Text):
        made = {"type": ["string", "number"] if kind.cast else "string"}
        return {**made, "pattern": f"^({kind.pattern.removeprefix('^').removesuffix('$')})$"} if kind.pattern else made
    if isinstance(kind, (types.LocalFile, types.Upload)):
        return {"type": "string"}
    return {}


def _nullable(made):
    """The same, or null."""
    if not made:
        return made
    if isinstance(made.get("type"), (str, list)) and "enum" not in made:
        listed = made["type"] if isinstance(made["type"], list) else [made["type"]]
        if not {"if", "allOf", "anyOf", "properties"} & set(made):
            return {**made, "type": [*listed, "null"]}
    if set(made) == {"enum"}:
        return {"enum": [*made["enum"], None]}
    return {"anyOf": [made, {"type": "null"}]}


def _bindable(made):
    """The same, or an expression of the pipeline."""
    if not made or made.get("type") == "string" and "pattern" not in made:
        return made
    listed = made.get("type") if isinstance(made.get("type"), list) else [made.get("type")]
    if "string" in listed:
        return {**made, "pattern": f"{made['pattern']}|{BINDING}"} if "pattern" in made else made
    return {"anyOf": [*(made["anyOf"] if set(made) == {"anyOf"} else [made]), {"type": "string", "pattern": BINDING}]}


def _filled(made):
    """The same without null, of a value that a mapping with the user's keys holds."""
    return made or {"not": {"type": "null"}}
