"""Registries: models, environments, components and data for many workspaces."""

from azext_ml.core.card import Arg, Noun, Verb
from azext_ml.core.standard import FILE_OR_OPTIONS, MAX_RESULTS, SET, create, name_of, show

DISPLAY_NAME = Arg("display_name", ("--display-name",), "Accepted and not used: a registry has no name but its own.")

CARD = Noun(
    "registry", "Manage registries, which share models, environments, components and data between workspaces.", (
        create("registry", scope="group", no_wait=True, args=(FILE_OR_OPTIONS, SET, DISPLAY_NAME),
               handler="azext_ml.nouns.registry.commands:create", examples=(
                   ("Create a registry from a YAML file.", "az ml registry create --file registry.yml"),)),
        show("registry", (), "az ml registry show --name my-registry", scope="group"),
        Verb("list", "azext_ml.verbs.list:list_", "List the registries of a resource group or subscription.", (MAX_RESULTS,),
             scope="group", details="Without --resource-group all registries of the subscription are listed.",
             examples=(("List the registries.", "az ml registry list --output table"),)),
        Verb("delete", "azext_ml.verbs.delete:delete", "Delete a registry.", (name_of("registry"),), scope="group",
             examples=(("Delete a registry.", "az ml registry delete --name my-registry --yes"),),
             confirm="The registry and everything in it will be lost. Delete it?"),
    ),
    collection="registries", api_version="2022-10-01-preview", kind="registry", long=True, home="group",
    columns=(("Name", "name"), ("Location", "location"), ("PublicNetworkAccess", "public_network_access")))
