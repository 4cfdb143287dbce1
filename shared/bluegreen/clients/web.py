"""Asking a web app as a user would: one request, one answer, no retries, no redirects followed."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import httpx

from bluegreen.clients import bounded
from bluegreen.clients.http import asking, decoded, kind_of, unredirected
from bluegreen.clients.redaction import NOTHING_SECRET, Redaction
from bluegreen.core.checks.response import CheckResponse
from bluegreen.core.config.checks import Check
from bluegreen.core.errors import Unavailable

LARGEST = 512_000  # characters of a body that are kept
_BEYOND = 4_000  # bytes that are read behind them: a secret at the end is redacted whole, and then cut
_BROWSER = {"User-Agent": "Bluegreen-check/1"}


class Reply(NamedTuple):
    answer: CheckResponse
    headers: Mapping[str, str]  # names in lower case


class Web:
    """`seconds` is a clock that only goes forward, for time limits."""

    def __init__(self, http: httpx.Client, seconds: Callable[[], float], redaction: Redaction = NOTHING_SECRET) -> None:
        self._http = http
        self._seconds = seconds
        self._redaction = redaction

    def check(self, url: str, check: Check, headers: Mapping[str, str] | None = None) -> Reply:
        """No answer is an answer too. `Unavailable` only where our own time was over before that of the check."""
        sent = {**_BROWSER, **check.headers, **(headers or {})}
        return self._ask(check.method, url + check.path, sent, check.body, check.timeout)

    def _ask(self, method: str, url: str, headers: Mapping[str, str], body: Any, limit: float) -> Reply:
        begun, taken = self._seconds(), unredirected(self._http)
        # httpx takes only ASCII as text: names such as Zoë go out in UTF-8, as browsers send them.
        sent = [(name.encode(errors="replace"), value.encode(errors="replace")) for name, value in headers.items()]
        try:
            with (
                asking(),
                self._http.stream(method, url, headers=sent, json=body, timeout=limit, extensions=taken) as answer,
            ):
                text = self._limited(answer, begun, limit)
        except httpx.TimeoutException:
            if bounded.left() <= 0:
                raise Unavailable(f"{self._redaction.text(url)}: no time was left to wait for its answer") from None
            return Reply(CheckResponse(error="none (timed out)", ms=self._spent(begun)), {})
        except httpx.HTTPError as error:
            return Reply(CheckResponse(error=f"none ({kind_of(error)})", ms=self._spent(begun)), {})
        named = {name.lower(): self._redaction.text(value) for name, value in answer.headers.items()}
        return Reply(CheckResponse(status=answer.status_code, body=text, ms=self._spent(begun)), named)

    def _spent(self, begun: float) -> float:
        return (self._seconds() - begun) * 1000

    def _limited(self, answer: httpx.Response, begun: float, limit: float) -> str:
        """The body without secrets, up to its largest size, and not longer than the time limit as a whole."""
        read = b""
        for chunk in answer.iter_bytes():
            read += chunk
            if self._seconds() - begun > limit:
                raise httpx.ReadTimeout("the answer took too long", request=answer.request)
            if len(read) > LARGEST + _BEYOND:
                break
        return self._redaction.text(decoded(answer, read[: LARGEST + _BEYOND]))[:LARGEST]
