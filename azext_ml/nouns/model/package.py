"""Fields of a model package: a kind of its own, which `model package` sends; beside spec.py, whose fields no package has."""

from azext_ml.core.ids import Reference
from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByKey, ByShape, ByType
from azext_ml.spec.dialects import pascal
from azext_ml.spec.shapes.deployment import CodeConfiguration
from azext_ml.spec.types import Nested, OneOf


class TargetName(types.Text):
    """Name of the environment to make, or `azureml:name:version`. The service wants an id by region and workspace: the fact
    `environments` answers what stands before the name."""

    def enc(self, value, dialect, at):
        found = Reference.parse(value)
        version = f"/versions/{found.version}" if found and found.version else ""
        return {"targetEnvironmentId": f"{at.facts['environments']()}/{found.name if found else value}{version}"}


class Target(f.Spec):
    name = f.of(TargetName(), "", "Name of the environment.", required=True)


class Prefixed:
    """Ids inside a package have `azureml:/` in front: azureml://subscriptions/…"""

    def enc(self, value, dialect, at):
        found = super().enc(value, dialect, at)
        return f"azureml:/{found}" if found.startswith("/") else found


class BaseEnvironment(Prefixed, types.Ref):
    pass


class PackagedCode(Prefixed, types.Code):
    pass


class Pascal(types.Text):
    """A word that the service spells in Pascal case: environment_asset is EnvironmentAsset."""

    def enc(self, value, dialect, at):
        return pascal(value)


class BaseSource(f.Spec):
    schema_ = f.schema()
    type = f.of(Pascal(), "baseEnvironmentSourceType", "Kind of source: environment_asset.")
    resource_id = f.of(BaseEnvironment("environments", plain=True), "resourceId", "Environment to begin with.")


class Port(types.Text):
    """A port, which the file holds as text and the service as a number."""

    def __init__(self):
        super().__init__(r"^\d+$", "give a number, in quotes or not", cast=True)

    def enc(self, value, dialect, at):
        return int(value)


class Route(f.Spec):
    port = f.of(Port(), "port", "Port.")
    path = f.text("path", "Path below the address of the container.")


class Inference(f.Spec):
    schema_ = f.schema()
    liveness_route = f.nested("livenessRoute", "Answers when the container lives.", Route)
    readiness_route = f.nested("readinessRoute", "Answers when it is ready.", Route)
    scoring_route = f.nested("scoringRoute", "Scores.", Route)
    entry_script = f.text("entryScript", "Script that is run.")
    configuration = f.mapping(None, "More settings; the service takes none.", types.Anything(), send=False)


class PackagedScript(CodeConfiguration):
    code = f.of(PackagedCode(show="bare"), "codeId", "Folder of the scoring script.", required=True)


class OwnServer(f.Spec):
    """A server of Azure ML's: it has a scoring script."""

    schema_ = f.schema()
    type = f.tag("serverType", {"azureml_online": "AzureMLOnline", "azureml_batch": "AzureMLBatch"}, "Kind of server.")
    code_configuration = f.nested("codeConfiguration", "Scoring script and its folder.", PackagedScript)
    inference_configuration = f.nested(None, "Not used by this server.", Inference, send=False)


class OtherServer(f.Spec):
    """Any other server: it is told by its routes."""

    schema_ = f.schema()
    type = f.tag("serverType", {"custom": "Custom", "triton": "Triton"}, "Kind of server.")
    code_configuration = f.nested(None, "Not used by this server.", PackagedScript, send=False)
    inference_configuration = f.nested("inferenceConfiguration", "How the server is reached.", Inference)


SERVER = OneOf(ByType("type", {"azureml_online": Nested(OwnServer), "azureml_batch": Nested(OwnServer),
                               "custom": Nested(OtherServer), "triton": Nested(OtherServer)}, tag="serverType"))


class ModelConfiguration(f.Spec):
    schema_ = f.schema()
    mode = f.enum("mode", "Whether the model is copied into the image or downloaded on start.",
                  {"copy": "copy", "download": "download"})
    mount_path = f.text("mountPath", "Where the model appears.")


class Place(f.Spec):
    schema_ = f.schema()
    input_path_type = f.enum(None, "Kind of path; the other keys tell it too.", ("path_id", "path_version", "url"), case="snake",
                             send=False)


class PlaceById(Place):
    resource_id = f.text("resourceId", "Id of the data.")
    kind = f.constant("inputPathType", "PathId")


class PlaceByUrl(Place):
    url = f.text("url", "Address of the data.")
    kind = f.constant("inputPathType", "Url")


class PlaceByVersion(Place):
    resource_name = f.text("resourceName", "Name of the data.")
    resource_version = f.text("resourceVersion", "Version of the data.")
    kind = f.constant("inputPathType", "PathVersion")


PLACE = OneOf(ByKey({"resource_id": Nested(PlaceById), "url": Nested(PlaceByUrl), "resource_name": Nested(PlaceByVersion),
                     "resource_version": Nested(PlaceByVersion)}))


class PackageInput(f.Spec):
    schema_ = f.schema()
    type = f.enum("inputType", "Kind of data.", ("uri_file", "uri_folder"), case="snake")
    mode = f.enum("mode", "How the data reaches the container.", ("read_only_mount", "download"), case="snake")
    path = f.of(PLACE, "path", "Where the data is.")
    mount_path = f.text("mountPath", "Where the data appears.")


class ModelPackage(f.Spec):
    schema_ = f.schema()
    target_environment = f.of(OneOf(ByShape(scalar=TargetName(), mapping=Nested(Target))), "", "Environment to make.",
                              required=True)
    base_environment_source = f.nested("baseEnvironmentSource", "Environment to begin with.", BaseSource)
    inferencing_server = f.of(SERVER, "inferencingServer", "Server inside the container.", required=True)
    model_configuration = f.nested("modelConfiguration", "How the model gets into the container.", ModelConfiguration)
    inputs = f.listing("inputs", "More data that the container gets.", Nested(PackageInput))
    tags = f.mapping("tags", "Tags.", types.Anything())
    environment_variables = f.mapping("environmentVariables", "Variables of the process.", types.Anything())
