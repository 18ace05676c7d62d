"""Indexes: search indexes of documents, under a name and version."""

from azext_ml.core.card import Noun, Verb
from azext_ml.core.standard import FILE_OR_OPTIONS, MAX_RESULTS, REGISTRY, SET, create, label_of, name_of, show, version_of

COMMANDS = "azext_ml.nouns.index.commands"

CARD = Noun(
    "index", "Manage search indexes.", (
        create("index", args=(FILE_OR_OPTIONS, SET, REGISTRY), handler=f"{COMMANDS}:create", examples=(
            ("Register a folder as an index.", "az ml index create --name my-index --version 1 --path ./index"),
            ("Register one as a YAML file describes it.", "az ml index create --file index.yml"))),
        show("index", (version_of("index"), label_of("index"), REGISTRY), "az ml index show --name my-index --version 1",
             handler=f"{COMMANDS}:show", details="With neither version nor label the version that was created last is shown."),
        Verb("list", f"{COMMANDS}:list_", "List the indexes of a workspace, or the versions of one.",
             (name_of("index", False, "List the versions of this index."), MAX_RESULTS, REGISTRY),
             examples=(("List the indexes of a workspace.", "az ml index list --output table"),
                       ("List the versions of an index.", "az ml index list --name my-index"))),
    ),
    collection="indexes", api_version="2024-04-01-preview", kind="index", versioned=True, preview=True,
    columns=(("Name", "name"), ("Version", "version"), ("Stage", "stage"), ("Description", "description")))
