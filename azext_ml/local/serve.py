"""The app on a socket, for other programs of this machine: `az ml local serve`.

Everything needs the root's token, which lies in <root>/token, readable by its owner only. It is never printed, nor part of a
URL: programs read the file, or are handed AZURE_ML_ACCESS_TOKEN=$(cat <root>/token).
"""

import ipaddress
import os
import re
import socket
import threading

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server
from waitress.task import WSGITask

from azext_ml.core.errors import LocalError, UsageError
from azext_ml.local import blobs

TOKEN = "token"
_BODY_BYTES = 1 << 40               # blobs may be large; they are spooled to disk, not held


def token_file(root):
    """Path of the file with the root's token, made when it is missing."""
    path = os.path.join(root, TOKEN)
    if not os.path.exists(path):
        temporary = f"{path}.{os.urandom(6).hex()}.new"
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(os.urandom(32).hex())
        try:
            os.link(temporary, path)        # two servers that start at once agree on one token
        except FileExistsError:
            pass
        finally:
            os.unlink(temporary)
    return path


def token(root):
    """The root's token. Raises LocalError when others can read it."""
    path = token_file(root)
    if os.name == "posix" and os.stat(path).st_mode & 0o077:
        raise LocalError(f"{path} can be read by others.", fix=f"Delete {path}; a new token is made at the next start.")
    with open(path, encoding="ascii") as file:
        return file.read().strip()


class Server:
    """`app`: an App made with `token=token(root)`. Raises UsageError for an address that other machines can reach, unless
    `anywhere`, and LocalError when the port is taken. `url` is where it listens; `run()` serves until `close()` or Ctrl-C."""

    def __init__(self, app, *, host="127.0.0.1", port=0, anywhere=False, threads=8):
        if app.token is None:
            raise ValueError("an app without a token is not served")
        if not anywhere and not _is_loopback(host):
            raise UsageError(f"{host} is not an address of this machine alone.",
                             fix="Use 127.0.0.1; other machines reach it best through an SSH tunnel.")
        listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except (OSError, OverflowError) as error:
            listening.close()
            raise LocalError(f"{host} port {port} cannot be listened on: {error}.",
                             fix="Choose another --port, or leave it out.") from error
        listening.listen(128)
        blobs.sweep(app.root, app.clock())
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"
        self._server = create_server(app, sockets=[listening], threads=threads, ident=None, max_request_body_size=_BODY_BYTES,
                                     clear_untrusted_proxy_headers=True)
        self._server.channel_class = _Channel
        self._over, self._closing = False, threading.Lock()

    def run(self):
        server = self._server
        try:
            while not self._over:
                server.asyncore.loop(timeout=server.adj.asyncore_loop_timeout, map=server._map, use_poll=True, count=1)
        except (SystemExit, KeyboardInterrupt):
            pass
        finally:
            server.task_dispatcher.shutdown()
            with self._closing:
                self._over = True
                server.asyncore.close_all(server._map, ignore_all=True)

    def close(self):
        """Ends `run`, from another thread."""
        with self._closing:                 # else the trigger's descriptor might be closed, and another file's, by now
            if not self._over:
                self._over = True
                self._server.pull_trigger()


class _Task(WSGITask):
    """waitress writes header names in Title-Case, so that the metadata key `upload_status` would come back as `Upload_status`;
    Azure's clients compare these keys with case."""

    def build_response_header(self):
        return re.sub(rb"(?im)^x-ms-meta-[^:\r\n]+", lambda name: name[0].lower(), super().build_response_header())


class _Parser(HTTPRequestParser):
    """waitress drops headers with an underscore in their name; metadata keys have them."""

    def parse_header(self, header_plus):
        super().parse_header(header_plus)
        for name, value in re.findall(rb"(?im)^x-ms-meta-([\w-]*_[\w-]*):[ \t]*(.*?)[ \t]*\r?$", header_plus):
            self.headers["X_MS_META_" + name.decode("latin-1").upper()] = value.decode("latin-1")


class _Channel(HTTPChannel):
    parser_class = _Parser
    task_class = _Task


def _is_loopback(host):
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
