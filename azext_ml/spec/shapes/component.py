"""What every component has. Written in the component dialect, below `properties.componentSpec` of the resource."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.fields import NOTHING
from azext_ml.spec.shapes.ports import INPUT_PORT, OUTPUT_PORT
from azext_ml.spec.shapes.resource import AutoDelete

NAME = r"^[a-z][a-z0-9_]*$"
NAME_RULE = "begin with a lower-case letter and use lower-case letters, digits and _"
# They would shadow variables of the process that the component runs in.
RESERVED = ("path", "ld_library_path", "user", "logname", "home", "pwd", "shell")


class PortName(types.Text):
    schema = {"type": "string", "pattern": r"^(?!([Pp][Aa][Tt][Hh]|[Ll][Dd]_[Ll][Ii][Bb][Rr][Aa][Rr][Yy]_[Pp][Aa][Tt][Hh]"
              r"|[Uu][Ss][Ee][Rr]|[Ll][Oo][Gg][Nn][Aa][Mm][Ee]|[Hh][Oo][Mm][Ee]|[Pp][Ww][Dd]|[Ss][Hh][Ee][Ll][Ll])$)[A-Za-z_][A-Za-z0-9_]*$"}

    def __init__(self):
        super().__init__(r"^[A-Za-z_][A-Za-z0-9_]*$", "use letters, digits and _, and no digit first")

    def check(self, value):
        value = super().check(value)
        if value.lower() in RESERVED:
            raise types.Wrong(f"'{value}' is the name of a variable of every process", "choose another name")
        return value


class Component(f.Spec):
    show_empty = False

    schema_ = f.text("$schema", "Address of the JSON Schema, for editors.", key="$schema")
    name = f.text("name", "Name of the component.", NAME, NAME_RULE, required=True, send=False, arg="--name -n")
    version = f.of(types.Text(cast=True), "version", "Version. Omit it to have one made.", send=False, arg="--version -v")
    sent_name = f.constant("name", lambda at: "azureml_anonymous" if at.facts.get("anonymous") else at.me.get("name"))
    sent_version = f.constant("version", lambda at: "1" if at.facts.get("anonymous") else
                              at.me.get("version") or NOTHING)
    source = f.constant("_source", lambda at: at.facts["source"])
    display_name = f.text("display_name", "Name that people see.", update=True)
    description = f.text("description", "Description.", update=True)
    tags = f.mapping("tags", "Tags.", types.AsText(), nullable=True)
    properties = f.mapping("properties", "Properties.", types.Anything())
    is_deterministic = f.flag("is_deterministic", "Equal inputs give equal results, so that a run may be reused.", default=True)
    inputs = f.of(types.Map(INPUT_PORT, keys=PortName()), "inputs", "What it reads.")
    outputs = f.of(types.Map(OUTPUT_PORT, keys=PortName()), "outputs", "What it writes.")
    id = f.text("id", "Ignored.", send=False, show=False)
    creation_context = f.read_only("creation_context", show=False)
    latest_version = f.read_only("latest_version", show=False)
    auto_delete_setting = f.nested(None, "When the service may delete it; not sent.", AutoDelete, send=False, show=False, preview=True)
