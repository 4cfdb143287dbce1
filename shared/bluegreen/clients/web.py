"""Asking a web app as a user would: one request, one answer, no retries, no redirects followed, no cookies kept."""

import signal
import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, NoReturn
from urllib.parse import quote, urlencode

import httpx

from bluegreen.clients import bounded
from bluegreen.clients.bounded import forgetful
from bluegreen.clients.http import LOCATION, asking, decoded, kind_of, unredirected
from bluegreen.clients.redaction import NOTHING_SECRET, Redaction
from bluegreen.core.checks.response import LARGEST, CheckResponse, fault
from bluegreen.core.config import check_secrets
from bluegreen.core.config.checks import Check
from bluegreen.core.credentials import hidden
from bluegreen.core.errors import Unavailable

_BEYOND = 4_000  # bytes that are read behind them: a secret at the end is redacted whole, and then cut
_COMPARING = 2.0  # seconds of computing
_FORM = "application/x-www-form-urlencoded"
_BROWSER = {"User-Agent": "Bluegreen-check/1"}


class Reply(NamedTuple):
    answer: CheckResponse
    headers: Mapping[str, str]  # names in lower case


class _TakesTooLong(Exception):
    pass


def compared(check: Check, answer: CheckResponse, tag: str) -> str | None:
    """What `fault` says, or that it was given up: a regular expression of bluegreen.yml may be at a text for years,
    and the function that waits for it would be ended with nothing written down.

    It is computing that is counted, so no machine is too slow for it. A signal reaches the main thread only, which is
    where functions run; the few comparisons in other threads have no such limit.
    """
    if threading.current_thread() is not threading.main_thread():
        return fault(check, answer, tag)
    before = signal.signal(signal.SIGVTALRM, _give_up)
    try:
        try:
            signal.setitimer(signal.ITIMER_VIRTUAL, max(min(_COMPARING, bounded.left()), 0.1))
            return fault(check, answer, tag)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)
    except _TakesTooLong:
        why = "does a regular expression repeat a repetition, as /(a+)+$/ does, or begin with .* before a long text?"
        return f"{hidden(check.title)}: comparing its answer with what is expected takes too long: {why}"
    finally:
        signal.signal(signal.SIGVTALRM, before)


def _give_up(*_: object) -> NoReturn:
    raise _TakesTooLong


class Web:
    """`seconds` is a clock that only goes forward, for time limits; `secrets` are those that checks may name."""

    def __init__(
        self,
        http: httpx.Client,
        seconds: Callable[[], float],
        redaction: Redaction = NOTHING_SECRET,
        secrets: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._http = forgetful(http)
        self._seconds = seconds
        self._redaction = redaction
        self._secrets = secrets
        self._in_url = {name: quote(secret, safe="") for name, secret in secrets.items()}

    def check(self, url: str, check: Check, headers: Mapping[str, str] | None = None) -> Reply:
        """No answer is an answer too. `Unavailable` only where our own time was over before that of the check."""
        try:
            sent = check_secrets.filled({**check.headers}, self._secrets)
            body = check_secrets.filled(check.body, self._in_url if _is_form(check) else self._secrets)
            path = check_secrets.filled(check.path, self._in_url)
        except KeyError as missing:
            return Reply(CheckResponse(error=f"none ({missing.args[0]} is not set for this function)"), {})
        named = _one_of_each(_BROWSER, sent, headers or {})
        return self._ask(check.method, url + path, named, _content(named, body), check.timeout)

    def _ask(self, method: str, url: str, headers: Mapping[str, str], content: dict[str, Any], limit: float) -> Reply:
        begun, taken = self._seconds(), unredirected(self._http)
        # httpx takes only ASCII as text: names such as Zoë go out in UTF-8, as browsers send them.
        sent = [(name.encode(errors="replace"), value.encode(errors="replace")) for name, value in headers.items()]
        try:
            with (
                asking(),
                self._http.stream(method, url, headers=sent, timeout=limit, extensions=taken, **content) as answer,
            ):
                text = self._limited(answer, begun, limit)
        except httpx.TimeoutException:
            if bounded.left() <= 0:
                raise Unavailable(f"{self._redaction.text(url)}: no time was left to wait for its answer") from None
            return Reply(CheckResponse(error="none (timed out)", ms=self._spent(begun)), {})
        except httpx.HTTPError as error:
            return Reply(CheckResponse(error=f"none ({kind_of(error)})", ms=self._spent(begun)), {})
        named = {name.lower(): self._redaction.text(value) for name, value in answer.headers.items()}
        leads = self._redaction.text(str(answer.extensions.get(LOCATION, "")))
        said = CheckResponse(status=answer.status_code, body=text, ms=self._spent(begun), location=leads)
        return Reply(said, named)

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


def _one_of_each(*given: Mapping[str, str]) -> dict[str, str]:
    """The last of each name, whose capitals make no difference, as it is written there."""
    found = {name.lower(): (name, value) for headers in given for name, value in headers.items()}
    return dict(found.values())


def _is_form(check: Check) -> bool:
    """One that is written as it is sent, so that what is put into it has to be encoded."""
    return isinstance(check.body, str) and _kind(check.headers).startswith(_FORM)


def _kind(headers: Mapping[str, str]) -> str:
    return next((value for name, value in headers.items() if name.lower() == "content-type"), "").lower()


def _content(headers: Mapping[str, str], body: Any) -> dict[str, Any]:
    """The body as the header Content-Type says it is: a text is sent as it is, fields as a form; all else as JSON."""
    kind = _kind(headers)
    if isinstance(body, str) and kind:
        return {"content": body.encode(errors="replace")}
    if isinstance(body, dict) and kind.startswith(_FORM):
        return {"content": urlencode(body, doseq=True).encode()}
    return {"json": body}
