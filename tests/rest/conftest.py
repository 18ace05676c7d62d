"""A real HTTP server whose answers a test dictates, a clock that only counts, and Azurite."""

import http.server
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest

from azext_ml.rest.client import RestClient
from azext_ml.rest.credentials import StaticToken
from azext_ml.rest.origins import Origins
from azext_ml.rest.pipeline import network, over_network

AZURITE = "azurite@3.35.0"


class Clock:
    """core.workspace.Clock whose time passes only when somebody sleeps. `slept`: the seconds of each sleep."""

    def __init__(self, start=1_700_000_000.0):
        self.time, self.slept = start, []

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.time += seconds


class Service:
    """A server on loopback. `answers`: (status, headers, body) in turn, the last one for ever; a body that is neither bytes nor
    None goes out as JSON; an exception in place of an answer breaks the connection. `asked`: the requests that came."""

    def __init__(self):
        self.answers, self.asked = [], []
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def serve(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                service.asked.append((self.command, self.path, dict(self.headers.items()), body))
                answer = service.answers.pop(0) if len(service.answers) > 1 else service.answers[0]
                if isinstance(answer, Exception):
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                status, headers, content = answer
                content = content if isinstance(content, bytes) else b"" if content is None else json.dumps(content).encode()
                self.send_response(status)
                for name, value in {"Content-Length": str(len(content)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"" if self.command == "HEAD" else content)

            do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = do_HEAD = serve

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def service():
    server = Service()
    yield server
    server.close()


@pytest.fixture
def elsewhere():
    """A second server: another origin."""
    server = Service()
    yield server
    server.close()


@pytest.fixture
def connect(service, clock):
    """connect() -> RestClient of `service` over real sockets, with the token `s3cret`."""
    opened, token = [], StaticToken("s3cret")

    def connect(endpoint=None, credential=token, scope="https://management.azure.com/.default"):
        transport = network()
        opened.append(transport)
        origins = Origins(endpoint or service.url, scope)
        return RestClient(over_network(transport, origins, credential, clock=clock, user_agent="test/1"), origins, clock=clock)

    yield connect
    for transport in opened:
        transport.close()


# Azurite ---------------------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="session")
def azurite(tmp_path_factory):
    """Base URL of a running Azurite with its well-known account. Installed once, under the user's cache folder."""
    npm = shutil.which("npm")
    if npm is None:
        message = "Azurite needs Node.js 20 and npm, which are not on PATH"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "azml-tests" / AZURITE.replace("@", "-")
    program = home / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
    if not program.exists():
        home.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=home.parent))           # appears under its name only when it is whole
        subprocess.run([npm, "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(fresh), AZURITE], check=True)
        shutil.rmtree(home, ignore_errors=True)
        fresh.rename(home)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # --skipApiVersionCheck: azure-storage-blob names API versions that are newer than any Azurite.
    server = subprocess.Popen(
        ["node", str(program), "--blobHost", "127.0.0.1", "--blobPort", str(port), "--inMemoryPersistence", "--silent",
         "--skipApiVersionCheck", "--disableTelemetry"], cwd=tmp_path_factory.mktemp("azurite"),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while server.poll() is None and time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        assert server.poll() is None, "Azurite ended at once"
        yield f"http://127.0.0.1:{port}/devstoreaccount1"
    finally:
        server.terminate()
        server.wait(10)


# Containers ------------------------------------------------------------------------------------------------------------------

ACCOUNT = "devstoreaccount1"            # Azurite's own; its key is published
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


@pytest.fixture
def azurite_container(azurite):
    """(URL, SAS, account key) of a new, empty container."""
    import datetime
    import uuid

    from azure.storage.blob import BlobServiceClient, ContainerSasPermissions, generate_container_sas

    name = f"c{uuid.uuid4().hex}"
    BlobServiceClient(azurite, credential={"account_name": ACCOUNT, "account_key": KEY}).create_container(name)
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    sas = generate_container_sas(ACCOUNT, name, KEY,
                                 permission=ContainerSasPermissions(read=True, write=True, list=True, create=True),
                                 expiry=until)
    return f"{azurite}/{name}", sas, KEY


@pytest.fixture(params=["local", "azurite"])
def container(request, tmp_path, clock):
    """The same contract, twice: the local workspace's blobs in-process, and Azurite through azure-storage-blob."""
    from azext_ml.rest.blobs import container as open_container
    from azext_ml.rest.pipeline import in_process
    from azext_ml.rest.transport import BASE

    if request.param == "azurite":
        url, sas, _ = request.getfixturevalue("azurite_container")
        return open_container(f"{url}?{sas}", client=RestClient(None, Origins(BASE, in_process=True), clock=clock))
    from azext_ml.local.app import App
    (tmp_path / "root").mkdir()
    client = RestClient(in_process(App(tmp_path / "root", ())), Origins(BASE, in_process=True), clock=clock)
    return open_container(f"{BASE}/azml/some-container", client=client)
