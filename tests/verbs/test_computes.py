"""Computes that a job names are asked for before anything is sent."""

import pytest

from azext_ml.core.errors import NotFound, ServiceError, SpecError
from azext_ml.core.ids import scope
from azext_ml.spec.load import parse
from azext_ml.spec.registry import resolve
from azext_ml.verbs import computes

SCOPE = scope("S", "G", "W")
JOB = "command: ls\nenvironment: azureml:e:1\n"


class Workspace:
    """Has the computes `cpu-cluster` and `gpu-cluster`, and does not tell about `hidden`."""

    scope, name = SCOPE, "W"

    def __init__(self):
        self.client, self.asked = self, []

    def get(self, path, **options):
        name = path.rpartition("/")[2]
        self.asked.append(name)
        if name == "hidden":
            raise ServiceError("No.", status=403)
        if name not in ("cpu-cluster", "gpu-cluster"):
            raise NotFound("Gone.")

    def pages(self, path, **options):
        return iter([{"name": "cpu-cluster"}, {"name": "gpu-cluster"}])


def checked(text):
    ws, document = Workspace(), parse(text, "job.yml", "/")
    computes.check(ws, resolve("job"), document.value, document)
    return ws.asked


@pytest.mark.parametrize("compute, asked", [
    ("cpu-cluster", ["cpu-cluster"]), ("azureml:gpu-cluster", ["gpu-cluster"]), (f"azureml:{SCOPE}/computes/cpu-cluster", ["cpu-cluster"]),
    ("hidden", ["hidden"]), ("local", []), ("serverless", []), ("azureml:serverless", []),
    (f"azureml:{scope('S', 'G', 'Other')}/computes/x", []), ("'${{parent.inputs.c}}'", [])])
def test_what_is_asked_for(compute, asked):
    assert checked(f"{JOB}compute: {compute}\n") == asked


def test_without_a_compute_nothing_is():
    assert checked(JOB) == []


@pytest.mark.parametrize("compute, fix", [("gpu-clutser", "did you mean 'gpu-cluster'?"), ("zebra", "it has cpu-cluster and gpu-cluster")])
def test_one_that_is_not_there(compute, fix):
    with pytest.raises(SpecError) as caught:
        checked(f"{JOB}compute: {compute}\n")
    assert str(caught.value) == f"job.yml:3:10: compute: '{compute}' is not a compute of the workspace 'W'; {fix}"


def test_each_is_asked_for_once_and_every_place_is_told():
    node = "{type: command, component: azureml:c:1, compute: lost}"
    with pytest.raises(SpecError) as caught:
        checked(f"type: pipeline\nsettings: {{default_compute: cpu-cluster}}\njobs:\n  a: {node}\n  b: {node}\n")
    assert [(d.line, d.path) for d in caught.value.diagnostics] == [(4, "jobs.a.compute"), (5, "jobs.b.compute")]
