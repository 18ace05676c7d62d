"""Connections: addresses and credentials of services outside the workspace."""

from azext_ml.core.card import Arg, Noun, Verb
from azext_ml.core.standard import FILE, MAX_RESULTS, SET, create, delete, name_of, show

SECRETS = Arg("populate_secrets", ("--populate-secrets", "-p"), "Print the API key too, for connections that have one.", "flag")

CARD = Noun(
    "connection", "Manage connections to services outside the workspace.", (
        create("connection", args=(FILE, name_of("connection", False), SET, SECRETS), spec_args=False,
               handler="azext_ml.nouns.connection.commands:create", examples=(
                   ("Create a connection from a YAML file.", "az ml connection create --file connection.yml"),
                   ("Give its key on the command line.", "az ml connection create --file connection.yml --set api_key=$KEY"))),
        show("connection", (SECRETS,), "az ml connection show --name my-connection",
             handler="azext_ml.nouns.connection.commands:show"),
        Verb("list", "azext_ml.nouns.connection.commands:list_", "List the connections of a workspace.",
             (MAX_RESULTS, Arg("type", ("--type", "-t"), "List connections of this type only."), SECRETS),
             examples=(("List the connections of a workspace.", "az ml connection list --output table"),
                       ("List those to Azure OpenAI.", "az ml connection list --type azure_open_ai"))),
        delete("connection", "Jobs and flows that use the connection will fail. Delete it?",
               "az ml connection delete --name my-connection --yes"),
    ),
    collection="connections", api_version="2024-04-01-preview", kind="connection", preview=True,
    columns=(("Name", "name"), ("Type", "type"), ("Target", "target")))
