"""What a field can hold.

A type says up to five things of a value; each has a default that changes nothing:

    check(v)            the YAML value, converted, or raises Wrong.  Knows nothing of its surroundings
    verify(v, at)       faults that need the surroundings (files that must exist); yields Fault
    lower(v, at, plan)  what becomes of it before it is sent: local things become asset steps
    enc(v, d, at)       the wire value in dialect d
    dec(w, d, at)       the printed value, back from dialect d

Composite types (Nested, Map, ListOf, OneOf, Inline) are data only; spec.walk goes through them.
`arg_type` is what the value is on a command line, in the terms of core.card.Arg.
"""

import os
import re
from math import isfinite

from azext_ml.core.ids import ArmId, Reference
from azext_ml.spec.diagnostics import Fault, Wrong, nearest, one_of
from azext_ml.spec.dialects import pascal
from azext_ml.spec.plan import Pending

LONGEST = 60        # characters of a value that a message repeats


def shown(value):
    """How a message names a value that is not what was wanted."""
    if value is None or isinstance(value, (dict, list)):
        return "nothing" if value is None else "a mapping" if isinstance(value, dict) else "a list"
    text = value if isinstance(value, str) else written(value)
    if len(text) > LONGEST:
        text = text[:LONGEST] + "…"
    return repr(text) if isinstance(value, str) else text


def written(number):
    """A number or truth value as YAML has it; a number as it was spelled, where the loader kept that."""
    return str(number).lower() if isinstance(number, bool) else getattr(number, "text", None) or str(number)


class Type:
    arg_type = "text"
    wants = "a value"

    def check(self, value):
        return value

    def verify(self, value, at):
        return ()

    def lower(self, value, at, plan):
        return value

    def enc(self, value, dialect, at):
        return value

    def dec(self, wire, dialect, at):
        return wire


class Text(Type):
    """Text. `cast`: numbers are taken too and become text as they are spelled (`1.10` keeps its zero), as for versions.
    `pattern`: a regular expression that the whole text has to match, which `says` puts into words."""

    wants = "text"

    def __init__(self, pattern=None, says=None, cast=False):
        self.pattern, self.says, self.cast = pattern, says, cast

    def check(self, value):
        if self.cast and isinstance(value, (int, float)) and not isinstance(value, bool):
            value = written(value)
        if not isinstance(value, str):
            raise Wrong(f"wants text, got {shown(value)}", None if isinstance(value, (dict, list)) else "put it in quotes")
        if self.pattern and not re.fullmatch(self.pattern, value):
            raise Wrong(f"{shown(value)} does not have the form wanted", self.says)
        return value


class Anything(Type):
    """Any value, sent as it is."""

    def check(self, value):
        finite(value)
        return value


class AsText(Type):
    """Any value; the service keeps it as text, made as Python's str() makes it."""

    wants = "text"

    def enc(self, value, dialect, at):
        return value if value is None or isinstance(value, str) else str(value)


class Loose(Anything):
    """Any value, sent as it is and printed as text: the service gives it back as such."""

    wants = "text, a number, true or false"

    def dec(self, wire, dialect, at):
        return wire if wire is None or isinstance(wire, str) else str(wire)


class Number(Type):
    """A whole or decimal number; numeric text is taken too, as the official client does."""

    def __init__(self, whole=True, low=None, high=None):
        self.whole, self.low, self.high = whole, low, high
        self.wants = "a whole number" if whole else "a number"
        self.arg_type = "int" if whole else "number"

    def check(self, value):
        number = value
        if isinstance(value, str):
            try:
                number = int(value) if self.whole else float(value)
            except ValueError:
                number = None
        if isinstance(number, bool) or not isinstance(number, (int, float)) or not isfinite(number) \
                or self.whole and number != int(number):
            raise Wrong(f"wants {self.wants}, got {shown(value)}")
        number = int(number) if self.whole or isinstance(number, int) else float(number)
        if self.low is not None and number < self.low or self.high is not None and number > self.high:
            span = f"at least {self.low}" if self.high is None else f"from {self.low} to {self.high}"
            raise Wrong(f"must be {span}, got {shown(value)}")
        return number


