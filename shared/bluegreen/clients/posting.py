"""Posting to those who tell people. Their addresses and keys are secrets, so they are in no message and no error."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import httpx

from bluegreen.clients.http import asking, decoded, no_answer
from bluegreen.clients.redaction import Redaction
from bluegreen.clients.statuses import error_for, retry_after
from bluegreen.core.errors import Misconfigured, Unavailable

_LIMIT = 5.0  # seconds for the whole answer
_SOON = 5.0  # seconds until the next try
_BURST = 60.0  # seconds of a rate limit's window, where the answer names no time to wait
_QUOTED = 120  # characters of the answer
_WRONG = (403, 404, 410)
_OF_THE_KEY = ("routing_key", "routing key")  # PagerDuty answers 400 for a key that it does not know


class Receiver:
    """Whoever takes what is posted to one address. `key`: what it is signed with, "" where it is not."""

    def __init__(self, name: str, address: str, key: str, http: httpx.Client, redaction: Redaction) -> None:
        self._name, self._address, self._key = name, address, key
        self._http, self._redaction = http, redaction

    def post(self, body: Any, headers: Mapping[str, str] | None = None, own: bool = True) -> str:
        """The answer. Signed as the alerts that Bluegreen takes. `own`: as below."""
        content, signed = json.dumps(body).encode(), {}
        if self._key:
            mac = hmac.new(self._key.encode(), content, hashlib.sha256).hexdigest()
            signed = {"X-Bluegreen-Signature-256": f"sha256={mac}"}
        signed = {**(headers or {}), **signed}
        return post(self._http, self._redaction, self._name, self._address, content, signed, own)


def post(
    http: httpx.Client,
    redaction: Redaction,
    name: str,
    url: str,
    body: Any,
    headers: Mapping[str, str] | None = None,
    own: bool = False,
) -> str:
    """The answer. `name` is what people call the other side; `body` is bytes of JSON, or what JSON is made of.

    `own`: a receiver of somebody's own, which may answer with any page. The others never do: who did has not told them.
    """
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "bluegreen", **(headers or {})}
    try:
        with asking():
            answer = http.post(url, content=content, headers=headers, timeout=_LIMIT)
    except httpx.HTTPError as error:
        raise no_answer(f"{name} did not answer", error) from None
    status, said = answer.status_code, redaction.text(decoded(answer, answer.content))
    if answer.is_success and (own or not said.lstrip().startswith("<")):
        return said
    if answer.is_success:
        raise Unavailable(f"something between us and {name} answered: a page, and not an answer of {name}")
    says = f"{name} answered {status} ({said[:_QUOTED]})"
    if status in _WRONG or (status == 400 and any(word in said.lower() for word in _OF_THE_KEY)):
        raise Misconfigured(f"{says}: is its address or key right?")
    raise error_for(status, says, retry_after(answer.headers, _BURST) if status == 429 else _SOON)
