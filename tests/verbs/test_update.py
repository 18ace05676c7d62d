"""`update`: what may change, what is sent back, how texts are read."""

from types import SimpleNamespace

import pytest

from azext_ml.core.errors import SpecError, UsageError
from azext_ml.core.ids import scope
from azext_ml.verbs.update import update

SCOPE = scope("S", "G", "W")
NOUN = SimpleNamespace(name="model", kind="model", collection="models", api_version="1", versioned=True, long=False, query=(), home="workspace")


class Workspace:
    """One model, which a PUT replaces."""

    scope, subscription, group, name = SCOPE, "S", "G", "W"

    def __init__(self):
        self.client = self
        self.puts = []
        self.model = {"id": f"{SCOPE}/models/m/versions/1", "name": "1", "type": "t", "systemData": {"createdBy": "a"},
                      "properties": {"modelType": "custom_model", "modelUri": "azureml://x", "tags": {"a": "b"}, "description": "old",
                                     "isArchived": False, "unheardOf": 1}}

    def get(self, path, **options):
        assert path == f"{SCOPE}/models/m/versions/1"
        return self.model

    def put(self, path, body, **options):
        self.puts.append(body)
        self.model = {**self.model, **body}
        return self.model

    def tenant(self):
        return None


def changed(change, **flags):
    ws = Workspace()
    printed = update(ws, NOUN, "m", lambda document: {**document, **change}, version="1", **flags)
    return printed, ws.puts


def test_only_what_changes_differs_and_all_else_is_sent_back():
    printed, [body] = changed({"description": "new"})
    assert printed["description"] == "new"
    assert body == {"properties": {"modelType": "custom_model", "modelUri": "azureml://x", "tags": {"a": "b"}, "description": "new",
                                   "isArchived": False, "unheardOf": 1}}


def test_an_option_of_its_own_wins():
    assert changed({"stage": "Development"}, stage="Production")[1][0]["properties"]["stage"] == "Production"


def test_without_a_change_nothing_is_sent():
    printed, puts = changed({})
    assert (printed["name"], puts) == ("m", [])


@pytest.mark.parametrize("tags, sent", [
    ({"a": "b", "c": "d"}, {"a": "b", "c": "d"}), ({}, {}), (None, {}), ({"n": 3, "f": True, "g": False, "z": 0}, {"n": "3", "f": "True", "g": "False", "z": "0"})])
def test_tags(tags, sent):
    assert changed({"tags": tags})[1][0]["properties"]["tags"] == sent


@pytest.mark.parametrize("value, sent", [("x", "x"), (3, "3"), (True, "true"), (None, None), ("", "")])
def test_text_that_was_read_as_json(value, sent):
    assert changed({"description": value})[1][0]["properties"]["description"] == sent


def test_a_decimal_number_has_lost_its_spelling():
    with pytest.raises(UsageError) as caught:
        changed({"description": 1.1})
    assert (caught.value.message, caught.value.fix) == ("description wants text, got the number 1.1.", "Add --force-string to keep it as it is written.")


def test_what_may_not_change():
    with pytest.raises(UsageError) as caught:
        changed({"path": "x", "type": "mlflow_model", "new": 1})
    assert caught.value.message == "type, path and new of the model cannot be changed."
    assert caught.value.fix == "Only description, tags and stage can; anything else needs a new version of the model."


def test_values_are_checked_as_those_of_a_file():
    with pytest.raises(SpecError) as caught:
        changed({"tags": "x", "description": ["y"]})
    assert str(caught.value).splitlines() == ["description: wants text, got a list",
                                              "tags: wants a mapping, got 'x'; write it as 'key: value' lines"]
