"""The blob endpoint: what azure-storage-blob and this project's own clients ask of a storage account.

    /azml/<container>/<blob>     HEAD, GET (Range), PUT (whole, block, blocklist, metadata), DELETE
    /azml/<container>            GET ?restype=container&comp=list, HEAD and PUT ?restype=container

Formats: learn.microsoft.com/rest/api/storageservices (Blob service REST API, version 2021-12-02). Containers need not be made:
one exists as soon as it is named. Names are keys of a table and never become paths.
"""

import time

from azext_ml.local import auth, blobs, blobxml, live
from azext_ml.local.blobxml import BlobRefusal
from azext_ml.local.envelopes import Refusal
from azext_ml.local.request import Request, number
from azext_ml.local.stamps import guid, http_date

VERSION = "2021-12-02"
PAGE = 5000
_REASONS = {200: "OK", 201: "Created", 202: "Accepted", 206: "Partial Content", 304: "Not Modified", 400: "Bad Request",
            403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict", 412: "Precondition Failed",
            416: "Range Not Satisfiable"}


def answer(request: Request, path, start_response):
    """Answers a request for `path`, (container, blob name)."""
    container, name = path
    try:
        if not auth.admit_blob(request, container, name):
            raise BlobRefusal(403, "AuthenticationFailed", "Server failed to authenticate the request. Make sure the value of"
                              " Authorization header is formed correctly including the signature.")
        status, headers, body = _dispatch(request, container, name)
    except BlobRefusal as no:
        status, code, message = no.args
        body = [blobxml.error(code, message)]
        headers = [("x-ms-error-code", code), ("Content-Type", "application/xml"),
                   ("Content-Length", "0" if request.method == "HEAD" or status == 304 else str(len(body[0])))]
    except Refusal as refusal:              # a body that is cut short
        status, headers, body = refusal.status, [("x-ms-error-code", "InvalidInput"), ("Content-Length", "0")], []
    if body == []:
        headers = headers if any(key == "Content-Length" for key, _ in headers) else [*headers, ("Content-Length", "0")]
    start_response(f"{status} {_REASONS[status]}", [*headers, ("x-ms-version", VERSION), ("x-ms-request-id", guid()),
                                                    ("Date", http_date(time.time()))])
    if request.method == "HEAD" or status == 304:
        getattr(body, "close", lambda: None)()
        return []
    return body


def _dispatch(request, container, name):
    comp = request.query.get("comp")
    if not container:
        raise BlobRefusal(400, "InvalidUri", "The requested URI does not represent any resource on the server.")
    if not name:
        return _container(request, container, comp)
    handler = _HANDLERS.get((request.method, comp))
    if handler is None:
        raise BlobRefusal(400, "UnsupportedHeader" if comp is None else "InvalidQueryParameterValue",
                          f"{request.method} with comp={comp} is not served by the local workspace.")
    return handler(request, container, name)


def _container(request, container, comp):
    if request.method == "GET" and comp == "list":
        return _list(request, container)
    if request.query.get("restype") == "container" and comp is None:
        if request.method in ("GET", "HEAD"):
            return 200, [("ETag", '"0x1"'), ("Last-Modified", http_date(0)), ("x-ms-lease-state", "available")], []
        if request.method == "PUT":
            return 201, [("ETag", '"0x1"'), ("Last-Modified", http_date(0))], []
    raise BlobRefusal(400, "InvalidQueryParameterValue", f"{request.method} with comp={comp} of a container is not served here.")


def _put(request, container, name):
    kind = request.header("x-ms-blob-type") or "BlockBlob"
    if kind != "BlockBlob":
        raise BlobRefusal(400, "InvalidHeaderValue", f"Blobs of type {kind} are not served by the local workspace.")
    _refuse_early(request, container, name)
    content = blobs.write(request.app.root, request.chunks())
    _check_md5(request, content.md5)
    return _name(request, container, name, content)


def _put_block(request, container, name):
    block = _block_id(request.query.get("blockid"))
    content = blobs.write(request.app.root, request.chunks())
    _check_md5(request, content.md5)
    with request.app.store.writing() as tx:
        tx.execute("INSERT OR REPLACE INTO blocks VALUES (?, ?, ?, ?, ?)", (container, name, block, content.sha256, content.size))
    return 201, [("Content-MD5", blobxml.base64_text(content.md5)), ("x-ms-request-server-encrypted", "false")], []


