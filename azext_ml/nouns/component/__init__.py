"""Components: steps that pipelines are made of."""

from azext_ml.core.card import Noun
from azext_ml.core.standard import FILE, REGISTRY, SET, SKIP_VALIDATION, asset_verbs, create, name_of, version_of

CREATE = create("component", args=(FILE, name_of("component", False), version_of("component"), SET, SKIP_VALIDATION, REGISTRY),
                spec_args=False, no_wait=True, handler="azext_ml.nouns.component.commands:create", examples=(
    ("Create a component from a YAML file.", "az ml component create --file component.yml"),
    ("Create it under another version.", "az ml component create --file component.yml --version 2")))

CARD = Noun(
    "component", "Manage components.", asset_verbs("component", "my_component", CREATE),
    collection="components", api_version="2024-01-01-preview", kind="component", answer="component_answer", versioned=True,
    columns=(("Name", "name"), ("Version", "version"), ("Latest", "latest_version"), ("Type", "type"),
             ("DisplayName", "display_name"), ("Description", "description")))
