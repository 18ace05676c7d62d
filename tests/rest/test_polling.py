"""Long-running operations as the service was recorded to run them, against a WSGI app."""

import json

import pytest

from azext_ml.core.errors import ServiceError
from azext_ml.rest.client import RestClient
from azext_ml.rest.origins import Origins
from azext_ml.rest.pipeline import in_process
from azext_ml.rest.polling import retry_after
from azext_ml.rest.transport import BASE

PATH = "/subscriptions/S/resourceGroups/G/providers/Microsoft.MachineLearningServices/workspaces/W/computes/c"
OPERATION = BASE + "/operations/1?api-version=2019-01-01"


@pytest.fixture
def play(clock):
    """play({"PUT": [...], "GET /operations/1": [...]}) -> (client, asked). Answers: (status, headers, body), the last for ever."""
    def play(answers):
        asked = []
        answers = {request: list(turns) for request, turns in answers.items()}

        def app(environ, start_response):
            asked.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ['QUERY_STRING']}")
            known = answers.get(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}") or answers[environ["REQUEST_METHOD"]]
            status, headers, body = known.pop(0) if len(known) > 1 else known[0]
            start_response(f"{status} X", list(headers.items()))
            return [b"" if body is None else json.dumps(body).encode()]

        return RestClient(in_process(app), Origins(BASE, in_process=True), clock=clock), asked
    return play


def running(status="InProgress", **headers):
    return 200, {k.replace("_", "-"): v for k, v in headers.items()}, {"status": status}


DONE = (200, {}, {"status": "Succeeded", "percentComplete": 100.0})
READY = (200, {}, {"name": "c", "properties": {"provisioningState": "Succeeded"}})


def test_azure_async_operation_then_the_resource(play, clock):
    client, asked = play({"PUT": [(201, {"Azure-AsyncOperation": OPERATION},
                                   {"name": "c", "properties": {"provisioningState": "Creating"}})],
                          "GET /operations/1": [running("Creating"), running(), DONE], "GET " + PATH: [READY]})
    operation = client.begin("PUT", PATH, {"a": 1}, api_version="2023-08-01-preview")
    assert operation.body["properties"]["provisioningState"] == "Creating"
    dots = []
    assert operation.wait(lambda: dots.append(".")) == READY[2]
    assert asked == ["PUT " + PATH + "?api-version=2023-08-01-preview", *["GET /operations/1?api-version=2019-01-01"] * 3,
                     "GET " + PATH + "?api-version=2023-08-01-preview"]
    assert len(dots) == 3
    assert clock.slept == [1, 2, 5]


def test_retry_after_is_honoured_and_zero_polls_at_once(play, clock):
    client, _ = play({"PUT": [(200, {"Azure-AsyncOperation": OPERATION, "Retry-After": "0"}, {})],
                      "GET /operations/1": [running(Retry_After="7"), running(Retry_After="0"), running(), DONE], "GET": [READY]})
    client.begin("PUT", PATH, {}).wait()
    assert clock.slept == [0, 7, 0, 5]


def test_no_header_and_a_final_state_is_no_polling(play, clock):
    client, asked = play({"PUT": [READY]})
    assert client.begin("PUT", PATH, {}).wait() == READY[2]
    assert (len(asked), clock.slept) == (1, [])


def test_a_location_on_a_created_resource_is_no_operation(play):
    """Assets and jobs answer 201 with their own URL as Location."""
    client, asked = play({"PUT": [(201, {"Location": BASE + PATH}, {"properties": {}})]})
    client.begin("PUT", PATH, {}).wait()
    assert len(asked) == 1


def test_without_headers_the_resource_itself_is_polled(play):
    creating = (201, {}, {"properties": {"provisioningState": "Creating"}})
    client, asked = play({"PUT": [creating], "GET": [creating, READY]})
    assert client.begin("PUT", PATH, {}, api_version="v").wait() == READY[2]
    assert asked[1:] == [f"GET {PATH}?api-version=v"] * 2


def test_a_post_without_headers_is_done(play):
    client, asked = play({"POST": [(200, {}, {"properties": {"provisioningState": "Creating"}})]})
    assert client.begin("POST", PATH + "/sync", {}).wait() == {"properties": {"provisioningState": "Creating"}}
    assert len(asked) == 1


def test_a_patch_that_is_accepted_is_followed_to_its_location(play):
    client, asked = play({"PATCH": [(202, {"Location": "/results/1"}, None)], "GET /results/1": [(202, {}, None), (200, {}, None)],
                          "GET " + PATH: [READY]})
    assert client.begin("PATCH", PATH, {}).wait() == READY[2]
    assert [line.split("?")[0] for line in asked[1:]] == ["GET /results/1", "GET /results/1", "GET " + PATH]