class Flag(Type):
    """true or false, with the words that YAML 1.1 and the official client take."""

    wants = "true or false"
    arg_type = "three_state"
    WORDS = {"true": True, "yes": True, "on": True, "t": True, "y": True, "1": True,
             "false": False, "no": False, "off": False, "f": False, "n": False, "0": False}

    def check(self, value):
        if isinstance(value, bool):
            return value
        found = self.WORDS.get(str(value).lower()) if isinstance(value, (str, int)) else None
        if found is None:
            raise Wrong(f"wants true or false, got {shown(value)}")
        return found


class Enum(Type):
    """One of a few words.

    words   YAML words in the order in which a message names them, each mapped to what the wire says (default: Pascal case).
            Several words may share a wire value: the first is printed.
    case    how spellings are folded: `lower`, `exact`, `snake` (SystemAssigned = system_assigned)
    """

    def __init__(self, words, case="lower", wire=pascal):
        self.words = words if isinstance(words, dict) else {word: wire(word) for word in words}
        self.case = case
        self.wants = one_of(self.words)
        self.back = {}
        for word, sent in self.words.items():
            self.back.setdefault(str(sent).lower(), word)

    def fold(self, value):
        if self.case == "exact":
            return value
        return fold_snake(value) if self.case == "snake" else value.lower()

    def check(self, value):
        if isinstance(value, str):
            folded = self.fold(value)
            for word in self.words:
                if folded == self.fold(word):
                    return word
        guess = nearest(value, self.words) if isinstance(value, str) else None
        raise Wrong(f"{shown(value)} is not one of {self.wants}", f"did you mean '{guess}'?" if guess else None)

    def enc(self, value, dialect, at):
        return self.words.get(value, value) if dialect.enum == "wire" else value

    def dec(self, wire, dialect, at):
        return self.back.get(str(wire).lower(), wire)


class Duration(Number):
    """A time span: whole seconds in YAML, ISO 8601 on the wire."""

    def __init__(self):
        super().__init__(low=0)
        self.wants = "a whole number of seconds"

    def enc(self, value, dialect, at):
        return iso_duration(value) if dialect.units == "iso" else value

    def dec(self, wire, dialect, at):
        return round(seconds(wire)) if isinstance(wire, str) else wire


class Base64(Type):
    """Text that the service wants base64-encoded (a compute's set-up script)."""

    def enc(self, value, dialect, at):
        import base64   # rare
        return base64.b64encode(value.encode()).decode()


class LocalFile(Type):
    """Path of a local file or folder that must exist; not uploaded by itself. Resolved against the YAML's folder."""

    wants = "a path"
    arg_type = "file"

    def check(self, value):
        return Text().check(value)

    def verify(self, value, at):
        yield from missing(value, at)

    def lower(self, value, at, plan):
        return resolve(value, at)


