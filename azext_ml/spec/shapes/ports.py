"""Inputs and outputs as a component declares them."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByType
from azext_ml.spec.diagnostics import Wrong
from azext_ml.spec.types import Nested, OneOf

PRIMITIVES = ("string", "integer", "number", "boolean")
ASSETS = ("uri_folder", "uri_file", "mltable", "custom_model", "mlflow_model", "triton_model", "path")
MODES = ("ro_mount", "rw_mount", "mount", "download", "upload", "direct", "eval_mount", "eval_download", "link")


class Value(types.Type):
    """A default or bound of a parameter; text in the component, spelled as its sibling `type` wants: 1 of a number is 1.0."""

    wants = "text, a number, true or false"
    schema = {"type": ["string", "number", "boolean"]}

    def check(self, value):
        if isinstance(value, (dict, list)):
            raise Wrong(f"wants {self.wants}, got {types.shown(value)}")
        return value

    def enc(self, value, dialect, at):
        kind = at.me.get("type")
        if kind == "number" and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if kind == "boolean" and isinstance(value, str):
            value = value.lower() == "true"
        return str(value)

    def dec(self, wire, dialect, at):
        return wire


class Parameter(f.Spec):
    type = f.tag("type", {name: name for name in PRIMITIVES}, "Kind of value.", case="exact")
    description = f.text("description", "Description.")
    optional = f.flag("optional", "May be left out.")
    default = f.of(Value(), "default", "Value when none is given.")
    min = f.of(Value(), "min", "Least value.")
    max = f.of(Value(), "max", "Greatest value.")
    enum = f.listing("enum", "Allowed values.")


class InputPort(f.Spec):
    type = f.tag("type", {name: name for name in ASSETS}, "Kind of data.", case="exact")
    description = f.text("description", "Description.")
    optional = f.flag("optional", "May be left out.")
    default = f.text("default", "Value when none is given.")
    mode = f.enum("mode", "How the data reaches the job.", {name: name for name in MODES}, case="exact")


class OutputPort(f.Spec):
    type = f.tag("type", {name: name for name in ASSETS + PRIMITIVES}, "Kind of result.", case="exact")
    description = f.text("description", "Description.")
    mode = f.enum("mode", "How the result leaves the job.", {name: name for name in MODES}, case="exact")


INPUT_PORT = OneOf(ByType("type", {**{name: Nested(Parameter) for name in PRIMITIVES}, **{name: Nested(InputPort) for name in ASSETS}},
                          tag="type", fold=str))
OUTPUT_PORT = OneOf(ByType("type", {name: Nested(OutputPort) for name in ASSETS + PRIMITIVES}, tag="type", fold=str))
