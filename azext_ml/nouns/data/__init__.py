"""Data assets: files, folders and tables under a name and version."""

from azext_ml.core.card import Arg, Noun, Verb
from azext_ml.core.standard import FILE_OR_OPTIONS, REGISTRY, SET, SKIP_VALIDATION, asset_verbs, create

SKIP_TABLE = SKIP_VALIDATION._replace(help="Do not look into the MLTable file of a table.")

CREATE = create("data", summary="Create a data asset.", args=(FILE_OR_OPTIONS, SET, SKIP_TABLE, REGISTRY), no_wait=True,
                handler="azext_ml.nouns.data.commands:create", examples=(
    ("Create a data asset from a local file.", "az ml data create --name my-data --version 1 --type uri_file --path ./data.csv"),
    ("Create one as a YAML file describes it.", "az ml data create --file data.yml")))

IMPORT = Verb(
    "import", "azext_ml.nouns.job.commands.imports:import_", "Import data of a database or a storage and register it.",
    (FILE_OR_OPTIONS, SET, SKIP_VALIDATION, Arg("name", ("--name", "-n"), "Name of the data asset."),
     Arg("version", ("--version", "-v"), "Version. Omit it to take the next one."),
     Arg("description", ("--description", "-d"), "Description."),
     Arg("type", ("--type", "-t"), "Kind of data.", choices=("mltable", "uri_folder", "uri_file")),
     Arg("path", ("--path", "-p"), "Where it goes: a datastore URI."), Arg("datastore", ("--datastore",), "Ignored.")),
    examples=(("Import what a YAML file describes.", "az ml data import --file import.yml"),), preview=True)

CARD = Noun(
    "data", "Manage data assets.", asset_verbs(
        "data", "my-data", CREATE, registry=("show", "list", "update"), what="data asset") + (IMPORT,),
    collection="data", api_version="2023-04-01-preview", kind="data", versioned=True, steps=("upload", "version"),
    columns=(("Name", "name"), ("Version", "version"), ("Latest", "latest_version"), ("Type", "type"),
             ("Description", "description")))
