"""Environments: what a job or deployment runs in."""

from azext_ml.core.card import Noun
from azext_ml.core.standard import FILE_OR_OPTIONS, REGISTRY, SET, asset_verbs, create

CREATE = create("environment", args=(FILE_OR_OPTIONS, SET, REGISTRY), no_wait=True, examples=(
    ("Create an environment from a conda file.",
     "az ml environment create --name my-env --version 1 --image ubuntu:22.04 --conda-file ./conda.yml"),
    ("Create one as a YAML file describes it.", "az ml environment create --file environment.yml")))

CARD = Noun(
    "environment", "Manage environments.", asset_verbs("environment", "my-env", CREATE),
    collection="environments", api_version="2023-04-01-preview", kind="environment", versioned=True, steps=("version", "upload"),
    columns=(("Name", "name"), ("Version", "version"), ("Latest", "latest_version"), ("Image", "image"),
             ("Description", "description")))
