"""Deployment templates: how a model of a registry is served, for everyone who deploys it."""

from azext_ml.core.card import Arg, Noun
from azext_ml.core.standard import FILE_OR_OPTIONS, SET, create, show, version_of

COMMANDS = "azext_ml.nouns.deployment_template.commands"
REGISTRY = Arg("registry_name", ("--registry-name", "-r"), "Registry that keeps the template.", required=True)

CARD = Noun(
    "deployment-template", "Manage the deployment templates of a registry.", (
        create("deployment-template", scope="none", no_wait=True, args=(REGISTRY, FILE_OR_OPTIONS, SET),
               handler=f"{COMMANDS}:create",
               examples=(("Create a deployment template from a YAML file.",
                          "az ml deployment-template create --file template.yml --registry-name my-registry"),)),
        show("deployment-template", (version_of("deployment-template")._replace(required=True), REGISTRY),
             "az ml deployment-template show --name my-template --version 1 --registry-name my-registry", scope="none",
             handler=f"{COMMANDS}:show"),
    ),
    collection="deploymenttemplates", api_version="2026-05-01-preview", kind="deployment_template", versioned=True, preview=True,
    columns=(("Name", "name"), ("Version", "version"), ("Stage", "stage"), ("Description", "description")))
