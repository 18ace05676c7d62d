"""The two ways to a container of blobs: azure-storage-blob over the network, five plain requests in-process."""

import base64
import hashlib
import os
import re
import threading
from urllib.parse import quote, unquote, urlencode, urlsplit, urlunsplit
from xml.etree import ElementTree

from azure.core.rest import HttpRequest

from azext_ml.core.errors import MLError, NotFound, ServiceError, TransferError
from azext_ml.rest import errors
from azext_ml.rest.origins import without_query

_OCTETS = "application/octet-stream"
# Storage accounts of the public and the sovereign clouds: the only hosts that a login is sent to.
_LOGIN_DOMAINS = ("core.windows.net", "core.chinacloudapi.cn", "core.usgovcloudapi.net", "core.cloudapi.de")
_IN_ONE_REQUEST = 16 << 20      # bytes; a larger file goes up in blocks
_BLOCK = 8 << 20
_FOLDER_MARK = "hdi_isfolder"   # metadata of the empty blobs that stand for the folders of a data lake


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
        headers = {"x-ms-blob-type": "BlockBlob", "Content-Type": _OCTETS}
        if not overwrite:
            headers["If-None-Match"] = "*"
        with _open(file) as content:
            headers["Content-Length"] = str(os.fstat(content.fileno()).st_size)
            try:
                self._send("PUT", name, headers=headers, content=content)
            except ServiceError as error:
                if error.status in (409, 412) and not overwrite:
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
        yield from _verified(name, response.iter_bytes(), int(length) if length else None,
                             base64.b64decode(digest) if digest else None)

    def _send(self, method, name, query=None, *, headers=None, content=None, stream=False):
        url = _blob_url(self._full_url, name, query)
        response = self._pipeline.run(HttpRequest(method, url, headers=headers, content=content), stream=stream).http_response
        if not 200 <= response.status_code < 300:
            raise errors.refusal(method, url, response.status_code, response.headers, response.read())
        return response


class AzureContainer:
    """core.workspace.Container over azure-storage-blob.

    url: of the container, with a SAS or without; https://<account>.blob.<domain>/<container>, or IP-style as Azurite and a served
    workspace have it, http://<host>:<port>/<account>/<container>.  key: account key.  credential: TokenCredential for when
    there is neither SAS nor key; it is sent to storage accounts of Azure only.  options: further arguments of ContainerClient.
    """

    workers = 4

    def __init__(self, url, *, key=None, credential=None, **options):
        from azure.storage.blob import ContainerClient    # 0.4 s of imports: only when bytes move

        self.url = without_query(url)
        self._blocks = threading.Lock()         # one file at a time goes up in (four) parallel blocks
        self._client = ContainerClient.from_container_url(
            url, credential=_storage_credential(url, key, credential), max_single_put_size=_IN_ONE_REQUEST,
            max_block_size=_BLOCK, **{"retry_total": 4, "initial_backoff": 1, "increment_base": 2, "random_jitter_range": 1, **options})

    def metadata(self, name):
        try:
            with _failures(name):
                return {k.lower(): v for k, v in (self._client.get_blob_client(name).get_blob_properties().metadata or {}).items()}
        except NotFound:
            return None

    def put(self, name, file, *, overwrite=False):
        from azure.core.exceptions import ResourceExistsError

        try:
            with _failures(name), _open(file) as content:
                size = os.fstat(content.fileno()).st_size
                if size > _IN_ONE_REQUEST:
                    self._put_blocks(name, content, size, overwrite)
                else:
                    self._put(name, content, size, overwrite)
        except ResourceExistsError:
            return False
        return True

    def _put(self, name, content, size, overwrite):
        reader = _HashingReader(content)
        answer = self._client.get_blob_client(name).upload_blob(reader, length=size, overwrite=overwrite)
        stored = answer.get("content_md5")
        if reader.size != size or (stored and bytes(stored) != reader.digest()):
            raise TransferError(f"{name} was not stored as it was sent.", fix="Repeat the command.")

    def _put_blocks(self, name, content, size, overwrite):
        from azure.storage.blob import ContentSettings

        reader = _HashingReader(content)
        while reader.read(_BLOCK):              # the service keeps no MD5 of blocks unless it is told: known before they are sent
            pass
        content.seek(0)
        with self._blocks:
            self._client.get_blob_client(name).upload_blob(
                content, length=size, overwrite=overwrite, max_concurrency=self.workers,
                content_settings=ContentSettings(content_type=_OCTETS, content_md5=bytearray(reader.digest())))

    def set_metadata(self, name, metadata):
        with _failures(name):
            self._client.get_blob_client(name).set_blob_metadata(dict(metadata))

    def list(self, prefix):
        with _failures(prefix or self.url):
            for blob in self._client.list_blobs(name_starts_with=prefix or None, include=["metadata"]):
                if not (blob.metadata or {}).get(_FOLDER_MARK):
                    digest = blob.content_settings.content_md5
                    yield blob.name, blob.size, bytes(digest) if digest else None

    def read(self, name):
        with _failures(name):
            download = self._client.download_blob(name)
            digest = download.properties.content_settings.content_md5
            yield from _verified(name, download.chunks(), download.size, bytes(digest) if digest else None)


