"""From a refusal of the service to the error that a person sees.

The service has four envelopes (each seen in recorded traffic): the management front end with `details` and `additionalInfo`; the
gateway of Azure Resource Manager with code and message only; the account service with `innerError` and with its metadata beside
`error`; and a compute that is missing, which is 404 with an empty body. Blob storage answers in XML and names its code in a header.
"""

import json
import re
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from azext_ml.core.errors import NotFound, ServiceError
from azext_ml.core.ids import ArmId

_FIXES = {
    401: "Log in again, or give a fresh token in AZURE_ML_ACCESS_TOKEN.",
    403: "Ask the owner of the workspace for a role that allows this, for example 'AzureML Data Scientist'.",
    409: "Somebody else changed it in the meantime: look at it again, then repeat the command.",
    412: "Somebody else changed it in the meantime: look at it again, then repeat the command.",
    429: "The service asks for a pause: repeat the command in a minute.",
}
_TEMPORARY = "This is usually temporary: repeat the command in a minute."
# Codes that say no more than the HTTP status does.
_VAGUE = ("UserError", "ServiceError", "BadRequest", "NotFound", "NotFoundError", "ValidationError", "None", "")


def refusal(method, url, status, headers, content):
    """The error for an answer outside 200-299: NotFound for 404, else ServiceError.

    headers: case-insensitive mapping.  content: the body's bytes.
    """
    body = _document(content)
    code, message, details = describe(body)
    code = code or headers.get("x-ms-error-code")
    message = message or _from_xml(content) or _own_words(method, url, status)
    if status == 404:
        return NotFound(message, code=code or "NotFound", status=404)
    return ServiceError(message, status=status, code=code or _phrase(status).replace(" ", ""), details=details,
                        request_id=_request_id(headers, body),
                        fix=_FIXES.get(status) or (_TEMPORARY if status >= 500 else None))


def failed_operation(url, status_text, body):
    """The ServiceError for a long-running operation that ended `Failed` or `Canceled`. Its document, or the properties of the
    resource, tell why."""
    code, message, details = describe(body)
    if not message and isinstance(body, dict):
        code, message, details = describe(body.get("properties"))
    message = message or f"The operation on {target(url)} ended {status_text}; the service gave no reason."
    return ServiceError(message, code=code or f"Operation{status_text}", details=details, request_id=_request_id({}, body))


def malformed(method, url, headers, content):
    """The ServiceError for a success whose body is not JSON: usually a proxy or a log-in page on the way."""
    kind = headers.get("content-type") or "no content type"
    return ServiceError(f"The answer to {method} {target(url)} is not JSON ({kind}, {len(content)} bytes).", code="MalformedAnswer",
                        request_id=_request_id(headers, None), fix="See whether a proxy or a log-in page answers for the service.")


def describe(body):
    """(code, message, [(code, message) of the inner levels]) of a decoded error document; code and message may be None.

    The outermost code is `UserError` for nearly everything; the precise one is the innermost of the InnerError chain, else
    the first of `details`.
    """
    if not isinstance(body, dict):
        return None, None, []
    error = body.get("error", body)
    if isinstance(error, str):
        return error, body.get("error_description") or body.get("message"), []
    if not isinstance(error, dict):
        return body.get("error_code"), body.get("message"), []
    details = list(_details(error))
    codes = [code for code, _ in details] + [error.get("code") or body.get("error_code")]
    inner = _innermost(error.get("innerError") or error.get("innererror")) or _innermost(_additional(error, "InnerError"))
    code = next((c for c in [inner, *codes] if c and c not in _VAGUE), None) or next((c for c in codes if c), None)
    message = str(error.get("message") or "").strip()
    for _, text in details:
        if text and text not in message:
            message = f"{message} {text}".strip()
    return code, message or None, details


def target(url):
    """What a URL names, for messages: "compute 'c1' of workspace 'w'", or the URL without its query."""
    path = unquote(urlsplit(url).path)
    found = ArmId.parse(path[max(path.lower().find("/subscriptions/"), 0):])
    if found is None or len(found.segments) % 2:
        return url.split("?", 1)[0]
    parent = f"{_singular(found.parent)} '{found.workspace}'"
    if not found.segments:
        return parent
    version = f" version '{found.version}'" if found.version else ""
    return f"{_singular(found.collection)} '{found.name}'{version} of {parent}"


def _singular(collection):
    """`onlineEndpoints` -> "online endpoint"."""
    words = re.sub(r"(?<=[a-z])([A-Z])", r" \1", collection).lower()
    return words[:-3] + "y" if words.endswith("ies") else words.removesuffix("s")


def _own_words(method, url, status):
    if status == 404:
        return f"There is no {target(url)}."
    if 300 <= status < 400:
        return f"{method} {target(url)} was redirected ({status}), which is not followed."
    return f"{method} {target(url)} was answered {status} {_phrase(status)}."


def _phrase(status):
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def _document(content):
    try:
        return json.loads(content) if content.strip() else None
    except ValueError:
        return None


def _from_xml(content):
    """The message of a blob storage error."""
    match = re.search(rb"<Error>.*?<Message>(.*?)</Message>", content, re.S)
    return match[1].decode("utf-8", "replace").splitlines()[0] if match and match[1] else None


def _details(error):
    for item in error.get("details") or ():
        if isinstance(item, dict):
            yield item.get("code"), item.get("message")
            yield from _details(item)


def _innermost(inner):
    code = None
    while isinstance(inner, dict):
        code = inner.get("code") or code
        inner = inner.get("innerError") or inner.get("innererror")
    return code


def _additional(error, kind):
    for item in error.get("additionalInfo") or ():
        if isinstance(item, dict) and item.get("type") == kind:
            return (item.get("info") or {}).get("value")
    return None


def _request_id(headers, body):
    known = headers.get("x-ms-request-id") or headers.get("x-ms-correlation-request-id")
    if known or not isinstance(body, dict):
        return known
    error = body.get("error")
    correlation = body.get("correlation") or (_additional(error, "Correlation") if isinstance(error, dict) else None)
    return correlation.get("request") if isinstance(correlation, dict) else None
