"""Nodes of a pipeline: each names a component, or is written in place and then becomes a component and a node."""

from azext_ml.core.ids import ArmId
from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByKey, ByType
from azext_ml.spec.dialects import ABSENT
from azext_ml.spec.fields import NOTHING
from azext_ml.spec.plan import Pending
from azext_ml.spec.shapes import job, sweep
from azext_ml.spec.shapes.binding import NODE_INPUT, NODE_OUTPUT
from azext_ml.spec.shapes.command import CommandBody
from azext_ml.spec.shapes.parallel import ParallelBody
from azext_ml.spec.shapes.spark import SparkBody, SparkResources
from azext_ml.spec.types import Nested, OneOf

NODE_NAME = types.Text(r"^[a-z_][a-z0-9_]*$", "begin with a lower-case letter or _ and use lower-case letters, digits and _")
COMPUTE = types.Ref("computes", versioned=False, show="name", plain=True, keep=("local",))


class ComponentRef(types.Ref):
    """A registered component; `@default` is a label that the service resolves."""

    def __init__(self, show="short"):
        super().__init__("components", show=show)

    def lower(self, value, at, plan):
        return value if value.endswith("@default") else super().lower(value, at, plan)

    def expanded(self, value, scope):
        if value.endswith("@default") and "/" not in value:
            return f"{scope}/components/{value[len('azureml:'):-len('@default')]}/labels/default"
        return super().expanded(value, scope)

    def dec(self, wire, dialect, at):
        head, _, label = wire.rpartition("/labels/") if isinstance(wire, str) else (None, None, None)
        if head and ArmId.parse(head) and label == "default" and self.show == "short":
            return f"azureml:{ArmId.parse(head).name}@default"
        return super().dec(wire, dialect, at)


def component(spec, path="componentId", key="component", help="Component to run: a reference, a path, or its definition."):
    """The field that names a node's component."""
    return f.of(types.Inline("component", ComponentRef(), f"anonymous_{spec}", paths=True), path, help, key=key, required=True, node=path)


def source(key="component"):
    """Where a node's component came from, as the service records it."""
    def known(at):
        value = at.me.get(key)
        if isinstance(value, Pending):
            return at.ids[value.step].get("source", "REMOTE.WORKSPACE.COMPONENT")
        found = ArmId.parse(value)
        registry = str(value).startswith("azureml://registries/") or found is not None and found.parent.lower() == "registries"
        return "REMOTE.REGISTRY" if registry else "REMOTE.WORKSPACE.COMPONENT"
    return f.constant("_source", known)


class Node(f.Spec):
    """What every node has. Keys that it does not know go to the service as they are."""

    show_empty = False
    keep_unknown = True

    schema_ = f.schema()
    node_name = f.constant("name", lambda at: NOTHING if at.facts.get("built") else at.parent.key)
    comment = f.text("comment", "Comment.")
    display_name = f.text("display_name", "Name that people see.", show=False)
    description = f.text("description", "Description.", send=False, show=False)
    tags = f.mapping("tags", "Tags.", types.Loose(), nullable=True, show=False)
    inputs = f.mapping("inputs", "What the node reads.", NODE_INPUT)
    outputs = f.of(types.Map(NODE_OUTPUT, nullable=True), "outputs", "What the node writes.")
    properties = f.mapping("properties", "Properties.", nullable=True)


class InPlace(f.Spec):
    """Keys of a job that a node written in place may carry, to no effect."""

    name = f.text(None, "Ignored: a node is named by its key.", send=False, show=False)
    experiment_name = f.text(None, "Ignored: a node is listed under its pipeline.", send=False, show=False)


class Placed(f.Spec):
    """What a node may say of where it runs."""

    compute = f.of(COMPUTE, "computeId", "Compute to run on.", node="computeId")
    identity = f.variants("identity", "Identity that the node runs under.", job.IDENTITY.choice)


class Variables(types.Anything):
    """Variables of a node are printed as they are."""


