"""Long-running operations of Azure Resource Manager.

Order of evidence: `Azure-AsyncOperation`, else `Location` of a 202, else `provisioningState` of the body (wire-level convention
of Azure Resource Manager). After success a PUT or PATCH is followed by one GET of the resource; a POST by one of its `Location`.
"""

from email.utils import parsedate_to_datetime

from azext_ml.core.errors import ServiceError
from azext_ml.rest import errors

DONE = "succeeded"
BROKEN = ("failed", "canceled", "cancelled")
# Seconds before each poll when the service does not say (Retry-After); the last one repeats.
PAUSES = (1, 2, 5)


class Polling:
    """core.workspace.Operation of one request that was answered already."""

    def __init__(self, client, method, url, api_version, answer):
        self._client = client
        self._method = method
        self._url = url
        self._api_version = api_version
        self._answer = answer
        self.body = answer.body

    def wait(self, progress=None):
        """Polls until the end; the resource as it then is, None after a DELETE.

        Raises ServiceError when the operation ends Failed or Canceled, `ForeignLink` when it points to another origin.
        """
        status_url = self._link("Azure-AsyncOperation") or self._link("Operation-Location")
        location = self._link("Location")
        if status_url:
            last = self._poll(status_url, self._status_of_operation, self._answer, progress)
            return self._final(location, last)
        if location and self._answer.status == 202:
            last = self._poll(location, self._status_of_location, self._answer, progress)
            return self._final(None, last)
        if self._method in ("PUT", "PATCH") and self._state_of(self._answer.body) not in (None, DONE):
            return self._poll(self._url, self._status_of_resource, self._answer, progress, first=self._answer).body
        return None if self._method == "DELETE" else self.body

    def _link(self, name):
        link = self._answer.headers.get(name)
        return self._client.near(link, self._url) if link else None

    def _poll(self, url, status_of, answer, progress, first=None):
        """Asks `url` until status_of(answer) is final. `first` is an answer that counts as the first poll."""
        turn = 0
        answer_of_poll = first
        while True:
            if answer_of_poll is not None:
                status = status_of(answer_of_poll) or ""
                if status.lower() == DONE:
                    return answer_of_poll
                if status.lower() in BROKEN:
                    raise errors.failed_operation(self._url, status, answer_of_poll.body)
            self._client.clock.sleep(pause(answer.headers, turn, self._client.clock.now()))
            answer = answer_of_poll = self._client.exchange("GET", url)
            turn += 1
            if progress:
                progress()

    def _final(self, location, last):
        if self._method == "DELETE":
            return None
        if self._method in ("PUT", "PATCH"):
            return self._client.exchange("GET", self._url).body
        if location:                                # a POST with both headers: its result is behind Location
            return self._client.exchange("GET", location).body
        return last.body

    def _status_of_operation(self, answer):
        status = answer.body.get("status") if isinstance(answer.body, dict) else None
        if not isinstance(status, str):
            raise ServiceError(f"The operation on {errors.target(self._url)} gives no status.", code="MalformedAnswer")
        return status

    def _status_of_location(self, answer):
        if answer.status == 202:
            return None
        return self._state_of(answer.body) or DONE

    def _status_of_resource(self, answer):
        return self._state_of(answer.body) or DONE

    @staticmethod
    def _state_of(body):
        properties = body.get("properties") if isinstance(body, dict) else None
        state = properties.get("provisioningState") if isinstance(properties, dict) else None
        return state.lower() if isinstance(state, str) else None


def pause(headers, turn, now):
    """Seconds to wait before poll number `turn` (from 0): what Retry-After asks for, 0 included, else a short growing pause."""
    asked = retry_after(headers, now)
    return PAUSES[min(turn, len(PAUSES) - 1)] if asked is None else asked


def retry_after(headers, now):
    """Seconds of a Retry-After header (a number or an HTTP date) or of its millisecond forms; None without one.

    now: seconds since the epoch.
    """
    for name in ("retry-after-ms", "x-ms-retry-after-ms"):
        if _number(headers.get(name)) is not None:
            return max(_number(headers[name]) / 1000, 0)
    text = headers.get("retry-after")
    if not text or _number(text) is not None:
        return max(_number(text), 0) if text else None
    try:
        return max(parsedate_to_datetime(text).timestamp() - now, 0)
    except (TypeError, ValueError):
        return None


def _number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return None