class _HashingReader:
    """Reads a file and keeps the MD5 and the number of bytes read."""

    def __init__(self, file):
        self._file, self._md5, self.size = file, hashlib.md5(usedforsecurity=False), 0

    def read(self, size=-1):
        data = self._file.read(size)
        self._md5.update(data)
        self.size += len(data)
        return data

    def digest(self):
        return self._md5.digest()


def _verified(name, chunks, length, digest):
    md5 = hashlib.md5(usedforsecurity=False) if digest else None
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if md5:
            md5.update(chunk)
        yield chunk
    if (length is not None and size != length) or (md5 and md5.digest() != digest):
        raise TransferError(f"{name} did not arrive as it was stored.", fix="Repeat the command.")


def _open(file):
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


def _storage_credential(url, key, credential):
    parts = urlsplit(url)
    if "sig=" in parts.query:
        return None
    segments = parts.path.strip("/").split("/")
    if key:
        account = segments[0] if len(segments) > 1 else parts.hostname.split(".")[0]
        return {"account_name": account, "account_key": key}
    if credential is None:
        return None
    if parts.scheme != "https" or not any(parts.hostname.endswith("." + domain) for domain in _LOGIN_DOMAINS):
        raise ServiceError(f"{without_query(url)!r} is no storage account of Azure: the login is not sent there.", code="ForeignLink",
                           fix="Give the datastore a key or a SAS token.")
    return credential


class _failures:
    """Turns the errors of azure-storage-blob into the project's, in a `with`. name: what the request was about."""

    def __init__(self, name):
        self._name = name

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        from azure.core import exceptions as azure

        if isinstance(error, (MLError, azure.ResourceExistsError)) or not isinstance(error, azure.AzureError):
            return
        response = getattr(error, "response", None)
        code = getattr(error, "error_code", None)
        code = getattr(code, "value", code)
        text = re.sub(r"\?[^\s'\")]*", "", (str(error).strip().splitlines() or ["?"])[0])
        if isinstance(error, azure.IncompleteReadError):
            raise TransferError(f"{self._name} did not arrive as a whole.", fix="Repeat the command.") from error
        if response is None:
            raise ServiceError(f"{self._name}: the storage account cannot be reached: {text}", code="ConnectionFailed",
                               fix="See whether the network, and the proxy if there is one, let it through.") from error
        if response.status_code == 404:
            raise NotFound(f"{self._name}: {text}", code=code, status=404) from error
        raise ServiceError(f"{self._name}: {text}", status=response.status_code, code=code,
                           request_id=response.headers.get("x-ms-request-id")) from error
