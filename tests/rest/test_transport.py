import os
import subprocess
import sys

import pytest
from azure.core.rest import HttpRequest

from azext_ml.rest.pipeline import in_process
from azext_ml.rest.transport import WsgiTransport

PLAIN = [("Content-Type", "text/plain")]


def call(app, request, **options):
    return in_process(app).run(request, **options).http_response


def test_the_environ_is_that_of_pep_3333():
    seen = {}

    def app(environ, start_response):
        seen.update(environ, body=environ["wsgi.input"].read())
        start_response("200 OK", PLAIN)
        return [b"ok"]

    call(app, HttpRequest("PUT", "http://azml.local:80/a%20b/%C3%A9?x=%26&y=2", headers={"X-Ms-Meta-Name": "n"}, json={"k": "ü"}))
    assert seen["REQUEST_METHOD"] == "PUT"
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/a b/é"
    assert (seen["SCRIPT_NAME"], seen["QUERY_STRING"]) == ("", "x=%26&y=2")
    assert (seen["HTTP_HOST"], seen["SERVER_NAME"], seen["SERVER_PORT"]) == ("azml.local:80", "azml.local", "80")
    assert (seen["CONTENT_TYPE"], seen["CONTENT_LENGTH"]) == ("application/json", str(len(seen["body"])))
    assert seen["HTTP_X_MS_META_NAME"] == "n"
    assert "HTTP_CONTENT_TYPE" not in seen
    assert seen["azml.trusted"] is True
    assert seen["wsgi.version"] == (1, 0)


def test_the_standard_library_finds_no_fault_with_it():
    from wsgiref.validate import validator

    def app(environ, start_response):
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start_response("200 OK", PLAIN)
        return [b"a", b"b"]

    # The validator demands these headers be native strings, a proper environ, and that its iterator be closed.
    response = call(lambda e, s: validator(app)({k: v for k, v in e.items() if k != "azml.trusted"}, s),
                    HttpRequest("POST", "http://azml.local/x", content=b"12"))
    assert (response.status_code, response.reason, response.content) == (200, "OK", b"ab")


def test_a_file_is_read_by_the_app_and_never_beyond_its_length(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"0123456789" * 100_000)
    reads = []

    class Watched:
        def __init__(self, file):
            self.file = file

        def read(self, size=-1):
            reads.append(size)
            return self.file.read(size)

    def app(environ, start_response):
        start_response("200 OK", PLAIN)
        total = 0
        while chunk := environ["wsgi.input"].read(4096):
            total += len(chunk)
        return [str(total).encode()]

    with open(path, "rb") as file:
        request = HttpRequest("PUT", "http://azml.local/x", content=Watched(file), headers={"Content-Length": "999999"})
        assert call(app, request).content == b"999999"
    assert max(reads) <= 4096
    assert min(reads) >= 0


def test_a_streamed_answer_is_made_as_it_is_read():
    made, closed = [], []

    class Body:
        def __iter__(self):
            for n in range(3):
                made.append(n)
                yield b"%d" % n

        def close(self):
            closed.append(True)

    def app(environ, start_response):
        start_response("200 OK", PLAIN)
        return Body()

    chunks = call(app, HttpRequest("GET", "http://azml.local/"), stream=True).iter_bytes()
    assert (next(chunks), made, closed) == (b"0", [0], [])
    assert list(chunks) == [b"1", b"2"]
    assert closed == [True]


def test_an_unfinished_read_closes_the_app():
    closed = []

    def app(environ, start_response):
        try:
            start_response("200 OK", PLAIN)
            yield b"a"
            yield b"b"
        finally:
            closed.append(True)

    chunks = call(app, HttpRequest("GET", "http://azml.local/"), stream=True).iter_bytes()
    next(chunks)
    chunks.close()
    assert closed == [True]


def test_start_response_may_come_with_the_first_chunk_and_write_may_be_used():
    def app(environ, start_response):
        write = start_response("202 Accepted", [("Retry-After", "0"), ("X-Many", "a"), ("X-Many", "b")])
        write(b"1")
        yield b""
        yield b"2"
        write(b"3")
        yield b"4"
        write(b"5")

    response = call(app, HttpRequest("GET", "http://azml.local/"))
    assert (response.status_code, response.content) == (202, b"12345")
    assert (response.headers["retry-after"], response.headers["x-many"]) == ("0", "a, b")


def test_head_has_no_body():
    def app(environ, start_response):
        start_response("200 OK", PLAIN)
        return [b"not for you"]

    assert call(app, HttpRequest("HEAD", "http://azml.local/")).content == b""


def test_an_error_of_the_app_is_raised_here():
    def app(environ, start_response):
        raise LookupError("a fault of the app")

    with pytest.raises(LookupError, match="a fault of the app"):
        call(app, HttpRequest("GET", "http://azml.local/"))


def test_an_app_that_says_nothing_is_a_fault():
    with pytest.raises(RuntimeError, match="start_response"):
        call(lambda environ, start_response: [], HttpRequest("GET", "http://azml.local/"))


def test_later_headers_replace_the_first_only_with_exc_info():
    def app(environ, start_response):
        start_response("200 OK", [("X-First", "1")])
        try:
            raise ValueError
        except ValueError:
            start_response("500 Internal Server Error", [("X-Second", "2")], sys.exc_info())
        return []

    response = call(app, HttpRequest("GET", "http://azml.local/"))
    assert (response.status_code, "x-first" in response.headers, response.headers["x-second"]) == (500, False, "2")

    def twice(environ, start_response):
        start_response("200 OK", [])
        start_response("200 OK", [])

    with pytest.raises(RuntimeError, match="twice"):
        call(twice, HttpRequest("GET", "http://azml.local/"))


def test_nothing_heavy_is_imported():
    code = ("import sys; import azure.core; before = set(sys.modules)\n"
            "from azext_ml.rest import blobs, client, origins, pipeline, transport\n"
            "print(' '.join(sorted({name.partition('.')[0] for name in set(sys.modules) - before})))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert set(done.stdout.split()) <= {"azext_ml", "hashlib", "_hashlib", "_blake2"}


def test_it_is_an_azure_core_transport():
    with WsgiTransport(lambda environ, start_response: start_response("204 No Content", []) and []) as transport:
        assert transport is not None
