"""Flows of prompt flow as components: the flow's own file, or that of a run of it. What else stands there is prompt flow's."""

import os
import re

from azext_ml.core.errors import NotFound
from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.shapes.command import ENVIRONMENT_IN_COMPONENT
from azext_ml.spec.shapes.component import NAME, NAME_RULE

TYPE = "promptflow_parallel"
FILE = "flow.dag.yaml"
TOOLS = os.path.join(".promptflow", "flow.tools.json")
_ADDRESS = re.compile(r"https?://azuremlschemas\.[^/]+/promptflow/.*/(Flow|Run)\.schema\.json", re.I)


def kind_of(value):
    """`flow` or `run`, of a mapping whose `$schema` is one of prompt flow's, else None."""
    found = _ADDRESS.fullmatch(str(value.get("$schema"))) if isinstance(value, dict) else None
    return found[1].lower() if found else None


def flow_placed(value, file):
    """A flow is known by the folder that it stands in."""
    folder, name = os.path.split(file)
    return {**_named(folder), **value, "flow": name}


def run_placed(value, file):
    """A run takes over what its flow says of variables and files."""
    path = os.path.join(os.path.dirname(file), value["flow"]) if isinstance(value.get("flow"), str) else None
    if path is None or not os.path.exists(path):
        return value
    path = _file_of(os.path.normpath(path))
    if not os.path.isfile(path):
        return value
    from azext_ml.spec.load import load  # PyYAML is only there when something is loaded
    flow, folder = load(path).value, os.path.dirname(path)
    flow = flow if isinstance(flow, dict) else {}
    taken = {"environment_variables": {**(flow.get("environment_variables") or {}), **(value.get("environment_variables") or {})},
             "additional_includes": [os.path.join(folder, str(item)) for item in flow.get("additional_includes") or ()]}
    return {**_named(folder), **value, **{key: item for key, item in taken.items() if item}}


def _named(folder):
    return {"name": os.path.basename(folder).replace("-", "_"), "version": "1"}


def _file_of(path):
    return os.path.join(path, FILE) if os.path.isdir(path) else path


class Flow(types.Text):
    """The file of a flow, or its folder. The whole folder is uploaded."""

    code = types.Code(component=True)
    wants = "the folder of a flow, or its file"

    def verify(self, value, at):
        path = types.resolve(value, at)
        if not os.path.exists(path):
            yield Fault(f"{types.shown(value)} does not exist (looked for {path})", "check the path")
        elif not os.path.isfile(_file_of(path)):
            yield Fault(f"the folder {types.shown(value)} has no {FILE}", "name the file of the flow")

    def lower(self, value, at, plan):
        folder, name = os.path.split(_file_of(types.resolve(value, at)))
        if not os.path.isfile(os.path.join(folder, TOOLS)):
            raise NotFound(f"The flow {folder} has no {TOOLS}.", fix="Make it with `pf flow validate --source` and the folder.")
        return {"code": self.code.taken(folder, at.me.get("additional_includes"), at, plan), "flow_definition_uri": name}

    def enc(self, value, dialect, at):
        answer = at.ids[value["code"].step]
        address = re.sub(r":[0-9]+/", "/", answer["properties"]["codeUri"])
        return {"code": answer["id"], "flow_definition_uri": f"{address}/{value['flow_definition_uri']}"}

    def dec(self, wire, dialect, at):
        return wire.get("flow_definition_uri")


class Overrides(f.Spec):
    environment = f.of(ENVIRONMENT_IN_COMPONENT, None, "Environment to run in.")
    is_deterministic = f.flag(None, "Equal inputs give equal results, so that a run may be reused.", default=True)


class FlowComponent(f.Spec):
    show_empty = False
    drop_unknown = True
    placed = flow_placed

    schema_ = f.text("$schema", "Address of the JSON Schema.", key="$schema", send=False, show=False)
    kind = f.constant("type", TYPE)
    source = f.constant("_source", lambda at: at.facts["source"])
    name = f.text(None, "Name of the component. Default: that of the folder.", NAME, NAME_RULE, arg="--name -n")
    version = f.of(types.Text(cast=True), None, "Version.", arg="--version -v")
    display_name = f.text(None, "Name that people see.")
    description = f.text(None, "Description.")
    tags = f.mapping(None, "Tags.")
    azureml = f.nested("", "What is not the flow's own.", Overrides, default={})
    flow = f.of(Flow(), "", "Folder of the flow, or its file.")
    environment_variables = f.mapping(None, "Variables of the process.")
    additional_includes = f.listing(None, "Files and folders added to the flow.", types.LocalFile(), send=False, show=False)


class FlowRunComponent(FlowComponent):
    placed = run_placed

    flow = f.of(Flow(), "", "Folder of the flow, or its file.", required=True)
    variant = f.text(None, "Variant of a node that is run.")
    column_mappings = f.mapping(None, "Where the inputs of the flow come from.")
    connections = f.mapping(None, "Connections of the nodes.", types.Map(types.Text()))
