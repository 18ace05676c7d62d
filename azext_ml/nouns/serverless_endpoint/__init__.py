"""Serverless endpoints: models of the catalogue, paid by use."""

from azext_ml.core.card import Noun, Verb
from azext_ml.core.standard import FILE_OR_OPTIONS, SET, create, delete, show

CARD = Noun(
    "serverless-endpoint", "Manage serverless endpoints.", (
        create("serverless-endpoint", summary="Create a serverless endpoint.", args=(FILE_OR_OPTIONS, SET), no_wait=True, examples=(
            ("Create a serverless endpoint from a YAML file.", "az ml serverless-endpoint create --file endpoint.yml"),)),
        show("serverless-endpoint", (), "az ml serverless-endpoint show --name my-endpoint"),
        Verb("list", "azext_ml.verbs.list:list_", "List the serverless endpoints of a workspace.",
             examples=(("List the serverless endpoints of a workspace.", "az ml serverless-endpoint list --output table"),)),
        delete("serverless-endpoint", None, "az ml serverless-endpoint delete --name my-endpoint", no_wait=True),
    ),
    collection="serverlessEndpoints", api_version="2024-01-01-preview", kind="serverless_endpoint", long=True, preview=True,
    columns=(("Name", "name"), ("Model", "model_id"), ("AuthMode", "auth_mode"), ("State", "provisioning_state")))
