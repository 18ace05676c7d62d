"""Inputs and outputs of a pipeline's nodes: values, or bindings to what the pipeline and other nodes have."""

import re

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByShape
from azext_ml.spec.dialects import tag_key
from azext_ml.spec.shapes.io import INPUT, OUTPUT_MODES, SHOWN_MODES, Literal, Output
from azext_ml.spec.types import Nested, OneOf

_BINDING = re.compile(r"^\s*\$\{\{\s*parent\.[^}]*\}\}\s*$")


def bound(value):
    """Whether a value is, or has as its `path`, an expression of the pipeline and nothing else."""
    text = value.get("path") if isinstance(value, dict) else value
    return isinstance(text, str) and _BINDING.match(text) is not None


class ByBinding:
    """`path` holds an expression or not."""

    wants = "a mapping with 'path'"

    def __init__(self, binding, other, wire):
        self.binding, self.other, self.wire = binding, other, wire

    def branches(self):
        return [self.other]

    def rules(self):
        bound = {"properties": {"path": {"type": "string", "pattern": _BINDING.pattern}}, "required": ["path"]}
        return {"type": "object"}, [(bound, self.binding)], self.other

    def choose(self, value):
        return self.binding if bound(value) else self.other

    def choose_wire(self, wire, dialect):
        return self.binding if self.wire(wire, dialect) else self.other


class NodeLiteral(Literal):
    """A value of a node's input; an expression is printed as the path that it stands for."""

    def dec(self, wire, dialect, at):
        value = super().dec(wire, dialect, at)
        return {"path": value} if bound(value) else value


class BoundInput(f.Spec):
    show_empty = False
    kind = f.tag("jobInputType", "literal", const="literal")
    type = f.enum(None, "Kind of data.", {name: name for name in (
        "uri_folder", "uri_file", "mltable", "custom_model", "mlflow_model", "triton_model")}, send=False, show=False)
    path = f.text("value", "What it is bound to.", required=True, node="value")
    mode = f.enum("mode", "How the data reaches the job.", SHOWN_MODES)


class BoundOutput(f.Spec):
    show_empty = False
    kind = f.constant("type", "literal", node="type")
    type = f.enum(None, "Kind of result.", {name: name for name in (
        "uri_folder", "uri_file", "mltable", "custom_model", "mlflow_model", "triton_model")}, send=False, shown="uri_folder",
        node="job_output_type")
    path = f.text("value", "What it is bound to.", required=True, node="value")
    mode = f.enum("mode", "How the result leaves the job.", OUTPUT_MODES)
    name = f.text("assetName", "Register the result as an asset of this name.")
    version = f.of(types.Text(cast=True), "assetVersion", "Version of that asset.")


class OutputBinding(types.Text):
    """`${{parent.outputs.x}}`"""

    wants = "an expression such as ${{parent.outputs.x}}"

    def __init__(self):
        super().__init__(r"\$\{\{.*\}\}", "bind it to an output of the pipeline: ${{parent.outputs.<name>}}")

    def enc(self, value, dialect, at):
        return {"type": "literal", "value": value}

    def dec(self, wire, dialect, at):
        return wire.get("value") if isinstance(wire, dict) else wire


def _literal_in(wire, dialect):
    return isinstance(wire, dict) and wire.get(tag_key("jobInputType", dialect)) == "literal"


def _literal_out(wire, dialect):
    return isinstance(wire, dict) and wire.get("type") == "literal"


NODE_INPUT = OneOf(ByShape(
    scalar=NodeLiteral(), mapping=OneOf(ByBinding(Nested(BoundInput), INPUT, _literal_in)),
    wire=lambda wire, dialect: "scalar" if _literal_in(wire, dialect) and not wire.get("mode") else "mapping",
    wants="a value, a binding, or a mapping with 'path'"))
NODE_OUTPUT = OneOf(ByShape(
    scalar=OutputBinding(), mapping=OneOf(ByBinding(Nested(BoundOutput), Nested(Output), _literal_out)),
    wire=lambda wire, dialect: "scalar" if _literal_out(wire, dialect) and not wire.get("mode") else "mapping"))
