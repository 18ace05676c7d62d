"""Containers of blobs: which way leads to one, and the way for the local workspace."""

import base64
import hashlib
import os
from urllib.parse import quote, unquote, urlencode, urlsplit, urlunsplit
from xml.etree import ElementTree

from azure.core.rest import HttpRequest

from azext_ml.core.errors import MLError, NotFound, ServiceError, TransferError
from azext_ml.rest import errors
from azext_ml.rest.origins import origin, without_query

OCTETS = "application/octet-stream"
EXISTS = "BlobAlreadyExists"            # code of a put-if-absent that came too late


def container(url, *, client, key=None, credential=None, verify=True):
    """The core.workspace.Container at `url`: of the local workspace when `client` talks to one in-process and the URL is its own,
    else over the network.

    key: account key.  credential: login for storage accounts of Azure, used when there is neither SAS nor key.  verify: as for
    rest.pipeline.network.
    """
    if client.origins.in_process and origin(url) == origin(client.origins.endpoint):
        return WireContainer(client.pipeline, url)
    from azext_ml.rest.azure_blobs import AzureContainer  # start-up: azure-storage-blob, only when bytes move

    return AzureContainer(url, key=key, credential=credential, verify=verify)


class WireContainer:
    """core.workspace.Container for the local workspace: the Blob REST operations that it answers, over its own pipeline.

    url: of the container, may carry a SAS.
    """

    workers = 1                 # no network to wait for

    def __init__(self, pipeline, url):
        self._pipeline = pipeline
        self._full_url = url
        self.url = without_query(url)

    def metadata(self, name):
        try:
            headers = self._send("HEAD", name).headers
        except NotFound:
            return None
        prefix = "x-ms-meta-"
        return {key[len(prefix):].lower(): value for key, value in headers.items() if key.lower().startswith(prefix)}

    def put(self, name, file, *, overwrite=False):
        headers = {"x-ms-blob-type": "BlockBlob", "Content-Type": OCTETS}
        if not overwrite:
            headers["If-None-Match"] = "*"
        with open_file(file) as content:
            headers["Content-Length"] = str(os.fstat(content.fileno()).st_size)
            try:
                self._send("PUT", name, headers=headers, content=content)
            except ServiceError as error:
                if error.code == EXISTS and not overwrite:
                    return False
                raise
        return True

    def set_metadata(self, name, metadata):
        headers = {f"x-ms-meta-{key}": value for key, value in metadata.items()}
        self._send("PUT", name, {"comp": "metadata"}, headers={**headers, "Content-Length": "0"})

    def list(self, prefix):
        marker = ""
        while True:
            page = ElementTree.fromstring(self._send("GET", None, {
                "restype": "container", "comp": "list", "prefix": prefix, **({"marker": marker} if marker else {})}).read())
            for blob in page.iter("Blob"):
                digest = blob.findtext("Properties/Content-MD5")
                yield (_name(blob.find("Name")), int(blob.findtext("Properties/Content-Length")),
                       base64.b64decode(digest) if digest else None)
            marker = page.findtext("NextMarker")
            if not marker:
                return

    def read(self, name):
        response = self._send("GET", name, stream=True)
        length, digest = response.headers.get("content-length"), response.headers.get("content-md5")
        yield from verified(name, response.iter_bytes(), int(length) if length else None,
                            base64.b64decode(digest) if digest else None)

    def _send(self, method, name, query=None, *, headers=None, content=None, stream=False):
        url = _blob_url(self._full_url, name, query)
        response = self._pipeline.run(HttpRequest(method, url, headers=headers, content=content), stream=stream).http_response
        if not 200 <= response.status_code < 300:
            raise errors.refusal(method, url, response.status_code, response.headers, response.read())
        return response


def verified(name, chunks, length, digest):
    """`chunks` as they come; TransferError after the last one when they are not `length` bytes with the MD5 `digest`.

    length, digest: None when not known.
    """
    md5 = hashlib.md5(usedforsecurity=False) if digest else None
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if md5:
            md5.update(chunk)
        yield chunk
    if (length is not None and size != length) or (md5 and md5.digest() != digest):
        raise TransferError(f"{name} did not arrive as it was stored.", fix="Repeat the command.")


def open_file(file):
    """Opens a local file for reading bytes. MLError when that cannot be."""
    try:
        return open(file, "rb")
    except OSError as error:
        raise MLError(f"{file} cannot be read: {error.strerror}.", code="Unreadable") from error


def _blob_url(container_url, name, query):
    parts = urlsplit(container_url)
    path = parts.path.rstrip("/") + ("/" + quote(name, safe="/~") if name is not None else "")
    own = urlencode(query or {}, quote_via=quote)
    return urlunsplit(parts._replace(path=path, query="&".join(part for part in (parts.query, own) if part)))


def _name(element):
    # Names with characters that XML cannot hold come percent-encoded.
    return unquote(element.text) if element.get("Encoded") == "true" else element.text
