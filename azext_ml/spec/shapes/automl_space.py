"""Search spaces of image and text tasks: rows of parameters, each a value or a distribution, sent as text such as
`uniform(0.001,0.01)` and `choice('a','b')`."""

import decimal
import re

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByShape, ByType
from azext_ml.spec.shapes import sweep
from azext_ml.spec.types import Nested, OneOf


class Drawn(OneOf):
    """A parameter: a value, or a distribution of values. In a node its text is printed as it is."""

    def __init__(self, scalar, distributions):
        super().__init__(ByShape(scalar=scalar, mapping=OneOf(ByType("type", distributions, tag="type")),
                                 wants=f"{scalar.wants}, or a distribution: a mapping with 'type'"))

    def enc(self, value, dialect, at):
        return written(value)

    def dec(self, wire, dialect, at):
        return wire if dialect.path == "own" else read(wire)


class Numbers(types.ListOf):
    """Numbers to choose from: one decimal among them makes all of them decimal."""

    def __init__(self):
        super().__init__(types.Number(whole=False))

    def enc(self, value, dialect, at):
        return [float(item) for item in value] if any(isinstance(item, float) for item in value) else value


def choice_of(values):
    """The distribution `choice` over values of one type."""
    class Choice(sweep.Choice):
        pass
    Choice._fields = {**sweep.Choice._fields, "values": f.of(values, "values", "The values.", key="values")}
    return Nested(Choice)


class WholeQUniform(sweep.QUniform):
    min_value = f.number("min_value", "Least value.", required=True)
    max_value = f.number("max_value", "Greatest value.", required=True)
    q = f.number("q", "Step.", required=True)


class WholeQNormal(sweep.QNormal):
    mu = f.number("mu", "Mean.", required=True)
    sigma = f.number("sigma", "Standard deviation.", required=True)
    q = f.number("q", "Step.", required=True)


_RANDINT = {"randint": Nested(sweep.Randint)}
_DECIMAL = {**{word: Nested(kind) for word, kind in sweep._BY_WORD.items()}, "choice": choice_of(Numbers())}
_STEPS = {"quniform": Nested(WholeQUniform), "qloguniform": Nested(WholeQUniform),
          "qnormal": Nested(WholeQNormal), "qlognormal": Nested(WholeQNormal)}


def decimal_(path, help, **kw):
    return f.of(Drawn(types.Decimal(), _DECIMAL), path, help, **kw)


def whole(path, help, **kw):
    return f.of(Drawn(types.Number(), {"choice": choice_of(types.ListOf(types.Number())), **_RANDINT, **_STEPS}), path, help, **kw)


def count(path, help, **kw):
    return f.of(Drawn(types.Number(), {"choice": choice_of(types.ListOf(types.Number())), **_RANDINT}), path, help, **kw)


def flag(path, help, **kw):
    return f.of(Drawn(types.Flag(), {"choice": choice_of(types.ListOf(types.Flag()))}), path, help, **kw)


def text(path, help, **kw):
    return f.of(Drawn(types.Text(), {"choice": choice_of(types.ListOf(types.Text()))}), path, help, **kw)


def enum(path, help, words, **kw):
    kind = types.Enum({word: word for word in words}, "snake")
    return f.of(Drawn(kind, {"choice": choice_of(types.ListOf(kind))}), path, help, **kw)


# ---- the text --------------------------------------------------------------------------------------------------------

_DISTRIBUTION = re.compile(r"\s*(\w+)\s*\((.*)\)\s*", re.S)
_VALUE = re.compile(r"""\s*('(?:[^']|'(?!\s*(?:,|$)))*'|"[^"]*"|[^,]*?)\s*(?:,|$)""")


def written(value):
    """0.00005 -> 0.00005 (never 5e-05), {type: uniform, ...} -> uniform(0.1,0.2)"""
    if isinstance(value, dict):
        word, arguments = sweep.packed(value)
        if word == "choice":
            arguments = [f"'{item}'" if isinstance(item, str) else item for item in arguments[0]]
        return f"{word}({','.join(written(item) for item in arguments)})"
    if isinstance(value, float):
        with decimal.localcontext() as context:
            context.prec = 20
            return format(context.create_decimal(repr(value)), "f")
    return str(value)


def read(text):
    """The value or distribution that a text means."""
    found = _DISTRIBUTION.fullmatch(text) if isinstance(text, str) else None
    if not found:
        return plain(text) if isinstance(text, str) else text
    word, inner = found[1].lower(), found[2]
    arguments = [plain(match[1]) for match in _VALUE.finditer(inner) if match[0]]
    return sweep.unpacked([word, [arguments] if word == "choice" else arguments])


def plain(text):
    """'a' -> a, 1 -> 1, 0.5 -> 0.5, True -> true"""
    text = text.strip()
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return {"True": True, "False": False}.get(text, text.strip("'\""))
