"""A Kubernetes cluster that is attached to a workspace."""

from azext_ml.nouns.compute.spec.attached import WithIdentity
from azext_ml.spec import fields as f
from azext_ml.spec import types


class Kubernetes(WithIdentity):
    type = f.tag("properties.computeType", {"kubernetes": "Kubernetes"}, "A Kubernetes cluster.", required=True)
    compute_location = f.constant("properties.computeLocation", lambda at: at.facts["location"]())
    properties = f.mapping("properties.properties",
                           "Settings of the cluster's extension, such as defaultInstanceType, as the service "
                           "names them.", types.Anything())
    namespace = f.text("properties.properties.namespace", "Kubernetes namespace that jobs run in.", default="default")
