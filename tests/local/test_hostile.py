"""Requests that mean nothing: whatever is sent, the answer is one of the service's, never a fault of the app."""

import random

import pytest

FIELDS = ("tags", "properties", "inputs", "outputs", "resources", "environmentVariables", "services", "limits", "jobType", "computeId", "codeId",
          "modelUri", "dataUri", "condaFile", "credentials", "isArchived", "isAnonymous", "isDefault", "computeType", "displayName", "userAccountCredentials",
          "vmSize", "runId", "values", "hidden", "codeUri", "flavors", "accountName", "containerName", "endpoint", "latestVersion", "nextVersion")
PATHS = ("jobs/a", "models/a/versions/1", "models/a", "data/a/versions/1", "environments/a/versions/1", "datastores/a", "computes/a", "codes/a/versions/1",
         "codes/a", "jobs/a/cancel", "datastores/a/listSecrets", "computes/a/start", "codes/a/versions/1/startPendingUpload", "",
         "/history/v1.0{scope}/experiments/e/runs/a", "/history/v1.0{scope}/rundata", "/data/v1.0{scope}/dataversion/batchGetResolvedUris")
TYPES = {"jobs": {"jobType": "Command"}, "computes": {"computeType": "AmlCompute"}}


def value(dice, depth=0):
    kinds = [None, True, False, 0, -1, 1.5, "", "text", "azureml://datastores/d/paths/p", "/subscriptions/s/resourceGroups/g/providers/"
             "Microsoft.MachineLearningServices/workspaces/w/computes/c", "\ud800", "a" * 300, [], {}, float("nan")]
    if depth < 3 and dice.random() < 0.5:
        return {dice.choice(FIELDS): value(dice, depth + 1) for _ in range(dice.randrange(4))}
    return [value(dice, 3)] if dice.random() < 0.1 else dice.choice(kinds)


@pytest.mark.parametrize("turns", [1500])
def test_nothing_that_is_sent_makes_the_app_fail(wire, turns):
    seed = random.randrange(1 << 32)
    print("seed", seed)
    dice = random.Random(seed)
    answers = set()
    for _ in range(turns):
        path = dice.choice(PATHS).format(scope=wire.scope)
        body = {dice.choice(FIELDS): value(dice) for _ in range(dice.randrange(3))}
        properties = {**TYPES.get(path.split("/")[0], {}), **{dice.choice(FIELDS): value(dice) for _ in range(dice.randrange(4))}}
        body["properties"] = properties if dice.random() < 0.9 else value(dice)
        method = dice.choice(["PUT", "PUT", "PUT", "POST", "PATCH", "GET", "DELETE"])
        answer = wire(method, path or wire.scope, body)
        answers.add(answer.status)
        assert answer.status in (200, 201, 202, 204, 400, 404, 405, 501), (method, path, body, answer)
        if method == "DELETE" and not path:
            wire.put(wire.scope, {})
    for path in ("jobs", "models", "data", "environments", "datastores", "computes", "models/a/versions", "data/a/versions"):
        listed = wire.get(f"{path}?listViewType=All")
        assert listed.status == 200
        assert all(wire.get(item["id"]).status == 200 for item in listed.body["value"])
    assert answers >= {200, 201, 400, 404}
