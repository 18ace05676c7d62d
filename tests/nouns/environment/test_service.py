import json

import pytest

CONDA = "channels:\n- conda-forge\ndependencies:\n- python=3.10\n- pip:\n  - numpy\nname: e\n"


def put(wire, **properties):
    return wire.put("environments/e/versions/1", {"properties": properties})


def test_conda_files_come_back_as_json(wire):
    text = put(wire, image="i", condaFile=CONDA).properties["condaFile"]
    assert json.loads(text) == {"channels": ["conda-forge"], "dependencies": ["python=3.10", {"pip": ["numpy"]}], "name": "e"}
    assert text.startswith('{\n  "channels": [')
    assert put(wire, image="i", condaFile=text).properties["condaFile"] == text


def test_what_the_service_fills_in(wire):
    properties = put(wire, image="i", build=None).properties
    assert properties["condaFile"] == "" and properties["build"] is None
    assert {name: properties[name] for name in ("environmentType", "osType", "autoRebuild", "stage", "provisioningState")} == {
        "environmentType": "UserCreated",
        "osType": "Linux",
        "autoRebuild": "Disabled",
        "stage": "Logged",
        "provisioningState": "Succeeded",
    }
    assert properties["autoDeleteSetting"] is properties["intellectualProperty"] is None


def test_a_second_put_keeps_the_time_of_the_first_yet_answers_201(wire, clock):
    first = put(wire, image="i")
    clock.now += 5
    second = put(wire, image="i")
    assert first.status == second.status == 201
    assert second.body["systemData"]["createdAt"] == first.body["systemData"]["createdAt"]


def test_anonymous_ones_do_not_count(wire):
    assert put(wire, image="i", isAnonymous=True).status == 201
    assert (wire.get("environments/e").properties["latestVersion"], wire.get("environments/e").properties["nextVersion"]) == (
        None,
        "1",
    )


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
)


@pytest.mark.parametrize(
    "conda", ["a: [", "!!python/object/apply:os.system ['true']", BOMB, "a: &a [*a]", "? {a: 1}\n: b", 5, {"a": 1}]
)
def test_a_conda_file_that_cannot_be_read_is_refused(wire, conda):
    refused = put(wire, image="i", condaFile=conda)
    assert refused.status == 400 and wire.get("environments").names == []
