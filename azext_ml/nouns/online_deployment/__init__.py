"""Online deployments: the models behind an online endpoint."""

from azext_ml.core.card import Arg, Noun, Verb
from azext_ml.core.standard import FILE, MAX_RESULTS, SET, create, delete, name_of, show

HERE = "azext_ml.nouns.online_deployment.commands"
ENDPOINT = Arg("endpoint_name", ("--endpoint-name", "-e"), "Endpoint that the deployment belongs to.", required=True,
               completes="online-endpoint")
WEB = Arg("web", ("--web",), "Open the endpoint in the browser.", "flag")
DOCKER = "Not offered: use the local workspace."

CARD = Noun(
    "online-deployment", "Manage online deployments.", (
        create("online-deployment", spec_args=False, no_wait=True, handler=f"{HERE}:create", args=(
            FILE, name_of("online-deployment", False), ENDPOINT._replace(required=False), SET,
            Arg("all_traffic", ("--all-traffic",), "Send all requests of the endpoint to it once it is made.", "flag"),
            Arg("skip_script_validation", ("--skip-script-validation",), "Do not parse the scoring script.", "flag"),
            Arg("package_model", ("--package-model",), "Build an image of model, code and environment, and deploy that.", "flag",
                preview=True),
            Arg("local", ("--local",), f"Run it in Docker on this machine. {DOCKER}", "three_state"),
            Arg("local_enable_gpu", ("--local-enable-gpu",), f"Give that container the GPUs. {DOCKER}", "three_state"),
            Arg("vscode_debug", ("--vscode-debug",), f"Debug that container in VS Code. {DOCKER}", "three_state"), WEB),
            examples=(("Create a deployment from a YAML file.", "az ml online-deployment create --file blue.yml"),
                      ("Create it, and send all requests to it.",
                       "az ml online-deployment create --file blue.yml --all-traffic"))),
        show("online-deployment", (ENDPOINT,), "az ml online-deployment show --name blue --endpoint-name my-endpoint",
             handler=f"{HERE}:show"),
        Verb("list", f"{HERE}:list_", "List the deployments of an online endpoint.", (ENDPOINT, MAX_RESULTS),
             examples=(("List the deployments of an endpoint.",
                        "az ml online-deployment list --endpoint-name my-endpoint --output table"),)),
        delete("online-deployment", "The deployment will stop answering. Delete it?",
               "az ml online-deployment delete --name blue --endpoint-name my-endpoint --yes", no_wait=True,
               args=(name_of("online-deployment"), ENDPOINT), handler=f"{HERE}:delete"),
    ),
    collection="onlineEndpoints/{endpoint}/deployments", api_version="2023-04-01-preview", kind="online_deployment", long=True,
    columns=(("Name", "name"), ("Endpoint", "endpoint_name"), ("Type", "type"), ("InstanceType", "instance_type"),
             ("Instances", "instance_count"), ("State", "provisioning_state")))
