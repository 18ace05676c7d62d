"""Which addresses may be called, and for which of them a token may be fetched."""

import re
from urllib.parse import parse_qs, urlsplit

from azext_ml.core.errors import ServiceError, UsageError

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LOOPBACK = re.compile(r"^(localhost|127(\.\d{1,3}){3}|::1)$")


class Origins:
    """The endpoint, and whoever else may be asked with which token.

    endpoint: base URL, may hold a path.  scope: the audience of its tokens ("https://management.azure.com/.default"), None when
    it wants no token.  domains: {domain: scope}; https hosts below a domain are trusted too: the region hosts of the data
    plane ("api.azureml.ms") that a workspace's discoveryUrl names.  in_process: the endpoint is no real host.

    A token is bound to an origin (scheme, host and port), never to a name found in an answer.
    """

    def __init__(self, endpoint, scope=None, *, domains=None, in_process=False):
        self.endpoint = endpoint.rstrip("/")
        self.in_process = in_process
        self._domains = {domain.lower().lstrip("."): audience for domain, audience in (domains or {}).items()}
        self._scopes = {}
        self.trust(endpoint, scope)

    def trust(self, url, scope):
        """From now on the origin of `url` may be called, with tokens for `scope` (None: without).

        UsageError when it is plain http to another machine, where a token would be readable on the way.
        """
        self._refuse_plain(url, UsageError)
        self._scopes[origin(url)] = scope

    def check(self, url):
        """Raises ServiceError `ForeignLink` unless `url` is at a trusted origin."""
        if not self._trusted(url):
            raise foreign(url, "which is not an address of this service")

    def check_open(self, url):
        """For an address that carries its own permission, such as a log's: any https host, plain http only to loopback."""
        if self.in_process:
            self.check(url)             # there is no way to another host
        self._refuse_plain(url, ServiceError)

    def scope(self, url):
        """Audience of the token for `url`; None when it must get none: a foreign host, or an address with a signature (SAS)."""
        if not self._trusted(url) or "sig" in parse_qs(urlsplit(url).query):
            return None
        where = origin(url)
        return self._scopes[where] if where in self._scopes else self._domain(where)

    def _trusted(self, url):
        where = origin(url)
        return where in self._scopes or self._domain(where) is not None

    def _domain(self, where):
        scheme, host, port = where
        if scheme != "https" or port != 443:
            return None
        return next((scope for domain, scope in self._domains.items() if host.endswith("." + domain)), None)

    def _refuse_plain(self, url, error):
        scheme, host, _ = origin(url)
        if scheme == "http" and not self.in_process and not _LOOPBACK.match(host):
            raise error(f"Plain http is only used to this machine itself, not to {host}.", code="PlainHttp",
                        fix="Use an https:// address.")


def origin(url):
    """(scheme, host, port) of an absolute http or https URL. ServiceError `ForeignLink` for anything else.

    Characters on which URL parsers disagree are refused, else a name could be one host to us and another to the transport.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if (parts.scheme not in _DEFAULT_PORTS or not parts.hostname or port == -1 or "@" in parts.netloc
            or re.search(r"[\s\\\x00-\x20\x7f]", url)):
        raise foreign(url, "which is not a plain http or https address")
    return parts.scheme, parts.hostname.lower(), port or _DEFAULT_PORTS[parts.scheme]


def foreign(url, why):
    """The error for a link that leads elsewhere. Its query is left out: it may be a secret."""
    return ServiceError(f"The service pointed to {without_query(url)!r}, {why}; it is not followed.", code="ForeignLink")


def without_query(url):
    return url.split("?", 1)[0].split("#", 1)[0]
