"""The answers are cut-down recordings of the service's four error envelopes."""

import json

import pytest
from azure.core.utils import CaseInsensitiveDict

from azext_ml.core.errors import NotFound, ServiceError
from azext_ml.rest.errors import describe, refusal, target

WS = "https://management.azure.com/subscriptions/S/resourceGroups/G/providers/Microsoft.MachineLearningServices/workspaces/W"


def refused(status, body, url=WS + "/jobs/j1", method="GET", **headers):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return refusal(method, url, status, CaseInsensitiveDict({k.replace("_", "-"): v for k, v in headers.items()}), content)


def test_management_front_end_with_details():
    error = refused(404, {"error": {
        "code": "NotFound", "message": "The specified resource was not found.",
        "details": [{"code": "NoSuchEndpoint", "message": "There is no endpoint with name: X in W", "details": [],
                     "additionalInfo": []}],
        "additionalInfo": [{"type": "ComponentName", "info": {"value": "managementfrontend"}},
                           {"type": "Correlation", "info": {"value": {"operation": "o", "request": "r-7"}}}]}})
    assert isinstance(error, NotFound)
    assert (error.status, error.code) == (404, "NoSuchEndpoint")
    assert error.message == "The specified resource was not found. There is no endpoint with name: X in W"


def test_management_front_end_with_an_inner_error():
    error = refused(400, {"error": {
        "code": "UserError", "message": "Failed to update component X since field \"code\" is immutable.", "details": [],
        "additionalInfo": [
            {"type": "Correlation", "info": {"value": {"operation": "o", "request": "r-7"}}},
            {"type": "InnerError", "info": {"value": {"code": "BadArgument", "innerError": {
                "code": "ArgumentInvalid", "innerError": {"code": "UpdateComponentFailed", "innerError": None}}}}}]}})
    assert isinstance(error, ServiceError)
    assert (error.status, error.code, error.request_id) == (400, "UpdateComponentFailed", "r-7")


def test_gateway():
    error = refused(403, {"error": {"code": "AuthorizationFailed", "message": "The client 'X' does not have authorization."}},
                    x_ms_correlation_request_id="c-1")
    assert (error.status, error.code, error.request_id) == (403, "AuthorizationFailed", "c-1")
    assert "role" in error.fix


def test_account_service_whose_metadata_stand_beside_the_error():
    error = refused(404,
                    {"error": {"code": "UserError", "severity": None, "message": "Connection X can't be found in this workspace",
                                    "details": [], "innerError": {"code": "NotFoundError", "innerError": None}},
                          "correlation": {"operation": "o", "request": "r"}, "componentName": "account-rp"})
    assert isinstance(error, NotFound)
    assert error.message == "Connection X can't be found in this workspace"


def test_a_missing_compute_is_404_with_nothing_in_it():
    error = refused(404, b"", url=WS + "/computes/gpu?api-version=1")
    assert isinstance(error, NotFound)
    assert error.message == "There is no compute 'gpu' of workspace 'W'."


def test_blob_storage():
    error = refused(403, b'\xef\xbb\xbf<?xml version="1.0"?><Error><Code>AuthenticationFailed</Code>'
                         b'<Message>Server failed to authenticate.'
                         b'\nRequestId:1</Message></Error>', url="https://a.blob.core.windows.net/c/b?sig=s",
                    x_ms_error_code="AuthenticationFailed", x_ms_request_id="q")
    assert (error.code, error.message, error.request_id) == ("AuthenticationFailed", "Server failed to authenticate.", "q")


@pytest.mark.parametrize("body, code, message", [
    ({"error": {"code": "UserError", "message": "m",
                "details": [{"code": "A", "message": "a", "details": [{"code": "B", "message": "b"}]}]}},
     "A", "m a b"),
    ({"error": {"code": "UserError", "message": "m", "details": None, "additionalInfo": None}}, "UserError", "m"),
    ({"error": {"code": None, "message": None}}, None, None),
    ({"error": "invalid_request", "error_description": "why"}, "invalid_request", "why"),
    ({"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "No run"}, "RESOURCE_DOES_NOT_EXIST", "No run"),
    ({"code": "X", "message": "flat"}, "X", "flat"),
    ({"error": {"code": "E", "message": "m", "innererror": {"code": "Deep"}}}, "Deep", "m"),
    ({"error": {"code": "E", "message": "m"}, "additionalInfo": 3}, "E", "m"),
    ([1], None, None), ("text", None, None), (None, None, None),
])
def test_describe(body, code, message):
    assert describe(body)[:2] == (code, message)


@pytest.mark.parametrize("content", [b"<html>Bad gateway</html>", b"{", b"\xff\xfe", b"null", b"[]", b'{"error": 5}',
                                     b'{"error": {"details": [1]}}'])
def test_an_answer_that_explains_nothing_still_makes_a_sentence(content):
    error = refused(502, content, method="PUT")
    assert (error.status, error.code) == (502, "BadGateway")
    assert error.message == "PUT job 'j1' of workspace 'W' was answered 502 Bad Gateway."
    assert "repeat" in error.fix


def test_a_redirect_says_so():
    assert "redirected" in refused(307, b"").message


@pytest.mark.parametrize("url, text", [
    (WS, "workspace 'W'"),
    (WS + "/models/m/versions/3?a=b", "model 'm' version '3' of workspace 'W'"),
    (WS + "/onlineEndpoints/e/deployments/d", "deployment 'd' of workspace 'W'"),
    (WS + "/featurestoreEntities/e", "featurestore entity 'e' of workspace 'W'"),
    (WS + "/onlineEndpoints/e", "online endpoint 'e' of workspace 'W'"),
    (WS.replace("workspaces", "registries") + "/data/d", "data 'd' of registry 'W'"),
    (WS + "/jobs", WS + "/jobs"),
    ("https://x.com/y?sig=secret", "https://x.com/y"),
    ("http://127.0.0.1:1/_host/a.b/history" + WS[28:] + "/runs/r%201", "run 'r 1' of workspace 'W'"),
])
def test_target(url, text):
    assert target(url) == text
