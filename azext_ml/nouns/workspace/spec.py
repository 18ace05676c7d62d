"""Fields of a workspace."""

from azext_ml.spec import fields as f
from azext_ml.spec.shapes.resource import Resource


class Workspace(Resource):
    show_empty = True

    id = f.read_only("id")
    location = f.text("location", "Region. Default: the resource group's.", arg="--location -l")
    display_name = f.text("properties.friendlyName", "Name that people see.", default=lambda at: at.facts.get("name"), update=True,
                          arg="--display-name")
    description = f.text("properties.description", "Description.", sent={"arm": ""}, update=True, arg="--description")
    kind = f.read_only("kind")
    tags = f.mapping("tags", "Tags: key=value pairs.", sent={"arm": {}}, update=True, arg="--tags")
    hbi_workspace = f.flag("properties.hbiWorkspace", "Holds data of high business impact.", default=False)
    public_network_access = f.enum("properties.publicNetworkAccess", "Whether it is reached over the internet.",
                                   {"Enabled": "Enabled", "Disabled": "Disabled"}, default="Enabled", update=True,
                                   arg="--public-network-access")
    storage_account = f.text("properties.storageAccount", "ARM id of the storage account.", arg="--storage-account -s")
    key_vault = f.text("properties.keyVault", "ARM id of the key vault.", arg="--key-vault -k")
    application_insights = f.text("properties.applicationInsights", "ARM id of the monitoring resource.", arg="--application-insights -a")
    container_registry = f.text("properties.containerRegistry", "ARM id of the container registry.", arg="--container-registry -c")
    image_build_compute = f.text("properties.imageBuildCompute", "Compute that builds images.", update=True,
                                 arg="--image-build-compute -i")
    primary_user_assigned_identity = f.text("properties.primaryUserAssignedIdentity", "ARM id of the identity it acts under.",
                                            arg="--primary-user-assigned-identity -p")
    discovery_url = f.read_only("properties.discoveryUrl")
    mlflow_tracking_uri = f.read_only("properties.mlFlowTrackingUri")
    provisioning_state = f.read_only("properties.provisioningState", show=False)
    identity = f.anything("identity", "Identity of the workspace.", sent={"arm": {"type": "SystemAssigned"}}, show=False)
