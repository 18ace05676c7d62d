"""Batch endpoints: addresses that take work over much data, each backed by deployments."""

from azext_ml.core.card import Noun, Verb
from azext_ml.core.standard import FILE_OR_OPTIONS, MAX_RESULTS, SET, create, delete, show

CARD = Noun(
    "batch-endpoint", "Manage batch endpoints.", (
        create("batch-endpoint", args=(FILE_OR_OPTIONS, SET), no_wait=True, examples=(
            ("Create an endpoint from a YAML file.", "az ml batch-endpoint create --file endpoint.yml"),
            ("Create one without a file.", "az ml batch-endpoint create --name my-batch-endpoint"))),
        show("batch-endpoint", (), "az ml batch-endpoint show --name my-batch-endpoint"),
        Verb("list", "azext_ml.verbs.list:list_", "List the batch endpoints of a workspace.", (MAX_RESULTS,),
             examples=(("List the endpoints of a workspace.", "az ml batch-endpoint list --output table"),)),
        delete("batch-endpoint", "The endpoint and all its deployments will be lost. Delete it?",
               "az ml batch-endpoint delete --name my-batch-endpoint --yes", no_wait=True),
    ),
    collection="batchEndpoints", api_version="2023-10-01", kind="batch_endpoint", long=True,
    columns=(("Name", "name"), ("Location", "location"), ("State", "provisioning_state"), ("Address", "scoring_uri")))
