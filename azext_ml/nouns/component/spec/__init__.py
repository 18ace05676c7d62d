"""Every kind of component, told apart by `type`, and the resource around it."""

from azext_ml.nouns.component.spec import flow
from azext_ml.spec import dialects, types
from azext_ml.spec import fields as f
from azext_ml.spec.choices import ByType
from azext_ml.spec.shapes.resource import CreationContext, IdText, NameInId
from azext_ml.spec.types import Nested, OneOf


class ByKind(ByType):
    """By `type`; a flow by the `$schema` that is not Azure ML's. Import components are commands to the service, which tells them by
    a tag."""

    def choose(self, value):
        return FLOWS.get(flow.kind_of(value)) or super().choose(value)

    def choose_wire(self, wire, dialect):
        if isinstance(wire, dict) and (wire.get("tags") or {}).get("component_type_overwrite") == "import":
            return self.cases["import"]
        if isinstance(wire, dict) and wire.get("type") == flow.TYPE:
            return FLOWS["run"]
        return super().choose_wire(wire, dialect)


FLOWS = {"flow": Nested("flow_component"), "run": Nested("flow_run_component")}


Component = OneOf(ByKind("type", {word: Nested(f"{word}_component") for word in (
    "command", "pipeline", "parallel", "spark", "data_transfer", "automl", "import")}, default="command", tag="type", fold=str))
Parallel = OneOf(ByKind("type", {"parallel": Nested("anonymous_parallel_component")}, default="parallel", tag="type", fold=str))


class Answer(f.Spec):
    """A component as the service shows it: the specification, and what stands around it."""

    show_empty = False

    specification = f.of(types.In(dialects.component, Component), "properties.componentSpec", show="**")
    id = f.read_only("id", type=IdText("azureml:"))
    name = f.read_only("id", type=NameInId())
    description = f.read_only("properties.description")
    tags = f.read_only("properties.tags", type=types.Map(types.Loose()))
    latest_version = f.read_only("properties.latestVersion")
    creation_context = f.read_only("systemData", type=types.Nested(CreationContext))