def _put_block_list(request, container, name):
    """Joins blocks to a blob. Blocks of the blob as it was before are not kept apart and cannot be named again."""
    _refuse_early(request, container, name)
    wanted = blobxml.block_ids(b"".join(request.chunks()))
    with request.app.store.reading() as tx:
        known = dict(tx.execute("SELECT block, sha256 FROM blocks WHERE container = ? AND name = ?", (container, name)))
    missing = [block for block in wanted if block not in known]
    if missing:
        raise BlobRefusal(400, "InvalidBlockList", "The specified block list is invalid.")
    content = blobs.write(request.app.root, _joined(request.app.root, [known[block] for block in wanted]))
    return _name(request, container, name, content)


def _put_metadata(request, container, name):
    with request.app.store.writing() as tx:
        if not blobs.set_metadata(tx, container, name, _metadata(request), now=request.app.clock()):
            raise _missing()
        blob = blobs.get(tx, container, name)
    return 200, [("ETag", blobxml.etag(blob)), ("Last-Modified", http_date(blob.modified))], []


def _get(request, container, name):
    with request.app.store.reading() as tx:
        blob = blobs.get(tx, container, name)
        file = live.open_log(request.app, tx, container, name) if blob is None else None
    if blob is None and file is None:
        raise _missing()
    if file is None:
        size = blob.size
        file, headers = blobs.open_content(request.app.root, blob.sha256), _facts(blob)
    else:
        size = live.size(file)
        headers = [("ETag", '"live"'), ("Last-Modified", http_date(request.app.clock())), ("x-ms-blob-type", "AppendBlob")]
    headers += [("Accept-Ranges", "bytes"), ("Content-Type", blob.content_type if blob else "text/plain; charset=utf-8")]
    try:
        if blob is not None:
            _check_conditions(request, blob)
        span = _range(request, size)
        if span is None:
            if blob is not None:
                headers.append(("Content-MD5", blobxml.base64_text(blob.md5)))
            return 200, [*headers, ("Content-Length", str(size))], _Slice(file, 0, size)
        start, end = span
        headers += [("Content-Length", str(end - start)), ("Content-Range", f"bytes {start}-{end - 1}/{size}")]
        if blob is not None:
            headers.append(("x-ms-blob-content-md5", blobxml.base64_text(blob.md5)))
        if request.header("x-ms-range-get-content-md5") == "true":
            headers.append(("Content-MD5", blobxml.base64_text(_md5_of(file, start, end))))
        return 206, headers, _Slice(file, start, end)
    except BaseException:
        file.close()
        raise


def _get_block_list(request, container, name):
    with request.app.store.reading() as tx:
        rows = tx.execute("SELECT block, size FROM blocks WHERE container = ? AND name = ?", (container, name)).fetchall()
    return _xml(blobxml.block_list(rows))


def _delete(request, container, name):
    with request.app.store.writing() as tx:
        if not blobs.delete(tx, container, name):
            raise _missing()
    return 202, [], []


def _list(request, container):
    query = request.query
    prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
    limit = min(number(query.get("maxresults")) or PAGE, PAGE)
    after = blobxml.unmark(query.get("marker", ""))
    with request.app.store.reading() as tx:
        found = blobs.list(tx, container, prefix, after=after, limit=limit + 1)
        found = live.merge(request.app, tx, container, prefix, after, found)[:limit + 1]
        items, last = _folded(tx, container, prefix, delimiter, found, limit)
    endpoint = f"{request.base}/{auth.ACCOUNT}/"
    return _xml(blobxml.page(endpoint, container, prefix, limit, items, last, metadata="metadata" in query.get("include", "")))


def _folded(tx, container, prefix, delimiter, found, limit):
    """(blobs and folder prefixes of a page, name to go on behind or None)."""
    if not delimiter:
        return found[:limit], found[limit - 1].name if len(found) > limit else None
    items, at = [], None
    while found:
        for blob in found:
            cut = blob.name.find(delimiter, len(prefix))
            if len(items) == limit:
                return items, at
            if cut < 0:
                items.append(blob)
                at = blob.name
            else:
                folder = blob.name[:cut + len(delimiter)]
                items.append(folder)
                at = folder + blobs.LAST          # skips all that lies in the folder
                break
        else:
            if len(found) <= limit:
                return items, None
        found = blobs.list(tx, container, prefix, after=at, limit=limit + 1)
    return items, None


class _Slice:
    """Bytes start to end of an open file, in chunks; closes it."""

    def __init__(self, file, start, end):
        self._file, self._left = file, end - start
        file.seek(start)

    def __iter__(self):
        return self

    def __next__(self):
        chunk = self._file.read(min(blobs.CHUNK, self._left)) if self._left else b""
        if not chunk:
            self.close()
            raise StopIteration
        self._left -= len(chunk)
        return chunk

    def close(self):
        self._file.close()