class Upload(Type):
    """A path whose content goes to a datastore: local (file, folder), or something that is there already.

    form      what is sent: `short` (azureml://datastores/…), `long` (with subscription, group, workspace) or `https`
    slash     adds a final `/`: `folder` when the sibling `type` is uri_folder, `always`, or None
    typed     the kind of the path must be that of the sibling `type`
    named     the upload is confirmed under the resource's own name and version (an asset), else under a random name (a job's input)
    """

    wants = "a local path, a datastore URI or an azureml: reference"
    arg_type = "file"

    def __init__(self, form="short", slash=None, named=False, typed=False, wants=None):
        self.form, self.slash, self.named, self.typed = form, slash, named, typed
        self.wants = wants or self.wants

    def check(self, value):
        return Text().check(value)

    def verify(self, value, at):
        if is_local(value):
            yield from missing(value, at)
            kind = at.me.get("type") or ("uri_folder" if self.slash == "folder" or self.typed else None)
            # The official client refuses this for absolute paths and lets relative ones pass, to fail in the job.
            severity = "error" if self.typed or os.path.isabs(value) else "warning"
            if kind == "uri_folder" and os.path.isfile(resolve(value, at)):
                yield Fault(f"'{value}' is a file, but the type is uri_folder", "use `type: uri_file`, or name its folder", severity=severity)
            if kind == "uri_file" and os.path.isdir(resolve(value, at)):
                yield Fault(f"'{value}' is a folder, but the type is uri_file", "use `type: uri_folder`, or name one file", severity=severity)

    def lower(self, value, at, plan):
        if not is_local(value):
            return value
        path = resolve(value, at)
        slash = self.slash == "always" or self.slash == "folder" and at.me.get("type", "uri_folder") == "uri_folder"
        step = {"path": path, "datastore": at.me.get("datastore"), "form": self.form, "slash": slash}
        if self.named:
            step.update(name=at.root.get("name"), version=at.root.get("version"))
        return plan.add("upload", step, "|".join(str(part) for part in step.values()))

    def enc(self, value, dialect, at):
        if isinstance(value, Pending):
            return at.ids[value.step]["uri"]
        if self.form == "long" and value.startswith("azureml://datastores/"):
            scope = ArmId(at.facts["scope"])
            return (f"azureml://subscriptions/{scope.subscription}/resourcegroups/{scope.group}/workspaces/{scope.workspace}"
                    f"/{value[len('azureml://'):]}")
        return value


class Ref(Type):
    """A reference to something in the workspace: `azureml:name:version`, an ARM id, a registry id.

    collection  ARM collection (`environments`)
    versioned   assets, or resources such as computes
    show        printed as `short` (azureml:n:v), `long` (azureml:<id>) or `bare` (<id>)
    plain       names without `azureml:` are taken too (`compute: gpu`);  keep: words that are no names at all (`local`)
    """

    def __init__(self, collection, versioned=True, show="short", plain=False, keep=()):
        self.collection, self.versioned, self.show, self.plain, self.keep = collection, versioned, show, plain, keep
        what = collection.rstrip("s")
        self.wants = f"a reference such as azureml:{what}:1" if versioned else f"the name of a {what}"

    def check(self, value):
        if not isinstance(value, str):
            raise Wrong(f"wants {self.wants}, got {shown(value)}")
        if value in self.keep or has_expression(value) or value.startswith("azureml://") or is_id(value):
            return value
        found = Reference.parse(value)
        if not value.startswith("azureml:") and not self.plain:
            raise Wrong(f"{shown(value)} is not a reference", self.meant(value))
        if found is None or not self.versioned and (found.version or found.label):
            raise Wrong(f"{shown(value)} is not a reference", f"give {self.wants}")
        if self.versioned and not (found.version or found.label) and not found.name.startswith("AzureML-"):
            raise Wrong(f"{shown(value)} names no version", f"add one, as in '{value}:1' or '{value}@latest'")
        return value

    def meant(self, value):
        """What to do about a text that lacks `azureml:`."""
        head, _, tail = value.partition(":")
        if Reference.parse(value) and not os.path.exists(value):
            return f"did you mean 'azureml:{value}'?"
        return f"did you mean 'azureml:{tail}'?" if nearest(head, ["azureml"]) and Reference.parse(tail) else f"give {self.wants}"

    def lower(self, value, at, plan):
        found = Reference.parse(value) if self.versioned and value.startswith("azureml:") else None
        if found and found.label and not _curated(found, self.collection):
            return plan.add("latest", {"collection": self.collection, "name": found.name, "label": found.label},
                            f"{self.collection}/{found.name}@{found.label}")
        return value

    def enc(self, value, dialect, at):
        if isinstance(value, Pending):
            value = at.ids[value.step]["id"]
        elif value in self.keep or has_expression(value):
            return value
        else:
            value = self.expanded(value, at.facts["scope"])
        return f"azureml:{value}" if dialect.ref == "azureml:id" and value.startswith("/") else value

    def expanded(self, value, scope):
        if is_id(value):
            return value.removeprefix("azureml:")
        reference = Reference.parse(value)
        if reference is None or _curated(reference, self.collection):
            return value
        base = f"{scope}/{self.collection}/{reference.name}"
        return f"{base}/versions/{reference.version}" if self.versioned else base

    def dec(self, wire, dialect, at):
        if not isinstance(wire, str) or wire in self.keep or has_expression(wire):
            return wire
        found = ArmId.parse(wire)
        if self.show == "bare":
            return found.path if found else wire
        if found and self.show == "short" and found.scope.lower() == at.facts.get("scope", found.scope).lower():
            return f"azureml:{found.name}:{found.version}" if found.version else f"azureml:{found.name}"
        return wire if wire.startswith("azureml:") else f"azureml:{wire}"


