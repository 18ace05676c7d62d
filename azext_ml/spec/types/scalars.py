"""Types of single values, and what all types share."""

import re
from math import isfinite
from typing import Any, Optional

from azext_ml.spec.diagnostics import Wrong, nearest, one_of
from azext_ml.spec.dialects import pascal

LONGEST = 60        # characters of a value that a message repeats


class Type:
    arg_type = "text"
    wants = "a value"
    schema: Any = None      # JSON Schema of its values, where that of its base (spec.jsonschema) does not tell

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

    hint: Optional[str] = None

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
            raise Wrong(f"wants {self.wants}, got {shown(value)}", self.hint)
        number = int(number) if self.whole or isinstance(number, int) else float(number)
        if self.low is not None and number < self.low or self.high is not None and number > self.high:
            span = f"at least {self.low}" if self.high is None else f"from {self.low} to {self.high}"
            raise Wrong(f"must be {span}, got {shown(value)}")
        return number


class Decimal(Number):
    """A number that is always sent and printed as a decimal one: 1 is 1.0."""

    def __init__(self, low=None, high=None):
        super().__init__(False, low, high)

    def check(self, value):
        return float(super().check(value))

    def dec(self, wire, dialect, at):
        return float(wire) if isinstance(wire, int) and not isinstance(wire, bool) else wire


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
        what = f"{shown(value)} is not one of {self.wants}" if len(self.words) > 1 else f"wants {self.wants}, got {shown(value)}"
        raise Wrong(what, f"did you mean '{guess}'?" if guess else None)

    def enc(self, value, dialect, at):
        return self.words.get(value, value) if dialect.enum == "wire" else value

    def dec(self, wire, dialect, at):
        return self.back.get(str(wire).lower(), wire)


class Duration(Number):
    """A time span: a whole number of `unit` in YAML, ISO 8601 on the wire."""

    UNITS = {"seconds": (1, "3600 is an hour"), "minutes": (60, "60 is an hour"), "milliseconds": (0.001, "1000 is a second")}

    def __init__(self, unit="seconds"):
        super().__init__(low=0)
        self.size, self.hint = self.UNITS[unit]
        self.wants = f"a whole number of {unit}"

    def enc(self, value, dialect, at):
        return value if dialect.units != "iso" or isinstance(value, str) else iso_duration(value * self.size)

    def dec(self, wire, dialect, at):
        total = seconds(wire)
        return wire if total is None else round(total / self.size)


class Base64(Text):
    """Text that the service wants base64-encoded (a compute's set-up script)."""

    def enc(self, value, dialect, at):
        import base64  # rare
        return base64.b64encode(value.encode()).decode()


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


def finite(value):
    """Refuses what JSON has no word for, wherever it stands in a value."""
    if isinstance(value, float) and not isfinite(value):
        raise Wrong(f"{shown(value)} is no number that can be sent", "put it in quotes to send it as text")
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        finite(item)


def fold_snake(word):
    """SystemAssigned -> system_assigned, AzureAISearch -> azure_ai_search"""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[^,])(?=[A-Z][a-z])", "_", word).lower()


def iso_duration(total):
    """Seconds, to the thousandth, as ISO 8601, normalised: 90 -> PT1M30S, 93784 -> P1DT2H3M4S, 1.5 -> PT1.5S."""
    whole, fraction = divmod(round(total * 1000), 1000)
    days, rest = divmod(whole, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, left = divmod(rest, 60)
    if fraction:
        left = f"{left}.{fraction:03}".rstrip("0")
    time = "".join(f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M"), (left, "S")) if count)
    return ("P" + (f"{days}D" if days else "") + (f"T{time}" if time else "")) if days or time else "PT0S"


def seconds(text):
    """An ISO 8601 duration as seconds (float), None for what is none. Years and months are not used by the service."""
    number = r"([0-9]+(?:\.[0-9]+)?)"
    match = re.fullmatch(rf"P(?=.)(?:{number}W)?(?:{number}D)?(?:T(?=.)(?:{number}H)?(?:{number}M)?(?:{number}S)?)?", str(text))
    if match is None:
        return None
    weeks, days, hours, minutes, secs = (float(part or 0) for part in match.groups())
    return weeks * 604800 + days * 86400 + hours * 3600 + minutes * 60 + secs
