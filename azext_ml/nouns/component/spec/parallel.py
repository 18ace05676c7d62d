"""Parallel components."""

from azext_ml.spec import fields as f
from azext_ml.spec.shapes.component import Component
from azext_ml.spec.shapes.parallel import ParallelBody


class ParallelComponent(Component, shapes=[ParallelBody]):
    type = f.tag("type", "parallel", "A job over many mini-batches.")


class AnonymousParallelComponent(ParallelComponent):
    """Taken in by a node: it has no name of its own."""

    name = f.read_only("name", show=False)
