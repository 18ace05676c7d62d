"""Who may ask what.

Callers in the same process are trusted. Over a socket a request bears the root's token, a run's token, or for blobs a
signature: the shared access signatures and shared-key headers of Azure Storage, made with a key of this root, so that Azure's
own clients can make and send them. All comparisons take constant time. Formats: learn.microsoft.com/rest/api/storageservices,
"Create a service SAS" (version 2020-12-06) and "Authorize with Shared Key".
"""

import base64
import hashlib
import hmac
import os
import time
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from azext_ml.local import envelopes, tokens

ACCOUNT = "azml"
SAS_VERSION = "2021-12-02"
SAS_SECONDS = 8 * 3600                     # as long as the service's own (as recorded)
_SIGNED_HEADERS = ("Content-Encoding", "Content-Language", "Content-Length", "Content-MD5", "Content-Type", "Date",
                   "If-Modified-Since", "If-Match", "If-None-Match", "If-Unmodified-Since", "Range")


def admit(request):
    """Lets the request in or raises Refusal; sets request.run for a run's token.

    Discovery is open, as the service's is: clients ask it without a token, and it says only where they are already.
    """
    if request.environ.get("azml.trusted") is True or request.path.lower() == "/discovery":
        return
    token = bearer(request)
    if token is None:
        raise envelopes.arm(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
    if is_root(request.app, token):
        return
    with request.app.store.reading() as tx:
        run = tokens.run_of(tx, token)
    if run is None:
        raise envelopes.arm(401, "InvalidAuthenticationToken", "The access token is invalid.")
    workspace, request.run = run
    if not _within_mlflow(request.path, workspace):
        raise envelopes.arm(403, "AuthorizationFailed", f"The token of run '{request.run}' opens the MLflow routes of its own"
                            " workspace only.")


def admit_blob(request, container, name):
    """The same for blobs: the root's token, an account key or a signature. Returns False when refused."""
    if request.environ.get("azml.trusted") is True:
        return True
    header = request.header("Authorization") or ""
    if header.startswith("SharedKey "):
        return _same(header, f"SharedKey {ACCOUNT}:{_shared_key(request)}")
    if "sig" in request.query:
        return _valid_sas(request, container, name)
    token = bearer(request)
    return token is not None and is_root(request.app, token)


def bearer(request):
    scheme, _, token = (request.header("Authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def is_root(app, token):
    return app.token is not None and _same(token, app.token)


def account_key(app):
    """The storage key of this root, base64 text. Made on first use, then kept by the app."""
    if app.storage_key is None:
        app.storage_key = _kept_key(app)
    return app.storage_key


def _kept_key(app):
    with app.store.reading() as tx:
        row = tx.execute("SELECT value FROM facts WHERE name = 'account key'").fetchone()
    if row is None:
        with app.store.writing() as tx:
            tx.execute("INSERT OR IGNORE INTO facts VALUES ('account key', ?)", (base64.b64encode(os.urandom(64)).decode(),))
            row = tx.execute("SELECT value FROM facts WHERE name = 'account key'").fetchone()
    return row[0]


def sign_container(app, container, permissions="rcwl", seconds=SAS_SECONDS):
    """Query text of a shared access signature for a container."""
    return _sign(app, f"/blob/{ACCOUNT}/{container}", "c", permissions, seconds)


def sign_blob(app, container, name, permissions="r", seconds=SAS_SECONDS):
    """Query text of a shared access signature for one blob."""
    return _sign(app, f"/blob/{ACCOUNT}/{container}/{name}", "b", permissions, seconds)


def _within_mlflow(path, workspace):
    parts = [part.lower() for part in path.split("/") if part]
    group, _, name = workspace.partition("/")
    return parts[:2] == ["mlflow", "v1.0"] and parts[5:6] == [group] and parts[9:10] == [name]


def _sign(app, resource, kind, permissions, seconds):
    expiry = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(app.clock() + seconds))
    fields = {"sv": SAS_VERSION, "sr": kind, "se": expiry, "sp": permissions}
    return urlencode({**fields, "sig": _signature(app, _sas_text(fields, resource))})


def _sas_text(fields, resource):
    order = ("sp", "st", "se", None, "si", "sip", "spr", "sv", "sr", "snapshot", "ses", "rscc", "rscd", "rsce", "rscl", "rsct")
    return "\n".join(resource if name is None else fields.get(name, "") for name in order)


def _valid_sas(request, container, name):
    fields = request.query
    if fields.get("sv", "") < "2020-12-06" or fields.get("sr") not in ("b", "c") or fields.get("si") or fields.get("sip"):
        return False
    if fields["sr"] == "b" and not name:
        return False
    resource = f"/blob/{ACCOUNT}/{container}" + (f"/{name}" if fields["sr"] == "b" else "")
    if not _same(fields["sig"], _signature(request.app, _sas_text(fields, resource))):
        return False
    now = request.app.clock()
    return _moment(fields.get("st"), 0) <= now < _moment(fields.get("se"), 0) and any(
        letter in fields.get("sp", "") for letter in _wanted(request))


def _wanted(request):
    """Permissions of which one is enough for the request."""
    if request.method in ("GET", "HEAD"):
        return "l" if request.query.get("comp") == "list" else "r"
    if request.method == "DELETE":
        return "d"
    # Creating is enough where nothing can be overwritten.
    return "cw" if request.header("If-None-Match") == "*" or request.query.get("comp") == "block" else "w"


def _moment(text, absent):
    if not text:
        return absent
    for form in ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%MZ", "%Y-%m-%d"):
        try:
            import calendar  # lazy: only signed requests from outside come here
            return calendar.timegm(time.strptime(text, form))
        except ValueError:
            pass
    return absent


def _shared_key(request):
    """The signature that a shared-key request must bear."""
    environ = request.environ
    values = [environ.get("CONTENT_LENGTH", "") if name == "Content-Length" else environ.get("CONTENT_TYPE", "")
              if name == "Content-Type" else request.header(name) or "" for name in _SIGNED_HEADERS]
    values[2] = "" if values[2] == "0" else values[2]
    special = sorted((_header_name(name), value) for name, value in environ.items() if name.startswith("HTTP_X_MS_"))
    # What was signed is the path as it was spelled on the wire, which plain WSGI does not keep; waitress does.
    path = urlsplit(environ["REQUEST_URI"]).path if environ.get("REQUEST_URI") else quote(request.path, safe="/:@$&'()*+,;=~")
    query = sorted((name.lower(), value) for name, value in parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    text = "\n".join([request.method, *values, *(f"{name}:{value.strip()}" for name, value in special), f"/{ACCOUNT}{path}"])
    return _signature(request.app, text + "".join(f"\n{name}:{value}" for name, value in query))


def _header_name(key):
    """Name of a header from its key in the environ. Metadata keys are identifiers: they have underscores and no hyphens."""
    name = key[len("HTTP_"):].lower()
    head, metadata, rest = name.partition("x_ms_meta_")
    return "x-ms-meta-" + rest if metadata else head.replace("_", "-")


def _signature(app, text):
    return base64.b64encode(hmac.new(base64.b64decode(account_key(app)), text.encode(), hashlib.sha256).digest()).decode()


def _same(a, b):
    return hmac.compare_digest(a.encode(), b.encode())
