import base64
import json
import logging

import pytest
from azure.core.credentials import AccessToken

from azext_ml.core.errors import ServiceError
from azext_ml.rest.client import RestClient
from azext_ml.rest.credentials import StaticToken
from azext_ml.rest.origins import Origins
from azext_ml.rest.pipeline import Login, Retry, network, over_network

OK = (200, {}, {"ok": True})


def test_one_command_is_one_correlation_of_several_requests(service, connect):
    service.answers = [OK]
    client = connect()
    client.get("/a")
    client.put("/a", {})
    first, second = (headers for _, _, headers, _ in service.asked)
    assert first["x-ms-correlation-request-id"] == second["x-ms-correlation-request-id"]
    assert first["x-ms-client-request-id"] != second["x-ms-client-request-id"]
    assert first["User-Agent"].startswith("test/1")
    assert first["Accept"] == "application/json"
    assert "Content-Type" not in first
    assert second["Content-Type"] == "application/json"


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_is_temporary_is_tried_again(service, connect, clock, status):
    service.answers = [(status, {}, None), (status, {}, None), OK]
    assert connect().put("/a", {"b": 1}) == {"ok": True}
    assert [json.loads(body) for *_, body in service.asked] == [{"b": 1}] * 3
    assert len(clock.slept) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 501])
def test_what_is_final_is_not(service, connect, clock, status):
    service.answers = [(status, {}, None)]
    with pytest.raises(Exception):  # noqa: B017  which one: test_client
        connect().get("/a")
    assert (len(service.asked), clock.slept) == (1, [])


def test_five_tries_are_all(service, connect, clock):
    service.answers = [(503, {}, {"error": {"code": "ServiceUnavailable", "message": "Busy."}})]
    with pytest.raises(ServiceError, match="Busy.") as caught:
        connect().get("/a")
    assert caught.value.status == 503
    assert len(service.asked) == 5
    assert all(0.4 * 2 ** n <= pause <= 1.2 * 2 ** n for n, pause in enumerate(clock.slept))


def test_pauses_differ_from_client_to_client(clock):
    class Broken:
        def send(self, request):
            from azure.core.exceptions import ServiceRequestError
            raise ServiceRequestError("refused")

    from azure.core.exceptions import ServiceRequestError
    for jitter in (0, 0.999):
        policy = Retry(clock, attempts=3, jitter=lambda jitter=jitter: jitter)
        policy.next = Broken()
        with pytest.raises(ServiceRequestError):
            policy.send(None)
    assert clock.slept == pytest.approx([0.4, 0.8, 1.2, 2.4], rel=0.01)


@pytest.mark.parametrize("after, pause",
                         [({"Retry-After": "7"}, 7), ({"Retry-After": "0"}, 0), ({"x-ms-retry-after-ms": "300"}, 0.3)])
def test_the_service_says_when(service, connect, clock, after, pause):
    service.answers = [(429, after, None), OK]
    connect().post("/a", {})
    assert clock.slept == [pause]


def test_a_pause_of_an_hour_is_the_users_decision(service, connect, clock):
    service.answers = [(429, {"Retry-After": "3600"}, {"error": {"code": "TooManyRequests", "message": "Slow down."}})]
    with pytest.raises(ServiceError, match="Slow down."):
        connect().get("/a")
    assert clock.slept == []


@pytest.mark.parametrize("answer, tries", [
    ((500, {}, None), 1), ((502, {}, None), 1), ((503, {}, None), 1), ((504, {}, None), 1), (ConnectionError(), 1),
    ((503, {"Retry-After": "0"}, None), 2), ((429, {}, None), 2),
])
@pytest.mark.parametrize("verb", ["post", "patch"])
def test_what_may_have_been_done_is_not_done_twice(service, connect, verb, answer, tries):
    service.answers = [answer, OK]
    try:
        getattr(connect(), verb)("/jobs/j/cancel", {})
    except ServiceError:
        pass
    assert len(service.asked) == tries


