"""Entities of a feature store: the keys by which features are joined."""

from azext_ml.core.card import Noun, Verb
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

NOUN = "feature-store-entity"
CARD = Noun(
    NOUN, "Manage entities of feature stores.", (
        create(NOUN, args=(FILE_OR_OPTIONS, SET, FEATURE_STORE), no_wait=True, examples=(
            ("Create an entity from a YAML file.",
             "az ml feature-store-entity create --file entity.yml --feature-store-name my-feature-store"),)),
        show(NOUN, (version_of(NOUN)._replace(required=True), FEATURE_STORE),
             "az ml feature-store-entity show --name account --version 1 --feature-store-name my-feature-store"),
        Verb("list", "azext_ml.verbs.list:list_", "List the entities of a feature store, or the versions of one.",
             (name_of(NOUN, False, "List the versions of this entity."), MAX_RESULTS, ARCHIVED_ONLY, INCLUDE_ARCHIVED,
              FEATURE_STORE),
             examples=(("List the entities of a feature store.",
                        "az ml feature-store-entity list --feature-store-name my-feature-store"),
                       ("List the versions of an entity.",
                        "az ml feature-store-entity list --name account --feature-store-name my-feature-store"))),
    ),
    collection="featurestoreEntities", api_version="2023-10-01", kind="feature_store_entity", versioned=True, long=True,
    columns=(("Name", "name"), ("Version", "version"), ("Latest", "latest_version"), ("Stage", "stage"),
             ("Description", "description")))
