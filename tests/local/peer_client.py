"""Runs in an interpreter of its own that has azure-ai-ml: the official client against the served local workspace.

    python peer_client.py URL TOKEN FOLDER

FOLDER has files to upload. Prints one JSON object: what the client understood of each answer.
"""

import json
import logging
import sys
import warnings
from pathlib import Path

url, token, folder = sys.argv[1:]
warnings.simplefilter("ignore")
logging.disable(logging.WARNING)

import requests  # noqa: E402
from azure.ai.ml import Input, MLClient, Output, command  # noqa: E402
from azure.ai.ml.entities import AmlCompute, Data, Environment, Model  # noqa: E402
from azure.core.credentials import AccessToken  # noqa: E402
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError  # noqa: E402
from azure.core.pipeline.policies import _authentication  # noqa: E402

# The client cannot be told another address than the clouds' own: what it sends to Azure is sent to the served app, and no part
# of it insists on https for that.
send = requests.adapters.HTTPAdapter.send


def redirected(adapter, request, **options):
    for azure, here in (("https://management.azure.com", url), ("https://azml.blob.core.windows.net", f"{url}/azml")):
        if request.url.startswith(azure + "/"):
            request.url = here + request.url[len(azure):]
    assert request.url.startswith(url + "/"), request.url
    return send(adapter, request, **options)


requests.adapters.HTTPAdapter.send = redirected
_authentication._enforce_https = lambda request: request.context.options.pop("enforce_https", None)


class Credential:
    def get_token(self, *scopes, **_):
        return AccessToken(token, 4102444800)


def failure(action, kinds):
    try:
        action()
    except kinds as error:
        return {"type": type(error).__name__, "status": getattr(error, "status_code", None), "message": str(error)}


client = MLClient(Credential(), "00000000-0000-0000-0000-000000000000", "lab", "first")
found = {}

workspace = client.workspaces.get("first")
found["workspace"] = [workspace.name, workspace.location, workspace.discovery_url, workspace.mlflow_tracking_uri]
found["workspaces"] = [each.name for each in client.workspaces.list()]
found["datastores"] = sorted(each.name for each in client.datastores.list())
found["default datastore"] = client.datastores.get_default().name

path = Path(folder, "data")
data = client.data.create_or_update(Data(name="d", path=str(path), type="uri_folder", tags={"a": "b"}))
again = client.data.create_or_update(Data(name="d", path=str(path), type="uri_folder"))
found["data"] = [data.version, again.version, client.data.get("d", "1").path, client.data.get("d", label="latest").version]
found["data versions"] = [each.version for each in client.data.list("d")]
found["data containers"] = [each.name for each in client.data.list()]
other = Data(name="d", version="1", path=str(Path(folder, "src")), type="uri_folder")
found["other path"] = failure(lambda: client.data.create_or_update(other), Exception)

model = client.models.create_or_update(Model(name="m", path=str(path / "x.csv"), type="custom_model", description="mine"))
client.models.create_or_update(Model(name="m", path=str(path / "x.csv"), type="custom_model"))
client.models.archive("m", version="1")
found["model"] = [model.version, model.path, model.description, client.models.get("m", label="latest").version]
found["model versions"] = [each.version for each in client.models.list("m")]
client.models.download("m", "2", download_path=Path(folder, "down"))
found["model file"] = next(Path(folder, "down").rglob("x.csv")).read_text()
found["no model"] = failure(lambda: client.models.get("absent", "1"), ResourceNotFoundError)

conda = Path(folder, "conda.yml")
environment = client.environments.create_or_update(Environment(name="e", image="docker.io/python", conda_file=str(conda)))
found["environment"] = [environment.version, client.environments.get("e", "1").conda_file["dependencies"]]
found["environments"] = [each.name for each in client.environments.list()]

compute = client.compute.begin_create_or_update(AmlCompute(name="c1", size="Standard_DS2_v2", max_instances=2)).result()
found["compute"] = [compute.size, compute.provisioning_state, [each.name for each in client.compute.list()]]
found["no compute"] = failure(lambda: client.compute.get("absent"), ResourceNotFoundError)
client.compute.begin_delete("c1").result()
found["computes"] = [each.name for each in client.compute.list()]

job = command(name="j1", command="python train.py --n ${{inputs.n}} ${{inputs.d}}", code=str(Path(folder, "src")),
              environment="e@latest", inputs={"n": 3, "d": Input(type="uri_folder", path="azureml:d:1")},
              outputs={"o": Output(type="uri_folder")}, tags={"first": "1"}, experiment_name="trial")
job = client.jobs.create_or_update(job)
second = client.jobs.create_or_update(command(name="j2", command="true", code=str(Path(folder, "src")), environment="e@latest"))
found["job"] = [job.name, job.status, job.display_name, job.experiment_name, job.tags, sorted(job.services)]
found["one snapshot"] = job.code == second.code
read = client.jobs.get("j1")
read.description = "changed"
read.tags["second"] = "2"
client.jobs.create_or_update(read)
read = client.jobs.get("j1")
found["changed job"] = [read.description, read.tags, read.status, read.command]
found["jobs"] = [each.name for each in client.jobs.list()]
client.jobs.archive("j2")
found["jobs in view"] = [each.name for each in client.jobs.list()]
client.jobs.begin_cancel("j1").result()
found["canceled"] = client.jobs.get("j1").status
client.jobs.stream("j1")
found["cancel again"] = failure(lambda: client.jobs.begin_cancel("j1").result(), HttpResponseError)
found["no job"] = failure(lambda: client.jobs.get("absent"), ResourceNotFoundError)
Path(folder, "logs").mkdir()
client.jobs.download("j1", download_path=Path(folder, "logs"))
found["downloaded"] = sorted(str(each.relative_to(folder)) for each in Path(folder, "logs").rglob("*") if each.is_file())
print(json.dumps(found))
