"""Containers of the local workspace, reached in-process, and folders written from a table."""

import os
import time

import pytest

from azext_ml.local.app import App
from azext_ml.rest.blobs import container as open_container
from azext_ml.rest.client import RestClient
from azext_ml.rest.origins import Origins
from azext_ml.rest.pipeline import in_process
from azext_ml.rest.transport import BASE


@pytest.fixture
def requests():
    """ "METHOD blob?query" of every blob request that the app was sent."""
    return []


@pytest.fixture
def client(tmp_path, requests):
    """A RestClient into a fresh local workspace's app, without any noun."""
    class Clock:
        now, sleep = staticmethod(time.time), staticmethod(time.sleep)

    (tmp_path / "root").mkdir()
    app = App(tmp_path / "root", ())

    def recording(environ, start_response):
        path = environ["PATH_INFO"].encode("latin-1").decode()
        requests.append(f"{environ['REQUEST_METHOD']} {path.split('/', 3)[-1]}" + "?" * bool(environ["QUERY_STRING"])
                        + environ["QUERY_STRING"])
        return app(environ, start_response)

    return RestClient(in_process(recording), Origins(BASE, in_process=True), clock=Clock)


@pytest.fixture
def container(client):
    return open_container(f"{BASE}/azml/data", client=client)


@pytest.fixture
def folder(tmp_path):
    """folder({"a/b.txt": "content"}, name="folder") -> its path. Bytes are written as they are."""
    def make(files, name="folder"):
        root = tmp_path / name
        root.mkdir(exist_ok=True)
        for path, content in files.items():
            target = root / path
            os.makedirs(target.parent, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())
        return root
    return make
