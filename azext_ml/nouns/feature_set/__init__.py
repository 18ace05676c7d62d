"""Feature sets: features that a source and a transformation give, under a name and version."""

from azext_ml.core.card import Arg, Noun, Verb
from azext_ml.core.standard import (
    ARCHIVED_ONLY,
    FEATURE_STORE,
    FILE_OR_OPTIONS,
    INCLUDE_ARCHIVED,
    MAX_RESULTS,
    SET,
    create,
    name_of,
    show,
    version_of,
)

SETTINGS = Arg("materialization_settings", ("--materialization-settings", "-m"), "YAML file with the materialization settings.",
               "file")
CARD = Noun(
    "feature-set", "Manage feature sets.", (
        create("feature-set", args=(FILE_OR_OPTIONS, SET, FEATURE_STORE, SETTINGS), no_wait=True,
               handler="azext_ml.nouns.feature_set.commands:create", examples=(
                   ("Create a feature set from a YAML file.",
                    "az ml feature-set create --file featureset.yml --feature-store-name my-feature-store"),)),
        show("feature-set", (version_of("feature-set")._replace(required=True), FEATURE_STORE),
             "az ml feature-set show --name transactions --version 1 --feature-store-name my-feature-store"),
        Verb("list", "azext_ml.verbs.list:list_", "List the feature sets of a feature store, or the versions of one.",
             (name_of("feature-set", False, "List the versions of this feature set."), MAX_RESULTS, ARCHIVED_ONLY, INCLUDE_ARCHIVED,
              FEATURE_STORE),
             examples=(("List the feature sets of a feature store.",
                        "az ml feature-set list --feature-store-name my-feature-store"),
                       ("List the versions of a feature set.",
                        "az ml feature-set list --name transactions --feature-store-name my-feature-store"))),
    ),
    collection="featuresets", api_version="2023-10-01", kind="feature_set", versioned=True, long=True,
    columns=(("Name", "name"), ("Version", "version"), ("Latest", "latest_version"), ("Stage", "stage"),
             ("Description", "description")))
