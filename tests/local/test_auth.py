"""Who may ask what over a socket. The root's token of these tests is "the root's token"."""

import hmac

import pytest

from azext_ml.local import auth, tokens

ROOT = {"Authorization": "Bearer the root's token"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "the root's token"},
        {"Authorization": "Basic the root's token"},
        {"Authorization": "Bearer the root's toke"},
    ],
)
def test_without_the_token_nothing_is_answered(wire, headers):
    for method, path in (
        ("GET", "models"),
        ("PUT", "jobs/j"),
        ("GET", "/discovery" + wire.scope),
        ("GET", "/nowhere"),
        ("DELETE", wire.scope),
        ("GET", "/history/v1.0" + wire.scope + "/runs/j"),
        ("GET", "/mlflow/v1.0" + wire.scope + "/api/2.0/mlflow/x"),
    ):
        refused = wire(method, path, headers=headers, trusted=False)
        assert refused.status == 401, (method, path)
    assert wire.get("/azml/box/a", headers=headers, trusted=False).status == 403
    assert wire.get("models").status == 200


def test_with_it_everything_is(wire):
    assert wire.get("models", headers=ROOT, trusted=False).status == 200
    assert wire.put("/azml/box/a", b"1", headers=ROOT, trusted=False).status == 201
    assert wire.get("/azml/box/a", headers=ROOT, trusted=False).body == b"1"


def test_an_app_without_a_token_lets_no_bearer_in(wire):
    wire.app.token = None
    for text in ("None", "", "the root's token"):
        assert wire.get("models", headers={"Authorization": f"Bearer {text}"}, trusted=False).status == 401


def test_only_the_environ_of_this_process_can_be_trusted(wire):
    for headers in ({"azml.trusted": "True"}, {"azml-trusted": "True"}):
        assert wire.get("models", headers=headers, trusted=False).status == 401


def test_a_runs_token_opens_mlflow_of_its_workspace_only(wire):
    wire.put(wire.scope.replace("/first", "/second"), {})
    with wire.store.writing() as tx:
        mine = {"Authorization": "Bearer " + tokens.issue(tx, "lab/first", "j1")}
    for path in ("models", "jobs/j1", wire.scope, "/nowhere", f"/history/v1.0{wire.scope}/runs/j1", "/data/v1.0" + wire.scope,
                 f"/mlflow/v1.0{wire.scope.replace('/first', '/second')}/api/2.0/mlflow/experiments/search",
                 f"/mlflow/v1.0{wire.scope.replace('/lab', '/other')}/api/2.0/mlflow/experiments/search",
                 f"/x/mlflow/v1.0{wire.scope}/api"):
        refused = wire.get(path, headers=mine, trusted=False)
        assert refused.status == 403 and refused.code == "AuthorizationFailed", path
    assert wire.get("/azml/box/a", headers=mine, trusted=False).status == 403
    assert wire.put("jobs/j2", {}, headers=mine, trusted=False).status == 403
    with wire.store.writing() as tx:
        tokens.revoke(tx, "lab/first", "j1")
    assert wire.get("models", headers=mine, trusted=False).status == 401


def test_secrets_are_compared_in_constant_time(wire, monkeypatch):
    compared = []
    monkeypatch.setattr(hmac, "compare_digest", lambda a, b: compared.append((a, b)) or False)
    for path, headers in (("models", ROOT), ("/azml/box/a", ROOT), ("/azml/box/a", {"Authorization": "SharedKey azml:x"}),
                          ("/azml/box/a?" + auth.sign_container(wire.app, "box"), {})):
        compared.clear()
        assert wire.get(path, headers=headers, trusted=False).status in (401, 403)      # what it says is what counts
        assert len(compared) == 1 and all(isinstance(side, bytes) for side in compared[0]), path


def test_refusals_do_not_repeat_what_was_sent(wire):
    refused = wire.get("models", headers={"Authorization": "Bearer s3cret-attempt"}, trusted=False)
    assert "s3cret" not in str(refused.body) + str(refused.headers)
