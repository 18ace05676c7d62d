"""One request and its answer, on bare WSGI."""

import json
from typing import Any, Iterable, NamedTuple, Sequence, Tuple
from urllib.parse import parse_qsl, quote

from azext_ml.core import ids
from azext_ml.local import envelopes
from azext_ml.local.store import workspace_key

CANONICAL = "http://azml.local:80"        # how URLs of this app are stored; they are shown with the request's own host
CHUNK = 1 << 20
_HOST = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]")   # it becomes part of addresses in answers


class Response(NamedTuple):
    """`body`: anything that JSON can hold, an iterable of bytes (then `headers` say its length and type), or ABSENT."""

    status: int
    body: Any = None
    headers: Sequence[Tuple[str, str]] = ()


class Absent:
    """Stands for no body at all: None is the JSON literal null, which some answers are."""


ABSENT = Absent()


class Workspace(NamedTuple):
    """The workspace that a request is about. `scope` is its ARM id in the spelling it was made with."""

    key: str
    subscription: str
    group: str
    name: str
    guid: str

    @property
    def scope(self):
        return ids.scope(self.subscription, self.group, self.name)


class Request:
    """`params`: what the route's pattern took from the path. `query`: lower-case name -> text. `base`: URL of this app as the
    client spells it. `run`: None, or the run that the caller's token is limited to."""

    def __init__(self, app, environ, path):
        self.app = app
        self.environ = environ
        self.path = path
        self.method = environ["REQUEST_METHOD"]
        self.query = {name.lower(): value for name, value in parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)}
        self.host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
        if not set(self.host) <= _HOST:
            self.host = CANONICAL.removeprefix("http://")
        self.base = f"{environ.get('wsgi.url_scheme', 'http')}://{self.host}"
        self.params = {}
        self.run = None

    def header(self, name):
        return self.environ.get("HTTP_" + name.upper().replace("-", "_"))

    @property
    def length(self):
        """Length of the body in bytes."""
        return number(self.environ.get("CONTENT_LENGTH")) or 0

    def chunks(self) -> Iterable[bytes]:
        """The body, never more than 1 MiB of it at once."""
        left, stream = self.length, self.environ["wsgi.input"]
        while left > 0:
            chunk = stream.read(min(CHUNK, left))
            if not chunk:
                raise envelopes.malformed("The body is shorter than its Content-Length.")
            left -= len(chunk)
            yield chunk

    def json(self):
        """The body as a dict; {} when there is none. URLs of this app come out in canonical form."""
        data = b"".join(self.chunks())
        if not data:
            return {}
        try:
            value = json.loads(swap(data.decode("utf-8"), self.base, CANONICAL))
            if b"\\u" in data:
                json.dumps(value, ensure_ascii=False).encode()      # half a surrogate pair is JSON, but no text
        except ValueError as error:
            raise envelopes.malformed(f"The body is not JSON: {error}") from None
        if value is not None and not isinstance(value, dict):
            raise envelopes.malformed("The body is not a JSON object.")
        return value or {}

    def workspace(self, tx):
        """The Workspace of the path. Raises the gateway's ResourceNotFound."""
        group, name = self.params["group"], self.params["workspace"]
        document = tx.get("", "workspaces", f"{group}/{name}")
        if document is None:
            raise envelopes.no_workspace(group, name)
        group, _, name = document.name.partition("/")
        return Workspace(workspace_key(group, name), self.params["subscription"], group, name,
                         document.body["properties"]["workspaceId"])

    def url(self, path, query=""):
        """Absolute URL of a path of this app."""
        return self.base + quote(path, safe="/:@$&'()*+,;=~") + ("?" + query if query else "")


def of_type(name, value, shape):
    """The value of a request's field; null is always allowed. Raises Refusal for a value of another shape."""
    if value is not None and not isinstance(value, shape):
        raise envelopes.malformed(f"'{name}' is not {_SHAPES[shape]}.")
    return value


_SHAPES = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}


def number(text):
    """The whole number that a text is, else None. What is longer than 18 digits counts nothing here."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def swap(text, old, new):
    """JSON text with URLs of one origin moved to another. A longer host that merely begins alike is left alone."""
    if old == new or old not in text:
        return text
    for end in '/"?':
        text = text.replace(old + end, new + end)
    return text
