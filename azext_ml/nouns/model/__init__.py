"""Models: trained files under a name and version."""

from azext_ml.core.card import Arg, Noun
from azext_ml.core.standard import FILE_OR_OPTIONS, REGISTRY, SET, asset_verbs, create

CREATE = create("model", args=(FILE_OR_OPTIONS, SET, REGISTRY), no_wait=True, examples=(
    ("Register a local file as a model.", "az ml model create --name my-model --version 1 --path ./model.pkl"),
    ("Register a model as a YAML file describes it.", "az ml model create --file model.yml")))

CARD = Noun(
    "model", "Manage models.",
    asset_verbs("model", "my-model", CREATE, changes="description, tags and stage",
                list_args=(Arg("stage", ("--stage", "-s"), "List models of this stage only."),),
                update_args=(Arg("stage", ("--stage", "-s"), "Stage of the model's life."),)),
    collection="models", api_version="2023-08-01-preview", kind="model", versioned=True,
    steps=("newest", "version", "upload"),
    columns=(("Name", "name"), ("Version", "version"), ("Latest", "latest_version"), ("Type", "type"),
             ("Description", "description")))
