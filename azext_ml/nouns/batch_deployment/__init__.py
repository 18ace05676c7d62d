"""Batch deployments: the models and pipelines behind a batch endpoint."""

from azext_ml.core.card import Arg, Noun, Verb
from azext_ml.core.standard import FILE, MAX_RESULTS, SET, create, delete, name_of, show

HERE = "azext_ml.nouns.batch_deployment.commands"
ENDPOINT = Arg("endpoint_name", ("--endpoint-name", "-e"), "Endpoint that the deployment belongs to.", required=True,
               completes="batch-endpoint")

CARD = Noun(
    "batch-deployment", "Manage batch deployments.", (
        create("batch-deployment", spec_args=False, no_wait=True, handler=f"{HERE}:create", args=(
            FILE, name_of("batch-deployment", False), ENDPOINT._replace(required=False), SET,
            Arg("set_default", ("--set-default",), "Make it the endpoint's default once it is made.", "flag"),
            Arg("skip_script_validation", ("--skip-script-validation",), "Do not parse the scoring script.", "flag")),
            examples=(("Create a deployment from a YAML file.", "az ml batch-deployment create --file deployment.yml"),
                      ("Create it as the endpoint's default.",
                       "az ml batch-deployment create --file deployment.yml --set-default"))),
        show("batch-deployment", (ENDPOINT,), "az ml batch-deployment show --name score --endpoint-name my-batch-endpoint",
             handler=f"{HERE}:show"),
        Verb("list", f"{HERE}:list_", "List the deployments of a batch endpoint.", (ENDPOINT, MAX_RESULTS),
             examples=(("List the deployments of an endpoint.",
                        "az ml batch-deployment list --endpoint-name my-batch-endpoint --output table"),)),
        delete("batch-deployment", "The deployment will be lost. Delete it?",
               "az ml batch-deployment delete --name score --endpoint-name my-batch-endpoint --yes", no_wait=True,
               args=(name_of("batch-deployment"), ENDPOINT), handler=f"{HERE}:delete"),
    ),
    collection="batchEndpoints/{endpoint}/deployments", api_version="2024-01-01-preview", kind="batch_deployment", long=True,
    columns=(("Name", "name"), ("Endpoint", "endpoint_name"), ("Type", "type"), ("Compute", "compute"),
             ("State", "provisioning_state")))
