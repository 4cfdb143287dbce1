"""Systems that page people. Their key and address are secrets, so they are in no message and no error."""

from collections.abc import Mapping

import httpx

from bluegreen.clients.http import asking, decoded, kind_of
from bluegreen.clients.redaction import NOTHING_SECRET, Redaction
from bluegreen.clients.statuses import error_for, retry_after
from bluegreen.core.errors import Misconfigured, Unavailable

_GONE = (404, 410)
_QUOTED = 120  # characters of the answer
_BURST = 60.0  # seconds, where no retry-after is given: these systems count by the minute
_OF_THE_KEY = ("routing_key", "routing key")  # PagerDuty answers 400 for a key that it does not know


class Pager:
    """`key`: what the system knows its caller by, or what a webhook is signed with. `address`: of a webhook."""

    def __init__(self, key: str, address: str, http: httpx.Client, redaction: Redaction = NOTHING_SECRET) -> None:
        self.key = key
        self.address = address
        self._http = http
        self._redaction = redaction

    def post(self, name: str, url: str, content: bytes, headers: Mapping[str, str]) -> None:
        """`name` is what people call the system; `content` is JSON."""
        headers = {"Content-Type": "application/json", "User-Agent": "bluegreen", **headers}
        try:
            with asking():
                answer = self._http.post(url, content=content, headers=headers, timeout=5.0)
        except httpx.HTTPError as error:
            raise Unavailable(f"{name} did not answer: {kind_of(error)}") from None
        if answer.is_success:
            return
        said = self._redaction.text(decoded(answer, answer.content))
        status, says = answer.status_code, f"{name} answered {answer.status_code} ({said[:_QUOTED]})"
        if status in _GONE or (status == 400 and any(word in said.lower() for word in _OF_THE_KEY)):
            raise Misconfigured(f"{says}: is the key or the address right?")
        raise error_for(status, says, retry_after(answer.headers, _BURST) if status == 429 else 5.0)