class CommandSettings(Placed):
    environment_variables = f.mapping("environment_variables", "Variables of the process.", Variables(), nullable=True)
    resources = f.nested("resources", "Instances and their settings.", job.Resources)
    distribution = f.variants("distribution", "Distributed training.", job.DISTRIBUTION.choice)
    limits = f.nested("limits", "When the node is ended.", job.CommandLimits)
    services = f.mapping("services", "Services to reach the node through.", job.SERVICE)
    queue_settings = f.nested("queue_settings", "Place in a shared queue.", job.QueueSettings, preview=True)


class CommandNode(Node, shapes=[CommandSettings]):
    copies = ("resources", "distribution")
    type = f.tag("type", "command", "A command component.", default="command")
    component_ = component("command_component")
    source = source()


class InlineCommand(Node, shapes=[InPlace, CommandBody, CommandSettings]):
    component, node = "command_component", "command_node"
    keep_unknown = False
    parent_job_name = f.text(None, "Ignored: a node belongs to its pipeline.", send=False, show=False)
    type = f.tag("type", "command", "A command written in place.", default="command")


class SparkNode(Node, shapes=[SparkBody, Placed]):
    copies = ("entry", "py_files", "jars", "files", "archives", "conf", "args")
    type = f.tag("type", "spark", "A Spark component.")
    component_ = component("spark_component")
    source = source()
    code = f.anything(None, "Ignored: the component's is used.", send=False, show=False)
    environment = f.anything(None, "Ignored: the component's is used.", send=False, show=False)
    entry = f.of(SparkBody.field("entry").type, "entry", "What is run.")
    resources = f.nested("resources", "Instances and runtime.", SparkResources)
    identity = f.variants("identity", "Identity that the node runs under.", job.IDENTITY.choice, default={"type": "user_identity"})


class InlineSpark(Node, shapes=[InPlace, SparkBody, Placed]):
    component, node = "spark_component", "spark_node"
    keep_unknown = False
    type = f.tag("type", "spark", "A Spark job written in place.")
    resources = f.nested("resources", "Instances and runtime.", SparkResources)


class ParallelSettings(Placed):
    environment_variables = f.mapping("environment_variables", "Variables of the process.", Variables(), nullable=True)


class ParallelNode(Node, shapes=[ParallelBody, ParallelSettings]):
    copies = ("task", "mini_batch_size", "partition_keys", "input_data", "retry_settings",
              "max_concurrency_per_instance", "error_threshold", "mini_batch_error_threshold", "resources")
    type = f.tag("type", "parallel", "A parallel component.")
    component_ = component("parallel_or_flow")
    source = source()


class InlineParallel(Node, shapes=[InPlace, ParallelBody, ParallelSettings]):
    component, node = "parallel_component", "parallel_node"
    keep_unknown = False
    type = f.tag("type", "parallel", "A parallel job written in place.")


class SweepNode(Node, shapes=[sweep.SweepBody]):
    type = f.tag("type", "sweep", "A hyperparameter sweep.")
    trial = component("command_component", "trial.componentId", "trial", "Component that each trial runs.")
    source = source("trial")
    compute = f.of(COMPUTE, "computeId", "Compute to run on.", node="computeId")
    resources = f.nested("resources", "Instances and their settings.", job.Resources)
    queue_settings = f.nested("queue_settings", "Place in a shared queue.", job.QueueSettings, preview=True)


class PipelineNode(Node):
    type = f.tag("type", "pipeline", "A pipeline component.")
    component_ = component("pipeline_component")
    source = source()
    compute = f.of(COMPUTE, "computeId", "Ignored: the nodes inside say where they run.", node=ABSENT)


def either(node, inline):
    """A node that names its component, or is written in place."""
    return OneOf(ByKey({"component": Nested(node)}, Nested(inline), wire=lambda wire, dialect: "component", guess=False))


NODE = OneOf(ByType("type", {
    "command": either("command_node", InlineCommand), "spark": either("spark_node", InlineSpark),
    "parallel": either("parallel_node", InlineParallel), "sweep": Nested(SweepNode), "pipeline": Nested(PipelineNode),
    "automl": Nested("automl_node"), "data_transfer": Nested("data_transfer_node")},
    default="command", tag="type", fold=str))
NODES = types.Map(NODE, keys=NODE_NAME)
