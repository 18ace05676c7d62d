import json

import pytest
from azure.core.exceptions import ClientAuthenticationError

from azext_ml.core.errors import NeedsLogin, NotFound, ServiceError, UsageError
from azext_ml.rest.client import RestClient, with_query
from azext_ml.rest.origins import Origins
from azext_ml.rest.pipeline import in_process
from azext_ml.rest.transport import BASE


@pytest.fixture
def ask(clock):
    """ask(answer) -> (client, requests). Every request is answered by answer(environ) -> (status, headers, bytes)."""
    def ask(answer):
        requests = []

        def app(environ, start_response):
            requests.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["QUERY_STRING"],
                             environ["wsgi.input"].read()))
            status, headers, body = answer(environ)
            start_response(f"{status} X", headers)
            return [body]
        return RestClient(in_process(app), Origins(BASE, in_process=True), clock=clock), requests
    return ask


def pages_of(*pages):
    """Answers page 0 to a path without `page`, else the page that is asked for."""
    def answer(environ):
        query = dict(part.split("=") for part in environ["QUERY_STRING"].split("&") if part)
        return 200, [], json.dumps(pages[int(query.get("page", 0))]).encode()
    return answer


@pytest.mark.parametrize("verb, method", [("put", "PUT"), ("patch", "PATCH"), ("post", "POST")])
def test_bodies_go_and_come_as_json(ask, verb, method):
    client, requests = ask(lambda environ: (201, [], '{"properties": {"é": 0.1}}'.encode()))
    assert getattr(client, verb)("/a/b", {"k": ["ü", None, 0]}, api_version="2024-01-01", query={"skipValidation": "true"}) == {
        "properties": {"é": 0.1}}
    (sent, path, query, body), = requests
    assert (sent, path, query) == (method, "/a/b", "skipValidation=true&api-version=2024-01-01")
    assert json.loads(body) == {"k": ["ü", None, 0]}


@pytest.mark.parametrize("content", [b"", b" \n", b"null"])
def test_an_empty_answer_is_none(ask, content):
    client, _ = ask(lambda environ: (202, [], content))
    assert client.delete("/a") is None
    assert client.post("/a/listKeys") is None


def test_paths_are_plain_text_and_query_values_are_quoted(ask):
    client, requests = ask(lambda environ: (200, [], b"{}"))
    client.get("/ws/a?b#c%20d", query={"$orderBy": "createdtime desc", "hash": "a&b"})
    assert requests[0][1:3] == ("/ws/a?b#c%20d", "$orderBy=createdtime%20desc&hash=a%26b")


@pytest.mark.parametrize("path", ["/ws/models/../computes", "/ws/models//versions", "/ws/.", "/"])
def test_a_name_cannot_lead_elsewhere(ask, path):
    client, requests = ask(lambda environ: (200, [], b"{}"))
    with pytest.raises(UsageError):
        client.get(path)
    assert requests == []


def test_a_full_url_is_used_when_it_is_trusted(ask):
    client, requests = ask(lambda environ: (200, [], b"{}"))
    client.get(BASE + "/history/v1.0/x?a=1", api_version="v")
    assert requests[0][1:3] == ("/history/v1.0/x", "a=1&api-version=v")
    with pytest.raises(ServiceError) as caught:
        client.get("https://evil.com/x")
    assert caught.value.code == "ForeignLink"


def test_the_endpoint_may_hold_a_path(clock):
    assert RestClient(None, Origins("http://127.0.0.1:1/_host/arm/"), clock=clock).url("/a") == "http://127.0.0.1:1/_host/arm/a"


@pytest.mark.parametrize("content", [b"<html>log in</html>", b'{"a":', b"\xff\xfe\x00"])
def test_an_answer_that_is_not_json_is_told_without_its_content(ask, content):
    client, _ = ask(lambda environ: (200, [("Content-Type", "text/html")], content))
    with pytest.raises(ServiceError) as caught:
        client.get("/a")
    assert caught.value.code == "MalformedAnswer"
    assert "text/html" in caught.value.message
    assert "log in" not in caught.value.message


def test_refusals_are_errors(ask):
    client, _ = ask(lambda environ: (int(environ["PATH_INFO"][1:]), [], b'{"error": {"code": "C", "message": "M"}}'))
    with pytest.raises(NotFound) as caught:
        client.get("/404")
    assert caught.value.status == 404
    for status in (302, 400, 401, 409, 500):
        with pytest.raises(ServiceError) as refused:
            client.put(f"/{status}", {})
        assert (refused.value.status, refused.value.code, refused.value.message) == (status, "C", "M")


# Pages -----------------------------------------------------------------------------------------------------------------------

def test_pages_are_fetched_as_they_are_needed(ask):
    client, requests = ask(pages_of({"value": [1, 2], "nextLink": BASE + "/a?page=1&Api-Version=old"},
                                    {"value": [], "nextLink": "/a?page=2"}, {"value": [3], "nextLink": ""}))
    items = client.pages("/a", api_version="new", query={"listViewType": "All"})
    assert requests == []
    assert [next(items), next(items)] == [1, 2]
    assert len(requests) == 1
    assert list(items) == [3]
    assert [query for _, _, query, _ in requests] == ["listViewType=All&api-version=new", "page=1&api-version=new",
                                                     "page=2&api-version=new"]


