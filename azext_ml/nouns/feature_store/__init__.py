"""Feature stores: workspaces that keep feature sets and their entities."""

from azext_ml.core.card import Arg, Noun, Verb
from azext_ml.core.standard import FILE_OR_OPTIONS, MAX_RESULTS, SET, create, delete, name_of, show

COMMANDS = "azext_ml.nouns.feature_store.commands"
OPTIONS = (
    Arg("materialization_identity", ("--materialization-identity", "-t"), "ARM id of the identity that materializes features."),
    Arg("offline_store", ("--offline-store",), "ARM id of the storage container of materialized features."),
    Arg("not_grant_permissions", ("--not-grant-permissions",), "Give the materialization identity no roles.", "flag"),
    Arg("update_dependent_resources", ("--update-dependent-resources", "-u"),
        "Let an existing feature store change its container registry and monitoring resource.", "flag"))

CARD = Noun(
    "feature-store", "Manage feature stores.", (
        create("feature-store", scope="group", no_wait=True, args=(FILE_OR_OPTIONS, SET, *OPTIONS), handler=f"{COMMANDS}:create",
               examples=(
            ("Create a feature store.", "az ml feature-store create --name my-feature-store"),
            ("Create one as a YAML file describes it.", "az ml feature-store create --file featurestore.yml"))),
        show("feature-store", (), "az ml feature-store show --name my-feature-store", scope="group", handler=f"{COMMANDS}:show"),
        Verb("list", f"{COMMANDS}:list_", "List the feature stores of a resource group or subscription.", (MAX_RESULTS,),
             scope="group",
             details="Without --resource-group all feature stores of the subscription are listed.",
             examples=(("List the feature stores.", "az ml feature-store list --output table"),)),
        delete("feature-store", "The feature store and all its feature sets and entities will be lost. Delete it?",
               "az ml feature-store delete --name my-feature-store --yes", scope="group", no_wait=True,
               args=(name_of("feature-store"),
                     Arg("all_resources", ("--all-resources",), "Delete its storage, key vault and other companions too.", "flag")),
               handler="azext_ml.verbs.deployment:delete"),
    ),
    collection="workspaces", api_version="2024-10-01-preview", kind="feature_store", long=True, home="group",
    columns=(("Name", "name"), ("Location", "location"), ("DisplayName", "display_name"), ("Description", "description")))
