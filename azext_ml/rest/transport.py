"""Calls a WSGI app in this very process, as if it were at the other end of a connection.

Nothing heavier than azure.core is imported, which az has loaded already: no requests, no wsgiref.
"""

import io
import sys
from http import HTTPStatus
from itertools import chain
from urllib.parse import unquote_to_bytes, urlsplit

from azure.core.pipeline.transport import HttpTransport
from azure.core.utils import CaseInsensitiveDict

BASE = "http://azml.local:80"


class WsgiTransport(HttpTransport):
    """An azure-core transport over a WSGI callable (PEP 3333).

    The environ says `azml.trusted: True`: the caller is the same user in the same process, so the app asks for no token.
    Takes azure.core.rest requests whose content is None, bytes, text or a binary file with a Content-Length header; a file is
    read by the app itself, never as a whole here. With `stream=True` the answer is read only as it is asked for.
    """

    def __init__(self, app):
        self._app = app

    def open(self):
        pass

    def close(self):
        pass

    def __exit__(self, *exc):
        pass

    def send(self, request, *, stream=False, **options):
        response = WsgiResponse(request, self._app, _environ(request))
        if not stream:
            response.read()
        return response


class WsgiResponse:
    """What the pipeline, its policies and rest.client need of an azure.core.rest.HttpResponse."""

    def __init__(self, request, app, environ):
        self.request = request
        self.url = request.url
        self.status_code = 0
        self.reason = ""
        self.headers = CaseInsensitiveDict()
        self._content = None
        self._started = False
        self._pending = []              # what was written through write(), or read before the headers were known
        self._result = app(environ, self._start)
        self._chunks = iter(self._result)
        try:
            while not self._started:    # a generator calls start_response on its first step
                self._pending.append(next(self._chunks))
        except StopIteration:
            if not self._started:
                self.close()
                raise RuntimeError("the app returned without calling start_response") from None
        except BaseException:
            self.close()
            raise

    @property
    def content(self):
        return self.read()

    @property
    def content_type(self):
        return self.headers.get("content-type")

    def read(self):
        if self._content is None:
            self._content = b"".join(self.iter_bytes())
        return self._content

    def iter_bytes(self, **_):
        """The body in the app's own chunks, once. Closes the app's iterable at the end, also when it raises."""
        try:
            for chunk in chain((b"",), self._chunks, (b"",)):      # the empty ones: what was written before and after
                self._pending.append(chunk)
                while self._pending:
                    ready = self._pending.pop(0)
                    if ready and self.request.method != "HEAD":
                        yield ready
        finally:
            self.close()

    iter_raw = iter_bytes

    def close(self):
        close = getattr(self._result, "close", None)
        self._chunks = iter(())
        self._result = None
        if close:
            close()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def _start(self, status, headers, exc_info=None):
        if self._started and exc_info is None:
            raise RuntimeError("start_response was called twice")
        code, _, reason = status.partition(" ")
        self.status_code, self.reason, self._started = int(code), reason or HTTPStatus(int(code)).phrase, True
        self.headers = CaseInsensitiveDict()
        for name, value in headers:
            self.headers[name] = f"{self.headers[name]}, {value}" if name in self.headers else value
        return self._pending.append


def _environ(request):
    parts = urlsplit(request.url)
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),     # bytes as latin-1: PEP 3333
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": str(parts.port or (443 if parts.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "",
        "HTTP_HOST": parts.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "azml.trusted": True,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + key] = value
    environ["wsgi.input"] = _body(request.content, environ)
    return environ


def _body(content, environ):
    if content is None:
        content = b""
    if isinstance(content, str):
        content = content.encode()
    if isinstance(content, bytes):
        environ["CONTENT_LENGTH"] = str(len(content))
        return io.BytesIO(content)
    return Bounded(content, int(environ["CONTENT_LENGTH"]))


class Bounded(io.RawIOBase):
    """The first `size` bytes of a file: an app may read to the end of its input and must meet one."""

    def __init__(self, file, size):
        self._file, self._left = file, size

    def readable(self):
        return True

    def readinto(self, buffer):
        data = self._file.read(min(len(buffer), self._left))
        buffer[:len(data)] = data
        self._left -= len(data)
        return len(data)