def test_a_post_yields_what_its_location_ends_with(play):
    client, _ = play({"POST": [(202, {"Location": "/results/1"}, None)],
                      "GET": [(202, {}, None), (200, {}, {"value": {"ok": []}})]})
    assert client.begin("POST", PATH + "/diagnose", {}).wait() == {"value": {"ok": []}}


def test_a_post_with_both_headers_ends_with_its_location(play):
    client, _ = play({"POST": [(202, {"Location": "/results/1", "Azure-AsyncOperation": OPERATION}, None)],
                      "GET /operations/1": [running(), DONE], "GET /results/1": [(200, {}, {"status": "Active"})]})
    assert client.begin("POST", PATH + "/provision", {}).wait() == {"status": "Active"}


@pytest.mark.parametrize("first, polls", [
    ((202, {"Azure-AsyncOperation": OPERATION, "Location": BASE + "/results/1"}, None), [running("Deleting"), DONE]),
    ((202, {"Location": "/operations/1"}, None), [(202, {}, None), (204, {}, None)]),
    ((200, {}, None), []), ((204, {}, None), []),
])
def test_a_delete_ends_with_nothing(play, first, polls):
    client, asked = play({"DELETE": [first], "GET /operations/1": polls})
    assert client.begin("DELETE", PATH).wait() is None
    assert len(asked) == 1 + len(polls)


def test_a_failure_tells_the_inner_error(play):
    client, _ = play({"PUT": [(201, {"Azure-AsyncOperation": OPERATION}, {})], "GET": [(200, {}, {"status": "Failed", "error": {
        "code": "BadRequest", "message": "The request is invalid.",
        "details": [{"code": "OutOfQuota", "message": "Not enough quota available."}]}})]})
    with pytest.raises(ServiceError) as caught:
        client.begin("PUT", PATH, {}).wait()
    assert caught.value.code == "OutOfQuota"
    assert caught.value.message == "The request is invalid. Not enough quota available."
    assert caught.value.details == [("OutOfQuota", "Not enough quota available.")]


@pytest.mark.parametrize("body, status", [({"status": "Canceled"}, "Canceled"), ({"status": "FAILED"}, "FAILED")])
def test_a_failure_without_a_reason_is_a_failure_all_the_same(play, body, status):
    client, _ = play({"PUT": [(201, {"Azure-AsyncOperation": OPERATION}, {})], "GET": [(200, {}, body)]})
    with pytest.raises(ServiceError, match=f"compute 'c' of workspace 'W' ended {status}"):
        client.begin("PUT", PATH, {}).wait()


def test_a_resource_that_ends_failed_fails(play):
    client, _ = play({"PUT": [(201, {}, {"properties": {"provisioningState": "Creating"}})],
                      "GET": [(200, {}, {"properties": {"provisioningState": "Failed"}})]})
    with pytest.raises(ServiceError):
        client.begin("PUT", PATH, {}).wait()


@pytest.mark.parametrize("header", ["Azure-AsyncOperation", "Location"])
def test_a_link_to_another_origin_is_refused(play, header):
    client, asked = play({"PUT": [(202, {header: "https://evil.com/operations/1?sig=x"}, None)]})
    with pytest.raises(ServiceError) as caught:
        client.begin("PUT", PATH, {}).wait()
    assert caught.value.code == "ForeignLink"
    assert len(asked) == 1


@pytest.mark.parametrize("body", [None, [], {}, {"status": 5}])
def test_a_poll_without_a_status_is_an_error_and_no_endless_loop(play, body):
    client, _ = play({"PUT": [(201, {"Azure-AsyncOperation": OPERATION}, {})], "GET": [(200, {}, body)]})
    with pytest.raises(ServiceError) as caught:
        client.begin("PUT", PATH, {}).wait()
    assert caught.value.code == "MalformedAnswer"


@pytest.mark.parametrize("headers, seconds", [
    ({}, None), ({"retry-after": "3"}, 3), ({"retry-after": "0"}, 0), ({"retry-after": "-4"}, 0), ({"retry-after": "soon"}, None),
    ({"retry-after-ms": "250"}, .25), ({"x-ms-retry-after-ms": "1500", "retry-after": "9"}, 1.5),
    ({"retry-after": "Tue, 14 Nov 2023 22:13:30 GMT"}, 10), ({"retry-after": "Tue, 14 Nov 2000 22:13:30 GMT"}, 0),
])
def test_retry_after(headers, seconds):
    assert retry_after(headers, 1_700_000_000) == seconds
