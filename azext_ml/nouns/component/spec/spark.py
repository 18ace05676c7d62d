"""Spark components."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.shapes.command import ENVIRONMENT_IN_COMPONENT
from azext_ml.spec.shapes.component import Component
from azext_ml.spec.shapes.spark import SparkBody


class SparkComponent(Component, shapes=[SparkBody]):
    type = f.tag("type", "spark", "A Spark job.")
    code = f.of(types.Code(component=True), "code", "Folder with the code.")
    environment = f.of(ENVIRONMENT_IN_COMPONENT, "environment", "Environment to run in.")
    additional_includes = f.of(types.Includes(), "", "Files and folders added to the code.")


class AnonymousSparkComponent(SparkComponent):
    """Taken in by a node: it has no name of its own."""

    name = f.read_only("name", show=False)
