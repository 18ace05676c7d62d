"""The local workspace's app, asked in this process the way a WSGI server asks it."""

import importlib
import io
import json
import threading
from pathlib import Path
from typing import NamedTuple

import pytest

from azext_ml.local.app import App
from azext_ml.local.serve import Server

HOST = "azml.local:80"
GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/lab/providers/Microsoft.MachineLearningServices"
SCOPE = GROUP + "/workspaces/first"
NOUNS = Path(__file__).parents[2] / "azext_ml" / "nouns"


class Answer(NamedTuple):
    """`body`: decoded JSON, bytes of anything else, None when there is none."""

    status: int
    headers: dict
    body: object

    @property
    def properties(self):
        return self.body["properties"]

    @property
    def names(self):
        return [item["name"] for item in self.body["value"]]

    @property
    def code(self):
        return self.body["error"]["code"]

    @property
    def message(self):
        return self.body["error"]["message"]

    @property
    def inner(self):
        """Codes of the InnerError chain, outermost first."""
        found = [item["info"]["value"] for item in self.body["error"]["additionalInfo"] if item["type"] == "InnerError"]
        nested = found[0] if found else None
        codes = []
        while nested:
            codes.append(nested["code"])
            nested = nested["innerError"]
        return codes


class Clock:
    """A clock that is moved by hand; seconds since the epoch."""

    def __init__(self, now=1_700_000_000.1234567):
        self.now = now

    def __call__(self):
        return self.now


class Wire:
    """Requests to an App. Paths that do not begin with "/" are below the workspace `first` of the group `lab`."""

    def __init__(self, app):
        self.app = app
        self.store = app.store
        self.scope = SCOPE
        self.group = GROUP

    def __call__(self, method, path, body=None, headers=(), *, host=HOST, trusted=True):
        path, _, query = (path if path.startswith("/") else f"{SCOPE}/{path}").partition("?")
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path.encode().decode("latin-1"), "QUERY_STRING": query, "HTTP_HOST": host,
                   "SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(data),
                   "CONTENT_LENGTH": str(len(data))}
        if trusted:
            environ["azml.trusted"] = True
        environ.update({"HTTP_" + name.upper().replace("-", "_"): value for name, value in dict(headers).items()})
        started = []
        result = self.app(environ, lambda status, fields: started.append((status, fields)))
        try:
            content = b"".join(result)
        finally:
            getattr(result, "close", lambda: None)()
        (status, fields), = started
        fields = {name.lower(): value for name, value in fields}
        assert "content-length" in fields, "every answer says how long it is"
        assert method == "HEAD" or int(fields["content-length"]) == len(content)
        if "json" in fields.get("content-type", ""):
            content = json.loads(content) if content else None
        return Answer(int(status[:3]), fields, content if content != b"" else None)

    def get(self, path, **options):
        return self("GET", path, **options)

    def put(self, path, body=None, **options):
        return self("PUT", path, body, **options)

    def post(self, path, body=None, **options):
        return self("POST", path, body, **options)

    def patch(self, path, body=None, **options):
        return self("PATCH", path, body, **options)

    def delete(self, path, **options):
        return self("DELETE", path, **options)

    def follow(self, url):
        """GET of an absolute URL that the app handed out."""
        assert url.startswith(f"http://{HOST}/"), url
        return self.get(url[len(f"http://{HOST}"):])

    def job(self, name, **properties):
        """Creates a command job."""
        return self.put(f"jobs/{name}", {"properties": {"jobType": "Command", "command": "true", **properties}})


def services():
    found = [importlib.import_module(f"azext_ml.nouns.{path.parent.name}.service") for path in sorted(NOUNS.glob("*/service.py"))]
    return [service for module in found for service in module.SERVICES]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def woken():
    """Keys of the workspaces that were woken, in order."""
    return []


@pytest.fixture
def app(tmp_path, clock, woken):
    return App(tmp_path, services(), wake=woken.append, clock=clock, user="A Person", token="the root's token")


@pytest.fixture
def empty(app):
    """Requests to a root without any workspace."""
    return Wire(app)


@pytest.fixture
def wire(empty):
    """Requests to a root with the workspace `first`."""
    assert empty.put(SCOPE, {}).status == 200
    return empty


@pytest.fixture
def served(wire):
    """URL of the app on a socket of this machine."""
    server = Server(wire.app)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.url
    server.close()
    thread.join(5)
