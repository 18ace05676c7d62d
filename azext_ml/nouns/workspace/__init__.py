"""Workspaces: where everything else lives."""

from azext_ml.core.card import Arg, Noun, Verb
from azext_ml.core.standard import FILE_OR_OPTIONS, MAX_RESULTS, SET, create, delete, name_of, show

KIND = Arg("kind", ("--kind",), "Kind of workspace.", choices=("default", "hub", "project"))
DEPENDENT = Arg("update_dependent_resources", ("--update-dependent-resources", "-u"),
                "Let an existing workspace change its container registry and monitoring resource.", "flag")

CARD = Noun(
    "workspace", "Manage workspaces.", (
        create("workspace", scope="group", no_wait=True, args=(FILE_OR_OPTIONS, SET, KIND, DEPENDENT),
               handler="azext_ml.nouns.workspace.commands:create", examples=(
            ("Create a workspace.", "az ml workspace create --name my-workspace"),
            ("Create one as a YAML file describes it.", "az ml workspace create --file workspace.yml"))),
        show("workspace", example="az ml workspace show --name my-workspace", scope="group",
             handler="azext_ml.nouns.workspace.commands:show"),
        Verb("list", "azext_ml.nouns.workspace.commands:list_", "List the workspaces of a resource group or subscription.",
             (MAX_RESULTS, Arg("filtered_kinds", ("--filtered-kinds",), "Kinds to list: default, hub, project, featurestore.",
                               "list")),
             scope="group", details="Without --resource-group all workspaces of the subscription are listed.",
             examples=(("List the workspaces.", "az ml workspace list --output table"),)),
        delete("workspace", "The workspace and all its jobs, models, data and environments will be lost. Delete it?",
               "az ml workspace delete --name my-workspace --yes", scope="group", no_wait=True,
               args=(name_of("workspace"),
                     Arg("all_resources", ("--all-resources",), "Delete its storage, key vault and other companions too.", "flag"),
                     Arg("permanently_delete", ("--permanently-delete", "-p"), "Delete for good, past recovery.", "flag")),
               handler="azext_ml.verbs.deployment:delete"),
    ),
    collection="workspaces", api_version="2024-10-01-preview", kind="workspace", long=True, home="group",
    columns=(("Name", "name"), ("Location", "location"), ("Kind", "kind"), ("DisplayName", "display_name"),
             ("Description", "description")))
