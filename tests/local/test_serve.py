import os
import socket
import stat
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from azext_ml.core.errors import LocalError, UsageError
from azext_ml.local import serve
from azext_ml.local.app import App

PROJECT = str(Path(__file__).parents[2])


def ask(url, token=None):
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_the_token_is_random_kept_and_private(tmp_path):
    token = serve.token(tmp_path)
    assert len(token) == 64 and serve.token(tmp_path) == token
    other = tmp_path / "other"
    other.mkdir()
    assert serve.token(other) != token
    assert stat.S_IMODE(os.stat(tmp_path / "token").st_mode) == 0o600
    assert sorted(os.listdir(other)) == ["token"]


def test_a_token_that_others_can_read_is_refused(tmp_path):
    os.chmod(serve.token_file(tmp_path), 0o644)
    with pytest.raises(LocalError, match="read by others"):
        serve.token(tmp_path)


def test_it_serves_who_has_the_token(wire, served):
    assert ask(f"{served}{wire.scope}/models")[0] == 401
    assert ask(f"{served}{wire.scope}/models", "wrong")[0] == 401
    assert ask(f"{served}{wire.scope}/models", wire.app.token) == (200, b'{"value": []}')


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.1", "::", "example.com", ""])
def test_other_machines_are_kept_out(app, host):
    with pytest.raises(UsageError):
        serve.Server(app, host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost"])
def test_addresses_of_this_machine(app, host):
    assert serve.Server(app, host=host).url.startswith(f"http://{host}:")


def test_anywhere_has_to_be_asked_for(app):
    assert serve.Server(app, host="0.0.0.0", anywhere=True).url.startswith("http://0.0.0.0:")


def test_an_app_without_a_token_is_not_served(tmp_path):
    with pytest.raises(ValueError):
        serve.Server(App(tmp_path, ()))


def test_a_port_that_is_taken(app):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(LocalError, match="cannot be listened on"):
            serve.Server(app, port=taken.getsockname()[1])


def test_close_ends_run_and_frees_the_port(app):
    server = serve.Server(app)
    thread = threading.Thread(target=server.run)
    thread.start()
    assert ask(server.url + "/discovery")[0] == 200
    server.close()
    thread.join(10)
    assert not thread.is_alive()
    with pytest.raises(OSError):
        ask(server.url + "/discovery")


def test_servers_that_start_at_once_agree_on_one_token(tmp_path):
    code = f"import sys; sys.path.insert(0, {PROJECT!r}); from azext_ml.local.serve import token; print(token({str(tmp_path)!r}))"
    processes = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(6)]
    assert len({process.communicate()[0] for process in processes}) == 1
    assert os.listdir(tmp_path) == ["token"]