class Code(Ref):
    """Code of a job: a local file or folder becomes a snapshot; URLs and references stay."""

    wants = "a local folder or file, or a reference such as azureml:code:1"
    arg_type = "folder"

    def __init__(self, show="long", component=False):
        super().__init__("codes", show=show)
        self.wants, self.component = Code.wants, component

    def check(self, value):
        if isinstance(value, str) and value.startswith(("git+", "git@", "ssh://")):
            raise Wrong(f"{shown(value)} is a git address, which code cannot be", "clone it, and give the folder")
        plain = not isinstance(value, str) or is_local(value) or is_url(value)
        return Text().check(value) if plain else super().check(value)

    def verify(self, value, at):
        if is_local(value):
            yield from missing(value, at)

    def lower(self, value, at, plan):
        if is_local(value):
            path = resolve(value, at)
            return plan.add("code", {"path": path, "component": self.component}, f"{path}|{self.component}")
        if is_url(value) and not value.startswith("azureml://"):
            return plan.add("code", {"uri": value}, value)
        return super().lower(value, at, plan)


class DataPath(Type):
    """`path` of an input: asset reference, URI or local path; printed as a short reference."""

    def __init__(self, collection):
        self.ref = Ref(collection)
        self.upload = Upload("short", slash="folder")
        self.wants = self.upload.wants

    def of(self, value):
        """Which of the two rules a value follows. Order of the tests as in the official client."""
        return self.ref if is_reference(value) else self.upload

    def check(self, value):
        if not isinstance(value, str):
            raise Wrong(f"wants {self.wants}, got {shown(value)}")
        if value.startswith("runs:"):
            raise Wrong(f"{shown(value)} names an artifact of a run, which a job cannot read",
                        "name an output of the job: azureml://jobs/<job>/outputs/<output>/paths/<path>")
        return self.ref.check(value) if is_reference(value) and value.startswith("azureml:") else value

    def verify(self, value, at):
        yield from self.of(value).verify(value, at)

    def lower(self, value, at, plan):
        return self.of(value).lower(value, at, plan)

    def enc(self, value, dialect, at):
        if isinstance(value, Pending):
            answer = at.ids[value.step]
            return answer["uri"] if "uri" in answer else answer["id"]
        return self.of(value).enc(value, dialect, at)

    def dec(self, wire, dialect, at):
        if dialect.path == "own" and isinstance(wire, str) and ArmId.parse(wire):
            return f"azureml:{wire}"            # a node's references are printed whole
        return self.ref.dec(wire, dialect, at)


class Map(Type):
    """A mapping with the user's own keys. `keys`: a Type that checks them. `nullable`: values may be missing; "dropped": such
    keys are not sent."""

    arg_type = "pairs"
    wants = "a mapping"

    def __init__(self, values, keys=None, nullable=False):
        self.values, self.keys, self.nullable = values, keys, nullable


class ListOf(Type):
    arg_type = "list"
    wants = "a list"

    def __init__(self, item):
        self.item = item


class Nested(Type):
    """Another spec: a Spec class, or the name of a kind in spec.registry."""

    arg_type = "text"
    wants = "a mapping"

    def __init__(self, spec):
        self.spec = spec


class In(Type):
    """A value that is spelled in a dialect of its own, whatever stands around it."""

    def __init__(self, dialect, inner):
        self.dialect, self.inner = dialect, inner
        self.wants = inner.wants


