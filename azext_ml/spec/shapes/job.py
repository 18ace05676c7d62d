"""What job kinds share besides inputs and outputs: identity, resources, limits, services, distribution."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByType
from azext_ml.spec.diagnostics import Wrong
from azext_ml.spec.types import OneOf, fold_snake


class ManagedIdentity(f.Spec):
    type = f.tag("identityType", {"managed_identity": "Managed", "managed": "Managed"}, "Managed identity.", case="snake")
    client_id = f.text("clientId", "Client id of the identity.")
    object_id = f.text("objectId", "Object id of the identity.")
    msi_resource_id = f.text("resourceId", "ARM id of the identity.")


class TokenIdentity(f.Spec):
    type = f.tag("identityType", {"aml_token": "AMLToken"}, "A token of the service.", case="snake")


class UserIdentity(f.Spec):
    type = f.tag("identityType", {"user_identity": "UserIdentity"}, "The identity of who submits.", case="snake")


IDENTITY = OneOf(ByType(
    "type", {"managed": types.Nested(ManagedIdentity), "managed_identity": types.Nested(ManagedIdentity),
             "aml_token": types.Nested(TokenIdentity), "user_identity": types.Nested(UserIdentity)},
    tag="identityType", fold=fold_snake))


class PyTorch(f.Spec):
    type = f.tag("distributionType", {"pytorch": "PyTorch"}, "torch.distributed")
    process_count_per_instance = f.number("processCountPerInstance", "Processes on each instance.")


class Mpi(f.Spec):
    type = f.tag("distributionType", {"mpi": "Mpi"}, "MPI")
    process_count_per_instance = f.number("processCountPerInstance", "Processes on each instance.")


class TensorFlow(f.Spec):
    type = f.tag("distributionType", {"tensorflow": "TensorFlow"}, "TensorFlow's parameter servers and workers")
    parameter_server_count = f.number("parameterServerCount", "Parameter servers.", default=0)
    worker_count = f.number("workerCount", "Workers.")


class Ray(f.Spec):
    type = f.tag("distributionType", {"ray": "Ray"}, "Ray")
    port = f.number("port", "Port of the head node.")
    address = f.text("address", "Address of a head node that is there already.")
    include_dashboard = f.flag("includeDashboard", "Start the dashboard.")
    dashboard_port = f.number("dashboardPort", "Port of the dashboard.")
    head_node_additional_args = f.text("headNodeAdditionalArgs", "More arguments for `ray start` on the head node.")
    worker_node_additional_args = f.text("workerNodeAdditionalArgs", "More arguments for `ray start` on the others.")


DISTRIBUTION = OneOf(ByType("type", {"pytorch": types.Nested(PyTorch), "tensorflow": types.Nested(TensorFlow),
                                     "mpi": types.Nested(Mpi), "ray": types.Nested(Ray)}, tag="distributionType"))


class Settings(types.Map):
    """Settings of a compute, without the mark that `compute: local` leaves there."""

    def dec(self, wire, dialect, at):
        return {key: value for key, value in wire.items() if key != "IsLocal"}


class DockerArgs(types.Type):
    """Text and a list go under different names."""

    wants = "text or a list of texts"
    schema = {"type": ["string", "array"], "items": {"type": "string"}}

    def check(self, value):
        for index, item in enumerate(value if isinstance(value, list) else ()):
            if not isinstance(item, str):
                raise Wrong(f"wants text, got {types.shown(item)}", "put it in quotes", path=(index,))
        return value if isinstance(value, list) else types.Text().check(value)

    def enc(self, value, dialect, at):
        return {"dockerArgsList" if isinstance(value, list) else "dockerArgs": value}

    def dec(self, wire, dialect, at):
        return wire.get("dockerArgs") or wire.get("dockerArgsList")


class Resources(f.Spec):
    instance_count = f.number("instanceCount", "Number of instances.")
    instance_type = f.text("instanceType", "Size of an instance.")
    properties = f.of(Settings(types.Anything()), "properties", "Settings that the compute understands.", sent={"arm": {}},
                      component=f.ABSENT)
    locations = f.listing("locations", "Regions in which the job may run.")
    shm_size = f.text("shmSize", "Shared memory of the container.", "[0-9]+[bBkKmMgG]?", "write a number and b, k, m or g: '2g'")
    max_instance_count = f.number("maxInstanceCount", "Most instances that an elastic job may take.", show=False)
    docker_args = f.of(DockerArgs(), "", "More arguments for `docker run`, as text or as a list.")


class CommandLimits(f.Spec):
    kind = f.tag("jobLimitsType", "Command", const="Command")
    timeout = f.duration("timeout", "Seconds after which the job is ended.")


class QueueSettings(f.Spec):
    job_tier = f.enum("jobTier", "Tier of the instances.", {"null": "Null", "spot": "Spot", "basic": "Basic",
                                                            "standard": "Standard", "premium": "Premium"})
    priority = f.enum("priority", "Place in the queue.", {"low": 1, "medium": 2, "high": 3})


class StudioEndpoint(types.Type):
    """Address of a service; the one of the studio gains the tenant, as the official client prints it."""

    def dec(self, wire, dialect, at):
        if at.me.get("jobServiceType") != "Studio" or "tid=" in wire or "tenant" not in at.facts:
            return wire
        tenant = at.facts["tenant"]()
        return f"{wire}&tid={tenant}" if tenant else wire


class JobService(f.Spec):
    show_empty = False
    schema_ = f.schema()
    type = f.text("jobServiceType", "Kind of service.", send=False)
    port = f.number("port", "Port that it listens on.")
    endpoint = f.read_only("endpoint", type=StudioEndpoint())
    status = f.read_only("status")
    error_message = f.read_only("errorMessage")
    nodes = f.enum("nodes.nodesValueType", "Nodes on which it runs: all, or unset for the first one.", {"all": "All"})
    properties = f.mapping("properties", "Settings of the service.", types.Loose())


class JupyterLab(JobService):
    type = f.tag("jobServiceType", {"jupyter_lab": "JupyterLab"}, "JupyterLab", case="snake")


class VsCode(JobService):
    type = f.tag("jobServiceType", {"vs_code": "VSCode"}, "VS Code", case="snake")


class TensorBoard(JobService):
    type = f.tag("jobServiceType", {"tensor_board": "TensorBoard"}, "TensorBoard", case="snake")
    log_dir = f.text("properties.logDir", "Folder of the logs.", node="properties.logDir")


class Ssh(JobService):
    type = f.tag("jobServiceType", {"ssh": "SSH"}, "SSH", case="snake", default="ssh")
    ssh_public_keys = f.text("properties.sshPublicKeys", "Public keys that may log in.", node="properties.sshPublicKeys")


SERVICE = OneOf(ByType(
    "type", {"jupyter_lab": types.Nested(JupyterLab), "vs_code": types.Nested(VsCode), "tensor_board": types.Nested(TensorBoard),
             "ssh": types.Nested(Ssh)},
    tag="jobServiceType", default="ssh", fold=fold_snake, other=types.Nested(JobService)))