@pytest.mark.parametrize("page", [{"value": []}, {"value": None, "nextLink": None}, {}, None])
def test_an_empty_page_is_the_end(ask, page):
    client, _ = ask(pages_of(page))
    assert list(client.pages("/a")) == []


@pytest.mark.parametrize("link", ["https://evil.com/a?page=1", "https://azml.local/a", "http://azml.local:81/a", "//evil.com/a"])
def test_a_next_link_to_another_origin_is_refused(ask, link):
    client, requests = ask(pages_of({"value": [1], "nextLink": link}))
    items = client.pages("/a")
    assert next(items) == 1
    with pytest.raises(ServiceError) as caught:
        next(items)
    assert caught.value.code == "ForeignLink"
    assert len(requests) == 1


def test_pages_that_go_in_a_circle_end(ask):
    client, requests = ask(pages_of({"value": [1], "nextLink": "/a?page=1"}, {"value": [2], "nextLink": "/a?page=0"}))
    with pytest.raises(ServiceError) as caught:
        list(client.pages(BASE + "/a?page=0"))
    assert caught.value.code == "PagingLoop"
    assert len(requests) == 2


# Logs ------------------------------------------------------------------------------------------------------------------------

def test_a_log_is_read_from_where_it_was_left(service, connect):
    log = b"line 1\nline 2\n"
    service.answers = [(200, {}, log)]
    client = connect()
    assert client.read(service.url + "/log") == log
    assert client.read(service.url + "/log", offset=7) == b"line 2\n"            # a server that knows no ranges
    service.answers = [(206, {}, b"ne 2\n")]
    assert client.read(service.url + "/log", offset=9) == b"ne 2\n"
    assert service.asked[-1][2]["Range"] == "bytes=9-"
    service.answers = [(416, {}, b"<Error/>")]
    assert client.read(service.url + "/log", offset=14) == b""
    service.answers = [(404, {}, None)]
    with pytest.raises(NotFound):
        client.read(service.url + "/log")


def test_a_log_elsewhere_is_read_without_the_token(service, elsewhere, connect):
    service.answers = elsewhere.answers = [(200, {}, b"log")]
    client = connect()
    assert client.read(elsewhere.url + "/c/log?sv=1&sig=abc") == b"log"
    assert "Authorization" not in elsewhere.asked[0][2]
    client.read(service.url + "/log?sig=abc")               # a SAS of its own
    assert "Authorization" not in service.asked[0][2]
    client.read(service.url + "/log")
    assert service.asked[1][2]["Authorization"] == "Bearer s3cret"
    with pytest.raises(ServiceError) as caught:
        client.read("http://10.1.2.3/log")
    assert caught.value.code == "PlainHttp"


# Over the network ------------------------------------------------------------------------------------------------------------

def test_the_token_goes_to_the_endpoint_and_a_redirect_is_not_followed(service, elsewhere, connect):
    service.answers = [(307, {"Location": elsewhere.url + "/a"}, None)]
    with pytest.raises(ServiceError, match="redirected"):
        connect().get("/a")
    assert service.asked[0][2]["Authorization"] == "Bearer s3cret"
    assert elsewhere.asked == []


def test_a_link_elsewhere_is_never_asked(service, elsewhere, connect):
    service.answers = [(200, {"Azure-AsyncOperation": elsewhere.url + "/op"}, {"value": [1], "nextLink": elsewhere.url + "/a"})]
    client = connect()
    for act in (lambda: list(client.pages("/a")), client.begin("PUT", "/a", {}).wait, lambda: client.get(elsewhere.url)):
        with pytest.raises(ServiceError) as caught:
            act()
        assert caught.value.code == "ForeignLink"
    assert elsewhere.asked == []


def test_without_a_credential_no_token_is_sent(service, connect):
    service.answers = [(200, {}, {})]
    connect(credential=None).get("/a")
    assert "Authorization" not in service.asked[0][2]


def test_a_login_that_fails_is_needs_login(service, connect):
    class Nobody:
        def get_token(self, *scopes, **options):
            raise ClientAuthenticationError("No accounts were found in the cache\nand a second line")

    service.answers = [(200, {}, {})]
    with pytest.raises(NeedsLogin, match="No accounts were found in the cache$"):
        connect(credential=Nobody()).get("/a")
    assert service.asked == []


def test_a_service_that_is_not_there(service, connect, clock):
    service.close()
    with pytest.raises(ServiceError) as caught:
        connect().get("/a", query={"sig": "topsecret"})
    assert caught.value.code == "ConnectionFailed"
    assert service.url[7:] in caught.value.message
    assert "topsecret" not in caught.value.message
    assert len(clock.slept) == 4


@pytest.mark.parametrize("url, query, expected", [
    ("http://a/b", {}, "http://a/b"), ("http://a/b?x=1", {"y": "2 3"}, "http://a/b?x=1&y=2%203"),
    ("http://a/b?API-VERSION=1&x=%26", {"api-version": "2"}, "http://a/b?x=%26&api-version=2"),
    ("http://a/b?empty=", {"$skip": "t+/="}, "http://a/b?empty=&$skip=t%2B%2F%3D"),
])
def test_with_query(url, query, expected):
    assert with_query(url, query) == expected
