"""What a handler is handed. Standard library only; `cli.session` builds the real thing for Azure and for local use.

A handler never knows which of the two it talks to.
"""

from typing import Any, Callable, Dict, Iterator, Mapping, Optional, Protocol


class Operation(Protocol):
    """A request that the service may go on working on."""

    body: Any                      # the first answer, decoded, or None

    def wait(self, progress: Optional[Callable[[], None]] = None) -> Any:
        """Polls until the end and returns the resource as it then is. Raises ServiceError when the operation fails.
        `progress` is called once per poll."""


class Client(Protocol):
    """The thin REST client. `path` begins with `/` (below the ARM endpoint) or is a full URL of the service.

    Bodies are dicts, lists or None. Errors: NotFound (404), ServiceError (every other refusal), NeedsLogin.
    """

    def get(self, path: str, *, api_version: str = "", query: Optional[Mapping[str, str]] = None) -> Any: ...
    def put(self, path: str, body: Any, *, api_version: str = "", query: Optional[Mapping[str, str]] = None) -> Any: ...
    def patch(self, path: str, body: Any, *, api_version: str = "", query: Optional[Mapping[str, str]] = None) -> Any: ...
    def post(self, path: str, body: Any = None, *, api_version: str = "", query: Optional[Mapping[str, str]] = None) -> Any: ...
    def delete(self, path: str, *, api_version: str = "", query: Optional[Mapping[str, str]] = None) -> Any: ...

    def begin(self, method: str, path: str, body: Any = None, *, api_version: str = "",
              query: Optional[Mapping[str, str]] = None) -> Operation:
        """Sends a request that may be long-running."""

    def pages(self, path: str, *, api_version: str = "", query: Optional[Mapping[str, str]] = None) -> Iterator[Dict[str, Any]]:
        """Every item of a list, page after page, never more than one page in memory."""

    def read(self, url: str, *, offset: int = 0) -> bytes:
        """The bytes of `url` from `offset` to its present end; b"" when there is nothing further. For logs."""


class Container(Protocol):
    """A folder of blobs: put-if-absent, verified reads."""

    url: str                       # without the SAS

    def metadata(self, name: str) -> Optional[Dict[str, str]]:
        """Metadata of a blob ({} when it has none), None when there is no such blob."""

    def put(self, name: str, file: str, *, overwrite: bool = False) -> bool:
        """Uploads the local `file`. False when the blob was there already and `overwrite` is off."""

    def set_metadata(self, name: str, metadata: Mapping[str, str]) -> None: ...

    def list(self, prefix: str) -> Iterator[Any]:
        """(name, size in bytes, MD5 as bytes or None) of each blob below `prefix`, in name order."""

    def read(self, name: str) -> Iterator[bytes]:
        """The content in chunks."""


class Terminal(Protocol):
    """Where people read. stdout is data; everything here but `log` goes to stderr."""

    interactive: bool

    def say(self, text: str) -> None:
        """Information; silenced by --only-show-errors."""

    def warn(self, text: str) -> None: ...

    def log(self, data: bytes, *, result: bool = True) -> None:
        """Bytes of a job's log, as they are: to stdout when the log is the command's result, else to stderr."""


class Clock(Protocol):
    def now(self) -> float:
        """Seconds since the epoch."""

    def sleep(self, seconds: float) -> None: ...


class Workspace(Protocol):
    subscription: str
    group: str
    name: str
    scope: str                     # ARM id of the workspace
    client: Client
    terminal: Terminal
    clock: Clock

    def container(self, url: str, *, key: Optional[str] = None) -> Container:
        """The container at `url`: a SAS URL, or a bare one with an account `key`. With neither the login is used."""

    def tenant(self) -> Optional[str]:
        """Tenant of who is logged in; None where nobody is."""

    def data_plane(self, region: Optional[str] = None) -> str:
        """Base URL of the data plane in a region, or in the one that knows where every registry is. "" is that of ARM itself."""

    def at(self, name: str, group: Optional[str] = None) -> "Workspace":
        """The same session on another workspace."""
