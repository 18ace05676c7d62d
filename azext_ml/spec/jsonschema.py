"""JSON Schemas (draft-07) of what YAML files may hold, read off the specs.

One document per `$schema` base name of spec.kinds; what several of them use stands in one more, SHARED. Unions become if/then on
their discriminators. A key without a value counts as not written, so every key that is not required may be null.
"""

from azext_ml.spec import kinds, types
from azext_ml.spec.patterns import DECIMAL, WHOLE, caseless, reference, spellings
from azext_ml.spec.registry import resolve
from azext_ml.spec.walk import is_spec

DRAFT = "http://json-schema.org/draft-07/schema#"
SHARED = "definitions"


def documents():
    """{base name: JSON Schema} of all kinds, with SHARED. References lead from file to file: `data.schema.json#/…`."""
    roots = {base: kinds.spec_of(base) for base in sorted(kinds.SCHEMAS)}
    files = {spec: base for base, spec in roots.items() if is_spec(spec)}
    used = {base: _reached(spec, set(files)) for base, spec in roots.items()}
    homes = {}
    for base, specs in used.items():
        for spec in specs:
            homes[spec] = SHARED if homes.get(spec, base) != base else base
    # what is shared refers to what is shared only
    grown = [spec for spec, home in homes.items() if home == SHARED]
    while grown:
        for spec in _reached(grown.pop(), set(files)):
            if homes[spec] != SHARED:
                homes[spec] = SHARED
                grown.append(spec)
    names = _names(homes)

    def address(spec, base):
        if spec in files:
            return "#" if files[spec] == base else f"{files[spec]}.schema.json"
        return f"{'' if homes[spec] == base else homes[spec] + '.schema.json'}#/definitions/{names[spec]}"

    made = {}
    for base in [*roots, SHARED]:
        writer = _Writer(lambda spec, base=base: address(spec, base))
        own = sorted((spec for spec, home in homes.items() if home == base), key=names.get)
        root = {"description": "What several schemas share."} if base == SHARED else writer.document(roots[base])
        made[base] = {"$schema": DRAFT, "title": base, **root}
        if own:
            made[base]["definitions"] = {names[spec]: writer.mapping(spec) for spec in own}
    return made


def document(spec, title=None):
    """The JSON Schema of one Spec class or Type, complete in itself."""
    specs = _reached(spec, set())
    names = _names(specs)
    writer = _Writer(lambda one: "#" if one is spec else f"#/definitions/{names[one]}")
    return {"$schema": DRAFT, **({"title": title} if title else {}), **writer.document(spec),
            "definitions": {names[one]: writer.mapping(one) for one in sorted(specs, key=names.get) if one is not spec}}


def _reached(spec, files):
    """Spec classes that the schema of `spec` refers to, files of their own left out."""
    found, waiting = set(), []
    writer = _Writer(lambda one: waiting.append(one) or "")
    writer.document(spec)
    while waiting:
        one = waiting.pop()
        if one not in found and one not in files:
            found.add(one)
            writer.mapping(one)
    return found


def _names(specs):
    """Spec class -> name of its definition: noun or shape, then class; the module in between where two would be the same."""
    def name(spec, long=False):
        _, area, where, *rest = spec.__module__.split(".")
        parts = [where, *([part for part in rest if part != "spec"] if long else []), spec.__name__]
        return ".".join(parts)
    short = {}
    for spec in specs:
        short.setdefault(name(spec), []).append(spec)
    return {spec: title if len(same) == 1 else name(spec, long=True) for title, same in short.items() for spec in same}


class _Writer:
    """Types to JSON Schema. `address`: function Spec class -> the `$ref` of its definition."""

    def __init__(self, address):
        self.address = address

    def document(self, spec):
        return self.mapping(spec) if is_spec(spec) else self.value(spec)

    def mapping(self, spec):
        """A mapping with the keys of a Spec class."""
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
        if is_spec(kind):
            return {"$ref": self.address(kind)}
        if getattr(kind, "schema", None) is not None:
            return kind.schema
        if isinstance(kind, types.Nested):
            return self.value(resolve(kind.spec))
        if isinstance(kind, types.In):
            return self.value(kind.inner)
        if isinstance(kind, types.OneOf):
            return self.union(kind.choice)
        if isinstance(kind, types.Inline):
            return self.inline(kind)
        if isinstance(kind, types.Map):
            return self.pairs(kind)
        if isinstance(kind, types.ListOf):
            return {"type": "array", "items": _filled(self.value(kind.item))}
        return _scalar(kind)

    def union(self, choice):
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
        return {"if": {"type": "object"}, "then": self.value(resolve(kind.spec)), "else": text}

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
        return {**made, **({} if kind.low is None else {"minimum": kind.low}), **({} if kind.high is None else {"maximum": kind.high})}
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


def _filled(made):
    """The same without null, of a value that a mapping with the user's keys holds."""
    return made or {"not": {"type": "null"}}
