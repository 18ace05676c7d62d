"""Fields of an environment."""

import json
import os

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.diagnostics import Fault, Wrong
from azext_ml.spec.shapes.resource import Asset, AutoDelete, IdText, asset_name


class CondaFile(types.Type):
    """A conda specification: written in place, or a path whose content takes its place when the file is loaded."""

    wants = "a conda specification, or the path of one"
    keys_inside = ("channels", "dependencies")
    schema = {"type": ["string", "object"]}
    arg_type = "file"

    def included(self, value):
        return value if isinstance(value, str) and "\n" not in value else None

    def check(self, value):
        if not isinstance(value, dict):
            raise Wrong(f"wants {self.wants}, got {types.shown(value)}")
        return types.Anything().check(value)

    def enc(self, value, dialect, at):
        import yaml  # already loaded: the document came through it
        return yaml.safe_dump(plain(value), sort_keys=True)

    def dec(self, wire, dialect, at):
        if not isinstance(wire, str) or not wire.strip():
            return None
        try:
            return json.loads(wire)     # as the service gives it back
        except ValueError:
            import yaml  # as it was sent; only servers that echo
            try:
                return yaml.safe_load(wire)
            except yaml.YAMLError:
                return wire


class Route(f.Spec):
    port = f.number("port", "Port.", required=True)
    path = f.text("path", "Path below the address of the container.", required=True)


class InferenceConfig(f.Spec):
    liveness_route = f.nested("livenessRoute", "Answers when the container lives.", Route, required=True)
    readiness_route = f.nested("readinessRoute", "Answers when it is ready.", Route, required=True)
    scoring_route = f.nested("scoringRoute", "Scores.", Route, required=True)


class Build(f.Spec):
    path = f.of(types.Upload("https", slash="always", named=True), "contextUri",
                "Folder with the Dockerfile.", arg="--build-context -b")
    dockerfile_path = f.text("dockerfilePath", "Dockerfile in that folder.", arg="--dockerfile-path -d")


def image_or_build(value, at):
    image, build = value.get("image"), value.get("build")
    if image and build:
        yield ("build",), Fault("an environment has either an image or a build context, not both", "remove one of them",
                                at_key=True)
    elif not image and value.get("conda_file"):
        yield ("conda_file",), Fault("a conda file needs a base image", "add 'image:'", at_key=True, option="--image")
    elif not image and not build:
        yield (), Fault("names neither an image nor a build context", "add 'image:' or 'build:'",
                        option="--image or --build-context")


class Environment(Asset):
    checks = (image_or_build,)

    name = asset_name("Name of the environment.")
    id = f.read_only("id", type=IdText("azureml:"))
    image = f.text("properties.image", "Docker image.", arg="--image -i")
    conda_file = f.of(CondaFile(), "properties.condaFile", "Conda specification of the packages.", arg="--conda-file -c")
    build = f.nested("properties.build", "Image that is built from a folder.", Build)
    inference_config = f.nested("properties.inferenceConfig", "Routes of a container that serves a model.", InferenceConfig)
    os_type = f.enum("properties.osType", "Operating system.", {"linux": "linux", "windows": "windows"}, arg="--os-type")
    tags = f.mapping("properties.tags", "Tags: key=value pairs.", types.Loose(), nullable=True, update=True, shown={}, arg="--tags")
    datastore = f.text(None, "Datastore that the build context is uploaded to.", send=False, show=False, arg="--datastore")
    auto_delete_setting = f.nested(None, "When the service may delete it; not sent for environments.", AutoDelete, preview=True,
                                   send=False, show=False)
    intellectual_property = f.read_only("properties.intellectualProperty", preview=True)


class AnonymousEnvironment(Environment):
    """Written in place in a job or component: its content is its name."""

    name = f.of(Environment.field("name").type, "id", "Ignored: an environment in place is named by its content.", send=False)


def plain(value):
    """Data as the plain types that a YAML writer knows."""
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    for kind in (bool, int, float):
        if isinstance(value, kind):
            return kind(value)
    return os.fspath(value) if isinstance(value, os.PathLike) else value