@pytest.mark.parametrize("path", ["/datastores/d/listSecrets", "/connections/c/listsecrets", "/endpoints/e/listKeys"])
def test_a_read_in_the_form_of_a_post_is_tried_again(service, connect, path):
    service.answers = [ConnectionError(), (500, {}, None), OK]
    assert connect().post(path, {}) == {"ok": True}


def test_a_connection_that_breaks_is_made_again(service, connect, clock):
    service.answers = [ConnectionError(), OK, ConnectionError(), OK]
    client = connect()
    assert client.get("/a") == client.put("/a", {}) == {"ok": True}
    assert len(clock.slept) == 2


def test_an_answer_that_breaks_off_is_asked_for_again(service, connect):
    service.answers = [(200, {"Content-Length": "5000", "Connection": "close"}, b'{"ok": tr'), OK]
    assert connect().get("/a") == {"ok": True}


# Tokens ----------------------------------------------------------------------------------------------------------------------

class Credential:
    """Hands out a new token at each call and remembers what for."""

    def __init__(self):
        self.asked = []

    def get_token(self, *scopes, claims=None, **options):
        self.asked.append((scopes, claims))
        return AccessToken(f"token-{len(self.asked)}", 4_000_000_000)


def test_a_token_is_kept_and_each_audience_has_its_own(service, elsewhere, connect, clock):
    service.answers = elsewhere.answers = [OK]
    credential = Credential()
    origins = Origins(service.url, "arm/.default")
    origins.trust(elsewhere.url, "ml/.default")
    transport = network()
    client = RestClient(over_network(transport, origins, credential, clock=clock, user_agent="t"), origins, clock=clock)
    for url in ("/a", elsewhere.url + "/b", "/c", elsewhere.url + "/d"):
        client.get(url)
    transport.close()
    assert [headers["Authorization"] for _, _, headers, _ in service.asked] == ["Bearer token-1"] * 2
    assert [headers["Authorization"] for _, _, headers, _ in elsewhere.asked] == ["Bearer token-2"] * 2
    assert [scopes for scopes, _ in credential.asked] == [("arm/.default",), ("ml/.default",)]


def test_a_claims_challenge_is_answered(service, connect):
    claims = '{"access_token": {"nbf": {"essential": true, "value": "1"}}}'
    text = base64.urlsafe_b64encode(claims.encode()).decode()
    service.answers = [(401, {"WWW-Authenticate": f'Bearer error="insufficient_claims", claims="{text}"'}, None), OK]
    credential = Credential()
    assert connect(credential=credential).get("/a") == {"ok": True}
    assert [claim for _, claim in credential.asked] == [None, claims]
    assert service.asked[1][2]["Authorization"] == "Bearer token-2"


def test_a_token_that_somebody_left_on_a_foreign_request_is_taken_off():
    from azure.core.pipeline import PipelineContext, PipelineRequest
    from azure.core.rest import HttpRequest

    class Last:
        def send(self, request):
            return request

    policy = Login(StaticToken("s3cret"), Origins("https://management.azure.com", "arm"))
    policy.next = Last()
    request = PipelineRequest(HttpRequest("GET", "https://account.blob.core.windows.net/c?sig=1",
                                          headers={"Authorization": "Bearer x"}),
                              PipelineContext(None))
    assert "Authorization" not in policy.send(request).http_request.headers


def test_a_netrc_does_not_replace_the_token(service, connect, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("default login me password netrc-secret\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    service.answers = [OK]
    connect().get("/a")
    assert service.asked[0][2]["Authorization"] == "Bearer s3cret"


def test_no_secret_is_logged(service, connect, caplog):
    caplog.set_level(logging.DEBUG)
    service.answers = [(200, {"Set-Cookie": "cookie-secret"}, {"key": "account-secret"})]
    client = connect()
    client.post("/datastores/d/listSecrets", {"password": "body-secret"}, query={"hash": "visible", "sv": "query-secret"})
    client.read(service.url + "/log?sig=signature-secret")
    assert {"azure.core.pipeline.policies.http_logging_policy", "urllib3.connectionpool"} <= {r.name for r in caplog.records}
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert "hash=visible" in logged
    assert "-secret" not in logged
    assert "s3cret" not in logged