class Inline(Type):
    """An asset that may be written in place: text is a reference (`ref`), a mapping is created first, anonymously.

    kind    of the asset step that creates it
    spec    kind in spec.registry of what may be written in place (default: `kind`)
    paths   a plain local path stands for the file's content too, without `file:`
    """

    def __init__(self, kind, ref, spec=None, paths=False):
        self.kind, self.ref, self.spec, self.paths = kind, ref, spec or kind, paths
        self.wants = f"{ref.wants}, or the definition of {'an' if kind[0] in 'aeiou' else 'a'} {kind}"


class OneOf(Type):
    """Several shapes, told apart by one total chooser; see spec.choices."""

    def __init__(self, choice):
        self.choice = choice
        self.wants = choice.wants


# ---- shared by the types ---------------------------------------------------------------------------------------------

def fold_snake(word):
    """SystemAssigned -> system_assigned, AzureAISearch -> azure_ai_search"""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[^,])(?=[A-Z][a-z])", "_", word).lower()


def is_local(value):
    """A path on this machine, as against URLs, ids, expressions and references."""
    return isinstance(value, str) and not (value.startswith(("azureml:", "git+", "runs:")) or is_url(value) or is_id(value)
                                           or has_expression(value))


def is_url(value):
    """Whether a text begins as `scheme://` does."""
    scheme, sign, _ = value.partition("://")
    return bool(sign) and scheme[:1].isalpha() and scheme.isascii() and all(c.isalnum() or c in "+.-" for c in scheme)


def is_id(value):
    """Whether a text is an ARM id, with or without `azureml:` in front."""
    return value.lower().startswith(("/subscriptions/", "azureml:/subscriptions/"))


def has_expression(value):
    """Whether a text holds a `${{…}}`, which the service fills in."""
    start = value.find("${{")
    return start >= 0 and value.find("}}", start) > 0


def is_reference(value):
    """What the official client takes for an asset reference in an input's `path`: anything with `:` or `@` that is not an
    id, a URL, an expression or an absolute path."""
    if not isinstance(value, str) or is_url(value) or has_expression(value):
        return False
    if value.startswith("azureml:") or is_id(value):
        return True
    return not os.path.isabs(value) and (":" in value or "@" in value)


def resolve(value, at):
    """Absolute path of a local value. Symbolic links are kept as names."""
    value = value[len("file:"):] if value.startswith("file:") else value
    return os.path.normpath(os.path.join(at.base or os.getcwd(), os.path.expanduser(value)))


def missing(value, at):
    """The Fault of a local path that does not exist, with the nearest name that does."""
    path = resolve(value, at)
    if not os.path.exists(path):
        try:
            there = os.listdir(os.path.dirname(path))
        except (OSError, ValueError):       # no such folder, or not for us; a NUL in the name
            there = []
        guess = nearest(os.path.basename(path), there)
        yield Fault(f"{shown(value)} does not exist (looked for {path})", f"did you mean '{guess}'?" if guess else "check the path")


def finite(value):
    """Refuses what JSON has no word for, wherever it stands in a value."""
    if isinstance(value, float) and not isfinite(value):
        raise Wrong(f"{shown(value)} is no number that can be sent", "put it in quotes to send it as text")
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        finite(item)


def iso_duration(total):
    """Whole seconds as ISO 8601, normalised: 90 -> PT1M30S, 93784 -> P1DT2H3M4S."""
    days, rest = divmod(total, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, left = divmod(rest, 60)
    time = "".join(f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M"), (left, "S")) if count)
    return ("P" + (f"{days}D" if days else "") + (f"T{time}" if time else "")) if total else "PT0S"


def seconds(text):
    """ISO 8601 duration as seconds (float). Years and months are not used by the service."""
    match = re.fullmatch(r"P(?:(\d+)W)?(?:([\d.]+)D)?(?:T(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?", text)
    if not match:
        raise ValueError(f"not a duration: {text}")
    weeks, days, hours, minutes, secs = (float(part or 0) for part in match.groups())
    return weeks * 604800 + days * 86400 + hours * 3600 + minutes * 60 + secs


def _curated(reference, collection):
    """Environments of the service itself keep their reference; the service resolves it."""
    return collection == "environments" and reference.name.startswith("AzureML-")
