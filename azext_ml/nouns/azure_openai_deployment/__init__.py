"""Deployments of models in an Azure OpenAI resource that a connection leads to."""

from azext_ml.core.card import Arg, Noun, Verb
from azext_ml.core.standard import MAX_RESULTS

CARD = Noun(
    "azure-openai-deployment", "List the deployments of Azure OpenAI resources.", (
        Verb("list", "azext_ml.nouns.azure_openai_deployment.commands:list_",
             "List the deployments of the Azure OpenAI resource of a connection.",
             (Arg("connection_name", ("--connection-name", "-c"), "Connection to the resource.", required=True,
                  completes="connection"),
              MAX_RESULTS),
             examples=(("List the deployments behind a connection.",
                        "az ml azure-openai-deployment list --connection-name my-openai --output table"),)),
    ),
    collection="connections", api_version="2024-04-01-preview", kind="azure_openai_deployment", preview=True,
    columns=(("Name", "name"), ("Model", "model_name"), ("Version", "model_version"), ("Target", "target_url")))
