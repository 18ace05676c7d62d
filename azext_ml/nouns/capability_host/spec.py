"""Fields of a capability host."""

from azext_ml.spec import fields as f
from azext_ml.spec.shapes.resource import Resource


class CapabilityHost(Resource):
    id = f.read_only("id", show=False)
    description = f.text("properties.description", "Description.", arg="--description")
    capability_host_kind = f.text("properties.capabilityHostKind", "What it hosts.", default="Agents", arg="--capability-host-kind")
    vector_store_connections = f.listing("properties.vectorStoreConnections",
                                         "Connections to the search services that keep vectors.",
                                         arg="--vector-store-connections -v")
    ai_services_connections = f.listing("properties.aiServicesConnections", "Connections to the AI services. A project needs one.",
                                        arg="--ai-services-connections -a")
    storage_connections = f.listing("properties.storageConnections",
                                    "Connections to the storage of files. Default in a project: its own store.",
                                    arg="--storage-connections -s")
    thread_storage_connections = f.listing("properties.threadStorageConnections", "Connections to the storage of conversations.")
