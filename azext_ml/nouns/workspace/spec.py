"""Fields of workspaces, hubs and projects, told apart by `kind`."""

from azext_ml.spec import fields as f
from azext_ml.spec.choices import ByType
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.shapes.workspace import NetworkAcls, ServerlessCompute, Space
from azext_ml.spec.types import Nested, OneOf


def own_companions(value, at):
    """A project lives in its hub's storage, key vault and registry."""
    if not (value.get("hub_id") or value.get("workspace_hub")):
        return
    for key in ("storage_account", "key_vault", "container_registry"):
        if value.get(key):
            yield (key,), Fault("a project uses that of its hub", "remove it")


class Workspace(Space):
    checks = (own_companions,)

    kind = f.read_only("kind", show=False)
    discovery_url = f.text("properties.discoveryUrl", "Where clients find its services; the service knows it itself.", send=False)
    mlflow_tracking_uri = f.read_only("properties.mlFlowTrackingUri")
    network_acls = f.nested("properties.networkAcls", "Addresses from which it is reached.", NetworkAcls, update=True)
    system_datastores_auth_mode = f.text("properties.systemDatastoresAuthMode",
                                         "How its own datastores are opened: identity or accesskey.",
                                         update=True, arg="--system-datastores-auth-mode -d")
    workspace_hub = f.text("properties.hubResourceId", "Older name of hub_id: makes the workspace a project of that hub.",
                           show=False)
    provision_network_now = f.flag("properties.provisionNetworkNow", "Make the managed network at once.",
                                   arg="--provision-network-now")
    enable_data_isolation = f.flag("properties.enableDataIsolation", "Keep the data of its projects apart.",
                                   arg="--enable-data-isolation -e")
    allow_roleassignment_on_rg = f.flag("properties.allowRoleAssignmentOnRG", "Let the service assign roles on the resource group.",
                                        update=True, arg="--allow-roleassignment-on-rg -r")
    serverless_compute = f.nested("properties.serverlessComputeSettings", "Network of serverless machines.", ServerlessCompute,
                                  update=True)


class Hub(Workspace):
    kind = f.tag("kind", {"hub": "Hub"}, "What projects share.", required=True)
    default_resource_group = f.text("properties.workspaceHubConfig.defaultWorkspaceResourceGroup",
                                    "ARM id of the resource group of new projects.", arg="--default-resource-group")
    associated_workspaces = f.read_only("properties.associatedWorkspaces", shown=[], show_empty=True)


class Project(Workspace):
    kind = f.tag("kind", {"project": "Project"}, "A project in a hub.", required=True)
    hub_id = f.text("properties.hubResourceId", "ARM id of its hub.", required=True, arg="--hub-id")


class ByKind(ByType):
    """What other kinds the service has, feature stores for one, are printed as plain workspaces."""

    def choose_wire(self, wire, dialect):
        return super().choose_wire(wire, dialect) or Nested(Workspace)


AnyWorkspace = OneOf(ByKind("kind", {"default": Nested(Workspace), "hub": Nested(Hub), "project": Nested(Project)},
                            default="default",
                            tag="kind"))
