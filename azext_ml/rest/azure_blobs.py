"""A container of blobs over the network, through azure-storage-blob. Importing this module costs 0.4 s of CPU."""

import hashlib
import os
import threading
from contextlib import contextmanager
from urllib.parse import urlsplit

from azure.core import exceptions as azure
from azure.storage.blob import ContainerClient, ContentSettings

from azext_ml.core.errors import NotFound, ServiceError, TransferError
from azext_ml.rest.blobs import EXISTS, OCTETS, open_file, verified
from azext_ml.rest.credentials import StaticToken
from azext_ml.rest.discretion import without_queries
from azext_ml.rest.origins import without_query
from azext_ml.rest.pipeline import network

# Storage accounts of the public and the sovereign clouds: the only hosts that a login is sent to.
_LOGIN_DOMAINS = ("core.windows.net", "core.chinacloudapi.cn", "core.usgovcloudapi.net")
_IN_ONE_REQUEST = 8 << 20       # bytes; a larger file goes up in blocks
_BLOCK = 4 << 20
_PIECE = 8 << 20                # bytes of one answer
_CONNECT = 300                  # seconds; also the time in which a whole block must leave the machine (socket.sendall)
_RETRIES = {"retry_total": 4, "retry_connect": 2, "initial_backoff": 1, "increment_base": 2, "random_jitter_range": 1}  # seconds
_FOLDER_MARK = "hdi_isfolder"   # metadata of the empty blobs that stand for the folders of a data lake


class AzureContainer:
    """core.workspace.Container over azure-storage-blob.

    url: of the container, with a SAS or without; https://<account>.blob.<domain>/<container>, or IP-style as Azurite and a served
    workspace have it, http://<host>:<port>/<account>/<container>.  key: account key.  credential: TokenCredential for when
    there is neither SAS nor key; it is sent to storage accounts of Azure only.  verify: as for
    rest.pipeline.network.  options: further arguments of ContainerClient.
    """

    workers = 4

    def __init__(self, url, *, key=None, credential=None, verify=True, **options):
        self.url = without_query(url)
        self._blocks = threading.Lock()         # one file at a time goes up in (four) parallel blocks
        self._client = ContainerClient.from_container_url(
            url, credential=_storage_credential(url, key, credential), max_single_put_size=_IN_ONE_REQUEST, max_block_size=_BLOCK,
            max_single_get_size=_PIECE, max_chunk_get_size=_PIECE, transport=network(verify=verify, connect=_CONNECT),
            permit_redirects=False, **{**_RETRIES, **options})

    def metadata(self, name):
        try:
            with _failures(name):
                return {k.lower(): v for k, v in (self._client.get_blob_client(name).get_blob_properties().metadata or {}).items()}
        except NotFound:
            return None

    def put(self, name, file, *, overwrite=False):
        try:
            with _failures(name), open_file(file) as content:
                size = os.fstat(content.fileno()).st_size
                if size > _IN_ONE_REQUEST:
                    self._put_blocks(name, content, size, overwrite)
                else:
                    self._put(name, content, size, overwrite)
        except ServiceError as error:
            if error.code == EXISTS and not overwrite:
                return False
            raise
        return True

    def _put(self, name, content, size, overwrite):
        reader = _HashingReader(content)
        answer = self._client.get_blob_client(name).upload_blob(reader, length=size, overwrite=overwrite)
        stored = answer.get("content_md5")
        if reader.size != size or (stored and bytes(stored) != reader.digest()):
            raise TransferError(f"{name} was not stored as it was sent.", fix="Repeat the command.")

    def _put_blocks(self, name, content, size, overwrite):
        reader = _HashingReader(content)
        while reader.read(_BLOCK):              # the service keeps no MD5 of blocks unless it is told: known before they are sent
            pass
        content.seek(0)
        with self._blocks:
            self._client.get_blob_client(name).upload_blob(
                content, length=size, overwrite=overwrite, max_concurrency=self.workers,
                content_settings=ContentSettings(content_type=OCTETS, content_md5=bytearray(reader.digest())))

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
            yield from verified(name, download.chunks(), download.size, bytes(digest) if digest else None)


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


def _storage_credential(url, key, credential):
    parts = urlsplit(url)
    if "sig=" in parts.query:
        return None
    segments = parts.path.strip("/").split("/")
    if key:
        account = segments[0] if len(segments) > 1 else parts.hostname.split(".")[0]
        return {"account_name": account, "account_key": key}
    if credential is None or isinstance(credential, StaticToken):       # a ready token is for the service, not for storage
        return None
    if parts.scheme != "https" or not any(parts.hostname.endswith("." + domain) for domain in _LOGIN_DOMAINS):
        raise ServiceError(f"{without_query(url)!r} is no storage account of Azure: the login is not sent there.",
                           code="ForeignLink", fix="Give the datastore a key or a SAS token.")
    return credential


@contextmanager
def _failures(name):
    """Turns the errors of azure-storage-blob into the project's. name: what the request was about."""
    try:
        yield
    except azure.IncompleteReadError as error:
        raise TransferError(f"{name} did not arrive as a whole.", fix="Repeat the command.") from error
    except azure.HttpResponseError as error:
        raise _refusal(name, error) from error
    except azure.AzureError as error:
        raise ServiceError(f"{name}: the storage account cannot be reached: {_first_line(error)}", code="ConnectionFailed",
                           fix="See whether the network, and the proxy if there is one, let it through.") from error


def _refusal(name, error):
    code = getattr(error, "error_code", None)
    code = getattr(code, "value", code)         # a member of the package's enum, or text
    response = error.response
    if error.status_code == 404:
        return NotFound(f"{name}: {_first_line(error)}", code=code, status=404)
    return ServiceError(f"{name}: {_first_line(error)}", status=error.status_code, code=code,
                        request_id=response.headers.get("x-ms-request-id") if response is not None else None)


def _first_line(error):
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return without_queries(lines[0])
