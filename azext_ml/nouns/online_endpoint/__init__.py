"""Online endpoints: addresses that answer requests at once, each backed by deployments."""

from azext_ml.core.card import Arg, Noun, Verb
from azext_ml.core.standard import FILE_OR_OPTIONS, MAX_RESULTS, SET, create, delete, show

WEB = Arg("web", ("--web", "-e"), "Open the endpoint in the browser.", "flag")
LOCAL = Arg("local", ("--local",), "Make it in Docker on this machine. Not offered: use the local workspace.", "three_state")

CARD = Noun(
    "online-endpoint", "Manage online endpoints.", (
        create("online-endpoint", args=(FILE_OR_OPTIONS, SET, LOCAL, WEB), no_wait=True,
               handler="azext_ml.nouns.online_endpoint.commands:create", examples=(
                   ("Create an endpoint from a YAML file.", "az ml online-endpoint create --file endpoint.yml"),
                   ("Create one that callers reach with a token.",
                    "az ml online-endpoint create --name my-endpoint --auth-mode aad_token"))),
        show("online-endpoint", (), "az ml online-endpoint show --name my-endpoint"),
        Verb("list", "azext_ml.verbs.list:list_", "List the online endpoints of a workspace.", (MAX_RESULTS,),
             examples=(("List the endpoints of a workspace.", "az ml online-endpoint list --output table"),)),
        delete("online-endpoint", "The endpoint and all its deployments will be lost. Delete it?",
               "az ml online-endpoint delete --name my-endpoint --yes", no_wait=True),
    ),
    collection="onlineEndpoints", api_version="2022-02-01-preview", kind="online_endpoint", long=True,
    columns=(("Name", "name"), ("AuthMode", "auth_mode"), ("Location", "location"), ("State", "provisioning_state"),
             ("Address", "scoring_uri")))
