"""The thin REST client: core.workspace.Client over an azure-core pipeline."""

import json
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.core.rest import HttpRequest

from azext_ml.core.errors import NeedsLogin, ServiceError, UsageError
from azext_ml.rest import errors
from azext_ml.rest.discretion import without_queries
from azext_ml.rest.origins import foreign, origin, without_query
from azext_ml.rest.polling import Polling


class Answer(NamedTuple):
    status: int
    headers: Any                # case-insensitive mapping
    body: Any                   # decoded JSON; None when empty


class RestClient:
    """core.workspace.Client. Nothing in it knows whether the service is Azure or the local workspace.

    pipeline: azure.core.pipeline.Pipeline, see rest.pipeline.  origins: rest.origins.Origins, whose endpoint is where paths begin.
    clock: core.workspace.Clock, used between polls.

    A `path` is plain text and is quoted here; a full URL is used as it is, provided that its origin is trusted. `api_version`
    replaces the one that a URL may hold.
    """

    def __init__(self, pipeline, origins, *, clock):
        self.pipeline = pipeline
        self.origins = origins
        self.clock = clock

    def get(self, path, *, api_version="", query=None):
        return self.exchange("GET", self.url(path, api_version, query)).body

    def put(self, path, body, *, api_version="", query=None):
        return self.exchange("PUT", self.url(path, api_version, query), body).body

    def patch(self, path, body, *, api_version="", query=None):
        return self.exchange("PATCH", self.url(path, api_version, query), body).body

    def post(self, path, body=None, *, api_version="", query=None):
        return self.exchange("POST", self.url(path, api_version, query), body).body

    def delete(self, path, *, api_version="", query=None):
        return self.exchange("DELETE", self.url(path, api_version, query)).body

    def begin(self, method, path, body=None, *, api_version="", query=None):
        url = self.url(path, api_version, query)
        return Polling(self, method, url, api_version, self.exchange(method, url, body))

    def pages(self, path, *, api_version="", query=None):
        """Every item of `value`, a page at a time.

        Raises ServiceError `ForeignLink` for a nextLink to another origin, `PagingLoop` for one that was followed already.
        """
        url = first = self.url(path, api_version, query)
        seen = set()
        while url:
            seen.add(url)
            page = self.exchange("GET", url).body or {}
            yield from page.get("value") or ()
            url = page.get("nextLink")
            if url:
                # The link may carry an older api-version than the one that this client speaks.
                url = with_query(self.near(url, first), {"api-version": api_version} if api_version else {})
            if url in seen:
                raise ServiceError(f"The list at {without_query(first)} leads back to a page that was read already.",
                                   code="PagingLoop")

    def read(self, url, *, offset=0):
        """The bytes from `offset` on. A foreign https address is read too, without a token: logs are handed out as SAS URLs."""
        self.origins.check_open(url)
        headers = {"Range": f"bytes={offset}-"} if offset else {}
        response = self._run(HttpRequest("GET", url, headers=headers))
        content = response.read()
        if response.status_code == 416:         # nothing further yet
            return b""
        self._refuse("GET", url, response, content)
        return content if response.status_code == 206 else content[offset:]

    def url(self, path, api_version="", query=None):
        """The full address of `path`.

        Raises UsageError for a path whose segments would be taken for something else on the way (`..`, an empty name).
        """
        if not path.startswith("/"):
            url = path
        else:
            if any(segment in ("", ".", "..") for segment in path[1:].split("/")):
                raise UsageError(f"A name in {path!r} is empty or consists of dots only.", fix="Give the name of a resource.")
            url = self.origins.endpoint + quote(path, safe="/:@!$&'()*+,;=~")
        self.origins.check(url)
        return with_query(url, {**(query or {}), **({"api-version": api_version} if api_version else {})})

    def near(self, link, base):
        """`link`, which an answer from `base` gave, as a full URL. ServiceError `ForeignLink` unless both have the same origin."""
        url = urljoin(base, link)
        if origin(url) != origin(base):
            raise foreign(url, "while the request went to another host")
        return url

    def exchange(self, method, url, body=None):
        """Sends one request and decodes its answer. Raises what core.workspace.Client names."""
        headers = {"Accept": "application/json"}
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body, allow_nan=False).encode()
        elif method in ("POST", "PUT", "PATCH"):
            headers["Content-Length"] = "0"
        response = self._run(HttpRequest(method, url, headers=headers, content=content))
        content = response.read()
        self._refuse(method, url, response, content)
        return Answer(response.status_code, response.headers, self._decode(method, url, response, content))

    def _run(self, request):
        try:
            return self.pipeline.run(request).http_response
        except ClientAuthenticationError as error:
            raise NeedsLogin(f"No token for the service could be had: {_first_line(error)}",
                             fix="Log in, or use the local workspace.") from error
        except AzureError as error:
            raise ServiceError(f"{urlsplit(request.url).netloc} cannot be reached: {_first_line(error)}", code="ConnectionFailed",
                               fix="See whether the network, and the proxy if there is one, let this host through.") from error

    @staticmethod
    def _refuse(method, url, response, content):
        if not 200 <= response.status_code < 300:
            raise errors.refusal(method, url, response.status_code, response.headers, content)

    @staticmethod
    def _decode(method, url, response, content):
        if not content.strip():
            return None
        try:
            return json.loads(content)
        except ValueError:
            raise errors.malformed(method, url, response.headers, content) from None


def with_query(url, query):
    """`url` with these query parameters set, in place of equally named ones (compared without case)."""
    if not query:
        return url
    parts = urlsplit(url)
    names = {name.lower() for name in query}
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k.lower() not in names]
    return urlunsplit(parts._replace(query=urlencode([*kept, *query.items()], quote_via=quote, safe="$")))


def _first_line(error):
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return without_queries(lines[0])
