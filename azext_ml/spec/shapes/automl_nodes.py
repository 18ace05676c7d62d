"""AutoML tasks as nodes of a pipeline: spelled as in a YAML, with nothing but their outputs as other nodes have them."""

from azext_ml.spec import dialects, types
from azext_ml.spec import fields as f
from azext_ml.spec.choices import ByShape
from azext_ml.spec.diagnostics import Wrong
from azext_ml.spec.shapes import job
from azext_ml.spec.shapes.automl import Table
from azext_ml.spec.shapes.automl_tasks import by_task
from azext_ml.spec.shapes.binding import BoundOutput, ByBinding, OutputBinding
from azext_ml.spec.shapes.io import Output
from azext_ml.spec.types import In, Map, Nested, OneOf

# The service hands them back as they were sent, and so they are printed.
OUTPUT = OneOf(ByShape(
    scalar=OutputBinding(), mapping=OneOf(ByBinding(Nested(BoundOutput), Nested(Output), lambda wire, dialect: False)),
    wire=lambda wire, dialect: None))


class BoundTable(types.Type):
    """`{type: mltable, path: ${{parent...}}}`: what it is bound to is all that counts."""

    wants = "an expression such as ${{parent.inputs.x}}"
    schema = {"type": "object", "propertyNames": {"enum": Table.known_keys()}}

    def check(self, value):
        unknown = [key for key in value if Table.field(key) is None]
        if unknown:
            raise Wrong(f"unknown key '{unknown[0]}'", "give 'type' and 'path'")
        return value["path"]


class Binding(types.Text):
    """Data of a node: what it is bound to."""

    wants = "an expression such as ${{parent.inputs.x}}, or a mapping with 'path'"
    schema = {"type": "string", "pattern": r"\$\{\{.*\}\}"}

    def check(self, value):
        value = super().check(value)
        if not types.has_expression(value):
            raise Wrong(f"{types.shown(value)} is not an expression", "bind it as in ${{parent.inputs.<name>}}, or give type and path")
        return value


TABLE = In(dialects.yaml, Nested(Table))
DATA = OneOf(ByShape(scalar=Binding(), mapping=OneOf(ByBinding(BoundTable(), TABLE, lambda wire, dialect: False)),
                     wants="an expression, or a mapping with 'path'"))


class Data(f.Spec):
    training_data = f.of(DATA, None, "Data to train on.", required=True)
    validation_data = f.of(DATA, None, "Data to validate with.")


class TestData(f.Spec):
    test_data = f.of(DATA, None, "Data to test the best model with.")


class Resources(job.Resources):
    show_empty = False
    properties = f.of(job.Settings(types.Anything()), "properties", "Settings that the compute understands.", sent={"automl": {}})


class AutoMLNode(f.Spec):
    show_empty = False

    schema_ = f.schema()
    type = f.tag("type", "automl", "Machine learning without code.", case="exact")
    node_name = f.constant("name", lambda at: at.parent.key)
    name = f.text("name", "Ignored: a node is named by its key.", send=False)
    display_name = f.text(None, "Name that people see.")
    description = f.text(None, "Description.")
    experiment_name = f.text(None, "Experiment of the run.")
    tags = f.mapping(None, "Tags.", nullable=True, sent={"automl": {}})
    properties = f.mapping(None, "Properties.", nullable=True, sent={"automl": {}})
    compute = f.of(types.Ref("computes", versioned=False, plain=True, keep=("local",)), None, "Compute to run on.")
    identity = f.variants(None, "Identity that the node runs under.", job.IDENTITY.choice)
    services = f.mapping(None, "Services to reach the node through.", job.SERVICE)
    environment_id = f.text(None, "Environment to run in.")
    environment_variables = f.mapping(None, "Variables of the process.")
    outputs = f.of(In(dialects.node, Map(OUTPUT, nullable=True)), "outputs", "What the node writes.", sent={"automl": {}})
    resources = f.nested(None, "Instances and their settings.", Resources)
    queue_settings = f.nested(None, "Place in a shared queue.", job.QueueSettings, preview=True)


def _node(task):
    data = [Data, TestData] if task.field("test_data") else [Data]

    class TaskNode(AutoMLNode, shapes=[task, *data]):
        checks = task.checks
    return TaskNode


AutoMLNodes = In(dialects.automl, by_task(_node, None))
