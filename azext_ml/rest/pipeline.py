"""The two ways that a request can take: over the network with everything that needs, or straight into a WSGI app."""

import random
import uuid

from azure.core.exceptions import IncompleteReadError, ServiceRequestError, ServiceResponseError
from azure.core.pipeline import Pipeline
from azure.core.pipeline.policies import (
    BearerTokenCredentialPolicy,
    HeadersPolicy,
    HttpLoggingPolicy,
    HTTPPolicy,
    RequestIdPolicy,
    UserAgentPolicy,
)

from azext_ml.rest.discretion import hush_urllib3
from azext_ml.rest.polling import retry_after
from azext_ml.rest.transport import WsgiTransport

TEMPORARY = (408, 429, 500, 502, 503, 504)
IDEMPOTENT = ("GET", "HEAD", "PUT", "DELETE", "OPTIONS")
# Names and values that the log may show; every other query value and header is redacted, SAS signatures and tokens included.
SHOWN = {"hash", "hashVersion", "listViewType", "$orderBy", "$top", "$skip", "comp", "restype", "skipValidation"}


def in_process(app):
    """A pipeline into a WSGI app: no policies, for there is nothing to authenticate, retry or trace."""
    return Pipeline(WsgiTransport(app), [])


def over_network(transport, origins, credential, *, clock, user_agent, correlation_id=None):
    """A pipeline to Azure, or to a served workspace.

    transport: azure.core HttpTransport, see `network`.  origins: Origins, which says what gets a token.  credential: azure-core
    TokenCredential, None to send none.  user_agent: name and version, put before azure-core's own.  correlation_id: text that
    ties the requests of one command together in the service's logs.
    """
    return Pipeline(transport, [
        HeadersPolicy({"x-ms-correlation-request-id": correlation_id or str(uuid.uuid4())}),
        UserAgentPolicy(user_agent, user_agent_overwrite=True),
        RequestIdPolicy(),
        Retry(clock),
        Login(credential, origins),
        _logging(),
    ])


def network(*, verify=True, connect=20):
    """The HTTP transport over sockets. Imports requests (it honours the proxy and certificate settings that az does).

    verify: False, or the path of a file of certificates.  connect: seconds in which a connection must be made; a pause within
    an answer may last 120 s.
    """
    from azure.core.pipeline.transport import RequestsTransport  # start-up: 100 ms that local use does not pay

    hush_urllib3()
    transport = RequestsTransport(connection_timeout=connect, read_timeout=120, connection_verify=verify)
    transport.open()
    # An own (empty) authentication keeps requests from putting a password of ~/.netrc in the place of our token.
    transport.session.auth = lambda request: request
    return transport


class Retry(HTTPPolicy):
    """Repeats what failed for a while, where repeating cannot do the thing twice.

    Repeated: 408, 429, 5xx and broken connections of idempotent requests and of reads in POST form (`list…`); of other POSTs
    and PATCHes only what certainly was not carried out: 429, 503 with Retry-After, no connection at all. Pauses are
    Retry-After, or double each time with jitter; a Retry-After beyond `patience` seconds is left to the user.
    """

    def __init__(self, clock, *, attempts=5, patience=120, jitter=random.random):
        super().__init__()
        self._clock, self._attempts, self._patience, self._jitter = clock, attempts, patience, jitter

    def send(self, request):
        for attempt in range(self._attempts - 1):
            wait = 0.8 * 2 ** attempt * (0.5 + self._jitter())
            try:
                response = self.next.send(request)
            except ServiceRequestError:                 # never reached the service
                pass
            except (ServiceResponseError, IncompleteReadError):
                if not _repeatable(request.http_request):
                    raise
            else:
                http = response.http_response
                asked = retry_after(http.headers, self._clock.now())
                if http.status_code not in TEMPORARY or (asked or 0) > self._patience:
                    return response
                refused = http.status_code == 429 or (http.status_code == 503 and asked is not None)
                if not refused and not _repeatable(request.http_request):
                    return response
                wait = wait if asked is None else asked
            self._clock.sleep(wait)
        return self.next.send(request)


class Login(HTTPPolicy):
    """Puts the right token on requests to trusted origins, and none on any other.

    One azure-core bearer policy per audience; it caches, refreshes and answers claims challenges.
    """

    def __init__(self, credential, origins):
        super().__init__()
        self._credential, self._origins, self._by_scope = credential, origins, {}

    def send(self, request):
        scope = self._origins.scope(request.http_request.url)
        if scope is None or self._credential is None:
            request.http_request.headers.pop("Authorization", None)
            return self.next.send(request)
        if scope not in self._by_scope:
            self._by_scope[scope] = BearerTokenCredentialPolicy(self._credential, scope)
            self._by_scope[scope].next = self.next
        request.context.options["enforce_https"] = False        # Origins has refused plain http to everything but loopback
        return self._by_scope[scope].send(request)


def _repeatable(request):
    return request.method in IDEMPOTENT or request.url.split("?")[0].rsplit("/", 1)[-1].lower().startswith("list")


def _logging():
    policy = HttpLoggingPolicy()
    policy.allowed_query_params = policy.allowed_query_params | SHOWN
    return policy
