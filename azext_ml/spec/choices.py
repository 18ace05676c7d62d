"""Total choosers for unions: each names exactly one branch, or one fault at the discriminator. None tries branches in turn.

choose(value)            -> the branch's Type, or raises Wrong
choose_wire(wire, d)     -> the branch's Type for an answer written in dialect d, or None when the wire says nothing known
branches()               -> every Type
rules()                  -> for the JSON Schema: keywords of the union itself, (condition, Type) pairs of which the first that holds
                            counts, and the Type of everything else (None: nothing else will do)
"""

from azext_ml.spec.diagnostics import Wrong, nearest, one_of
from azext_ml.spec.dialects import look, tag_key
from azext_ml.spec.types import fold_snake, shown


class ByType:
    """By a word under one key of a mapping.

    cases   word -> Type; several words may share one.  default: the word that a missing key stands for.
    tag     arm path of the discriminator on the wire (`jobInputType`).  wire: its value -> word, for those that are not the word
            in another case (`TensorBoard` is tensor_board)
    fold    how the word is folded before it is looked up
    other   Type for every other word (on the wire: for what the service made itself)
    """

    def __init__(self, key, cases, default=None, tag=None, wire=None, fold=str.lower, other=None):
        self.key, self.cases, self.default, self.tag, self.fold, self.other = key, cases, default, tag, fold, other
        self.sent = {_bare(word): kind for word, kind in cases.items()}
        self.sent.update((_bare(word), cases[meant]) for word, meant in (wire or {}).items() if meant in cases)
        self.wants = "a mapping"

    def branches(self):
        return list(self.cases.values()) + ([self.other] if self.other else [])

    def choose(self, value):
        if not isinstance(value, dict):
            raise Wrong(f"wants a mapping, got {shown(value)}")
        word = value.get(self.key)
        if word is None:
            word = self._misplaced(value) or self.default
        if word is None:
            raise Wrong(f"required key '{self.key}' is missing", f"add '{self.key}:' with {one_of(self.cases)}",
                        option=f"--{self.key}")
        folded = self.fold(word) if isinstance(word, str) else None
        if folded in self.cases:
            return self.cases[folded]
        if self.other is not None and isinstance(word, str):
            return self.other
        guess = nearest(word, self.cases) if isinstance(word, str) else None
        raise Wrong(f"{shown(word)} is not one of {one_of(self.cases)}", f"did you mean '{guess}'?" if guess else None,
                    path=(self.key,))

    def _misplaced(self, value):
        """The word under a misspelt `key`: it chooses the branch, which then names the misspelling."""
        for key, item in value.items():
            if isinstance(item, str) and self.fold(item) in self.cases and nearest(key, [self.key]):
                return item

    def rules(self):
        from azext_ml.spec.patterns import spellings
        case = {str: "exact", fold_snake: "snake"}.get(self.fold, "lower")
        optional = self.default is not None or self.other is not None
        outline = {"type": "object"} if self.other else {
            "type": "object", "properties": {self.key: spellings(self.cases, case, optional)}}
        pairs = []
        for kind in {getattr(found, "spec", found): found for found in self.cases.values()}.values():
            words = [word for word, found in self.cases.items() if getattr(found, "spec", found) is getattr(kind, "spec", kind)]
            missing = self.default in words
            condition = {"properties": {self.key: spellings(words, case, missing)}}
            pairs.append((condition if missing else {**condition, "required": [self.key]}, kind))
        return outline if optional else {**outline, "required": [self.key]}, pairs, self.other

    def choose_wire(self, wire, dialect):
        if not isinstance(wire, dict):
            return None
        sent = look(wire, tag_key(self.tag, dialect)) if self.tag else wire.get(self.key)
        return self.cases.get(self.default, self.other) if sent is None else self.sent.get(_bare(sent), self.other)


class ByShape:
    """By what kind of YAML value it is: `scalar` (text, number, boolean), `mapping`, `sequence`.

    wire    function(wire, dialect) -> "scalar" | "mapping" | "sequence", where the wire shape differs from the YAML one
    """

    def __init__(self, scalar=None, mapping=None, sequence=None, wire=None, wants=None):
        self.cases = {name: kind for name, kind in
                      (("scalar", scalar), ("mapping", mapping), ("sequence", sequence)) if kind is not None}
        self.wire = wire or (lambda value, dialect: shape(value))
        self.wants = wants or " or ".join(kind.wants for kind in self.cases.values())

    def branches(self):
        return list(self.cases.values())

    def choose(self, value):
        found = self.cases.get(shape(value))
        if found is None:
            raise Wrong(f"wants {self.wants}, got {shown(value)}")
        return found

    def rules(self):
        pairs = [({"type": name}, self.cases[word]) for word, name in (("mapping", "object"), ("sequence", "array"))
                 if word in self.cases]
        return {}, pairs, self.cases.get("scalar")

    def choose_wire(self, wire, dialect):
        return self.cases.get(self.wire(wire, dialect))


class ByKey:
    """By which key a mapping holds: `ByKey({"account_key": A, "sas_token": B}, default=C)`.

    default: Type of a mapping with none of them.  empty: Type of the empty mapping.  guess: a misspelt key is taken for the case
    that was meant, which then names the misspelling.
    """

    def __init__(self, cases, default=None, wire=None, guess=True, empty=None):
        self.cases, self.default, self.guess, self.empty = cases, default, guess, empty
        self.wire = wire or (lambda value, dialect: None)
        self.wants = f"a mapping with {one_of(cases)}" if default is None else "a mapping"

    def branches(self):
        return [kind for kind in (*self.cases.values(), self.default, self.empty) if kind is not None]

    def choose(self, value):
        if not isinstance(value, dict):
            raise Wrong(f"wants a mapping, got {shown(value)}")
        for key, kind in self.cases.items():
            if key in value:
                return kind
        meant = [guess for guess in (nearest(key, self.cases) for key in value) if guess] if self.guess else []
        if meant:
            return self.cases[meant[0]]
        found = self.default or (self.empty if not value else None)
        if found is None:
            raise Wrong(f"names none of {one_of(self.cases)}", "add one of them")
        return found

    def rules(self):
        pairs = [({"required": [key]}, kind) for key, kind in self.cases.items()]
        otherwise = self.default or self.empty
        either = {} if otherwise else {"anyOf": [{"required": [key]} for key in self.cases]}
        return {"type": "object", **either}, pairs, otherwise

    def choose_wire(self, wire, dialect):
        return self.cases.get(self.wire(wire, dialect), self.default or self.empty)


def shape(value):
    return "mapping" if isinstance(value, dict) else "sequence" if isinstance(value, list) else "scalar"


def _bare(word):
    """A word without its case: TensorBoard and tensor_board are one."""
    return str(word).replace("_", "").lower()
