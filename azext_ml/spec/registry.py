"""Where the spec of each kind stands. Kinds are resolved when they are walked, so nouns never import each other."""

from importlib import import_module

KINDS = {
    "job": "azext_ml.nouns.job.spec:Job",
    "command_job": "azext_ml.nouns.job.spec.command:CommandJob",
    "model": "azext_ml.nouns.model.spec:Model",
    "data": "azext_ml.nouns.data.spec:Data",
    "environment": "azext_ml.nouns.environment.spec:Environment",
    "anonymous_environment": "azext_ml.nouns.environment.spec:AnonymousEnvironment",
    "datastore": "azext_ml.nouns.datastore.spec:Datastore",
    "compute": "azext_ml.nouns.compute.spec:Compute",
    "aml_compute": "azext_ml.nouns.compute.spec.cluster:AmlCompute",
    "compute_instance": "azext_ml.nouns.compute.spec.instance:ComputeInstance",
    "workspace": "azext_ml.nouns.workspace.spec:Workspace",
    "connection": "azext_ml.nouns.connection.spec:Connection",
}
_found = {}


def resolve(spec):
    """A Type or Spec class from the name of a kind; anything else is returned as it is."""
    if not isinstance(spec, str):
        return spec
    if spec not in _found:
        module, _, name = KINDS[spec].partition(":")
        _found[spec] = getattr(import_module(module), name)
    return _found[spec]
