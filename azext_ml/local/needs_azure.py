"""What only the cloud can do: (method, path below the workspace, what to call it in "the local workspace cannot …").

Everything else that the official service answers is either served here or answered as a type of resource that does not exist.
"""

VERBS = (
    ("POST", "/diagnose", "diagnose a workspace's network"),
    ("POST", "/provisionManagedNetwork", "provision a managed network"),
    ("GET", "/outboundRules", "list outbound rules of a managed network"),
    ("GET", "/outboundRules/{rule}", "show outbound rules of a managed network"),
    ("PUT", "/outboundRules/{rule}", "set outbound rules of a managed network"),
    ("DELETE", "/outboundRules/{rule}", "remove outbound rules of a managed network"),
    ("POST", "/listNotebookKeys", "hand out keys of a hosted notebook"),
    ("POST", "/listNotebookAccessToken", "hand out keys of a hosted notebook"),
    ("POST", "/prepareNotebook", "prepare a hosted notebook"),
    ("POST", "/resyncKeys", "resynchronise keys with Azure Key Vault"),
    ("GET", "/privateLinkResources", "list private link resources"),
    ("GET", "/privateEndpointConnections", "list private endpoints"),
    ("PUT", "/privateEndpointConnections/{connection}", "approve a private endpoint"),
    ("DELETE", "/privateEndpointConnections/{connection}", "remove a private endpoint"),
    ("GET", "/outboundNetworkDependenciesEndpoints", "list network dependencies"),
    ("POST", "/computes/{name}/enableSso", "enable single sign-on of a compute instance"),
)
# Kinds of compute that are machines of the cloud. AmlCompute and ComputeInstance stand for this machine's capacity.
COMPUTE_TYPES = ("AKS", "Kubernetes", "VirtualMachine", "HDInsight", "DataFactory", "Databricks", "DataLakeAnalytics",
                 "SynapseSpark")
