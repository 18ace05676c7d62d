"""Command components."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.shapes.command import ENVIRONMENT_IN_COMPONENT, CommandBody
from azext_ml.spec.shapes.component import Component


class CommandComponent(Component, shapes=[CommandBody]):
    type = f.tag("type", "command", "One command on one or more instances.", default="command")
    code = f.of(types.Code(component=True), "code", "Folder or file with the code.")
    environment = f.of(ENVIRONMENT_IN_COMPONENT, "environment", "Environment to run in.", required=True)
    environment_variables = f.mapping("environment_variables", "Variables of the process.", types.Loose(), nullable=True,
                                      send=False, show=False)
    additional_includes = f.of(types.Includes(), "", "Files and folders added to the code.")


class AnonymousCommandComponent(CommandComponent):
    """Taken in by a node: it has no name of its own."""

    name = f.read_only("name", show=False)