def _name(request, container, name, content):
    """Gives stored content its name and answers as a PUT does."""
    content_type = request.header("x-ms-blob-content-type") or request.environ.get("CONTENT_TYPE") or "application/octet-stream"
    with request.app.store.writing() as tx:
        old = blobs.get(tx, container, name)
        _check_write(request, old)
        blob = blobs.put(tx, container, name, content, now=request.app.clock(), metadata=_metadata(request),
                         content_type=content_type)
        tx.execute("DELETE FROM blocks WHERE container = ? AND name = ?", (container, name))
    return 201, [("ETag", blobxml.etag(blob)), ("Last-Modified", http_date(blob.modified)),
                 ("Content-MD5", blobxml.base64_text(blob.md5)), ("x-ms-request-server-encrypted", "false")], []


def _refuse_early(request, container, name):
    """Spares the upload of bytes that would be refused. The check that counts is made again when the blob is named."""
    with request.app.store.reading() as tx:
        _check_write(request, blobs.get(tx, container, name))


def _check_write(request, old):
    if old is not None and request.header("If-None-Match") == "*":
        raise BlobRefusal(409, "BlobAlreadyExists", "The specified blob already exists.")
    match = request.header("If-Match")
    if match and match != "*" and (old is None or match != blobxml.etag(old)):
        raise BlobRefusal(412, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.")


def _check_conditions(request, blob):
    match = request.header("If-Match")
    if match and match not in ("*", blobxml.etag(blob)):
        raise BlobRefusal(412, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.")
    if request.header("If-None-Match") == blobxml.etag(blob):
        raise BlobRefusal(304, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.")


def _check_md5(request, md5):
    given = request.header("Content-MD5")
    if given and given != blobxml.base64_text(md5):
        raise BlobRefusal(400, "Md5Mismatch", "The MD5 value specified in the request did not match with the MD5 value calculated"
                          " by the server.")


def _range(request, size):
    """(start, end) of the Range header, None without a usable one. Raises 416 when nothing lies in it."""
    text = request.header("x-ms-range") or request.header("Range")
    if not text or not text.startswith("bytes=") or "," in text:
        return None
    first, dash, last = text[6:].partition("-")
    start, last_byte = number(first), number(last)
    if not dash or (first and start is None) or (last and last_byte is None) or not (first or last):
        return None
    end = size if last_byte is None or start is None else last_byte + 1
    start = max(size - last_byte, 0) if start is None else start
    if start >= size or end <= start:
        raise BlobRefusal(416, "InvalidRange", "The range specified is invalid for the current size of the resource.")
    return start, min(end, size)


def _md5_of(file, start, end):
    import hashlib
    digest = hashlib.md5(usedforsecurity=False)
    file.seek(start)
    left = end - start
    while left:
        chunk = file.read(min(blobs.CHUNK, left))
        if not chunk:
            break
        digest.update(chunk)
        left -= len(chunk)
    return digest.digest()


def _joined(root, contents):
    for sha256 in contents:
        with blobs.open_content(root, sha256) as file:
            yield from iter(lambda: file.read(blobs.CHUNK), b"")


def _block_id(text):
    if not text:
        raise BlobRefusal(400, "InvalidQueryParameterValue", "The query parameter blockid is missing.")
    return text


def _metadata(request):
    head = "HTTP_X_MS_META_"
    found = {name[len(head):].lower(): value for name, value in request.environ.items() if name.startswith(head)}
    if not all(name.isidentifier() for name in found):
        raise BlobRefusal(400, "InvalidMetadata", "The specified metadata is invalid. It has characters that are not permitted.")
    return found


def _facts(blob):
    return [("ETag", blobxml.etag(blob)), ("Last-Modified", http_date(blob.modified)), ("x-ms-blob-type", "BlockBlob"),
            ("x-ms-creation-time", http_date(blob.modified)), ("x-ms-lease-state", "available"), ("x-ms-lease-status", "unlocked"),
            ("x-ms-server-encrypted", "false"), *((f"x-ms-meta-{key}", value) for key, value in blob.metadata.items())]


def _xml(data):
    return 200, [("Content-Type", "application/xml"), ("Content-Length", str(len(data)))], [data]


def _missing():
    return BlobRefusal(404, "BlobNotFound", "The specified blob does not exist.")


_HANDLERS = {
    ("PUT", None): _put, ("PUT", "block"): _put_block, ("PUT", "blocklist"): _put_block_list, ("PUT", "metadata"): _put_metadata,
    ("GET", None): _get, ("HEAD", None): _get, ("GET", "metadata"): _get, ("HEAD", "metadata"): _get,
    ("GET", "blocklist"): _get_block_list, ("DELETE", None): _delete}
