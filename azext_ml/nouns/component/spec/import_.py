"""Import components. To the service they are commands with a tag; their source is its inputs."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.shapes.component import Component, PortName
from azext_ml.spec.shapes.ports import OUTPUT_PORT, Parameter


class ImportComponent(Component):
    type = f.enum("type", "An import of data.", {"import": "command"}, send=False)
    sent_type = f.constant("type", "command")
    inputs = None
    outputs = None
    source = f.of(types.Map(types.Nested(Parameter), keys=PortName()), "inputs", "Parameters of the source.", required=True,
                  component="inputs")
    output = f.of(OUTPUT_PORT, "outputs.output", "What it writes.", required=True, component="outputs.output")
    sent_command = f.constant("command", "import")
    command = f.read_only("command")
    mark = f.constant("tags", {"component_type_overwrite": "import"})
