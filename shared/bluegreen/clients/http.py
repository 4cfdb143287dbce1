"""Talking HTTP: time limits, statuses turned into errors by meaning, and answers without our secrets.

Whatever is asked and whatever comes back, it is an answer or an httpx error. httpx lets through what its own parts
raise: UnicodeError for a header, InvalidURL for a `Location`, LookupError for a `charset`; `asking` does not.
"""

import codecs
import copy
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from bluegreen.clients.bounded import distrust
from bluegreen.clients.redaction import NOTHING_SECRET, Redaction
from bluegreen.clients.shapes import redacted
from bluegreen.clients.statuses import error_for, retry_after, with_retries
from bluegreen.core.errors import Later, Misconfigured, Never, RateLimited, Unavailable

LIMITS = httpx.Timeout(10.0, connect=3.0)
_BURST = (
    60.0  # seconds: DigitalOcean's burst window (docs.digitalocean.com/reference/api), where no retry-after is given
)
_SOON = 2.0  # seconds
_QUOTED = 200  # characters of the other side's message
_MOVED, _MOVED_FOR_READING = (307, 308), (301, 302)
_MOST_MOVES = 3
# A refusal that is over by itself. DigitalOcean says so by 403, of a load balancer whose last change has not landed yet
# (github.com/digitalocean/openapi/issues/1173), and by 422 of a Droplet.
_MAY_BE_BUSY, _BUSY = (403, 409, 422, 423), ("while it processes previous actions", "already has a pending event")
_ADVICE = {401: ": the token is not accepted", 403: ": the token lacks a permission"}

_UNREDIRECTED = "unredirected"  # in a request's extensions
LOCATION = "location"  # in an answer's extensions: what was hidden
_NO_TEXT = frozenset(("undefined", "idna", "punycode"))  # the last two are for hosts' names: their time is quadratic


class Api:
    """One HTTP API. `name` is what people call it; `sleep` waits between tries."""

    def __init__(
        self,
        name: str,
        url: str,
        http: httpx.Client,
        headers: Mapping[str, str],
        sleep: Callable[[float], None],
        limits: httpx.Timeout = LIMITS,
        redaction: Redaction = NOTHING_SECRET,
    ) -> None:
        self.name = name
        self._url = url.rstrip("/")
        self._http = http
        self._headers = dict(headers)
        self._sleep = sleep
        self._limits = limits
        self.redacted = redaction.text
        self._verbatim: frozenset[str] = frozenset()
        self._follows = False
        self.moved = False  # an answer came from another address than the one that was asked

    def following(self) -> "Api":
        """The same API. Where it says that something has moved, the new address is asked, on the same host only."""
        other = copy.copy(self)
        other._follows = True
        return other

    def with_verbatim(self, *fields: str) -> "Api":
        """The same API. What lies below these fields of an answer goes back one day: it stays as it was read."""
        other = copy.copy(self)
        other._verbatim = frozenset(fields)
        return other

    def get(self, path: str, **query: Any) -> Any:
        """The answer's JSON. Reading may be repeated, so a passing fault is tried again."""
        return with_retries(lambda: self.once("GET", path, params=query), self._sleep)

    def text(self, url: str) -> str:
        """A pre-signed address that the API itself named, read without our token; "" when it does not answer."""
        try:
            with asking():
                answer = self._http.get(url, timeout=LIMITS)
        except httpx.HTTPError:
            return ""
        return self.redacted(decoded(answer, answer.content)) if answer.is_success else ""

    def pieces(self, path: str, most: int) -> Iterator[bytes]:
        """An answer's bytes as they come, up to a size. Where another address is named for it, our token stays here."""
        request, read = self.redacted(f"GET {path}"), 0
        try:
            with self._opened(httpx.URL(self._url + path)) as answer:
                if not answer.is_success:
                    answer.read()
                    raise self._error(answer, request)
                pieces = answer.iter_bytes()
                while read <= most:
                    with asking():
                        piece = next(pieces, None)
                    if piece is None:
                        return
                    read += len(piece)
                    yield piece
        except httpx.HTTPError as error:
            raise no_answer(f"{self.name} did not answer {request}", error, _SOON) from None
        raise Unavailable(f"{self.name} answered {request} with more than {most} bytes")

    @contextmanager
    def _opened(self, url: httpx.URL) -> Iterator[httpx.Response]:
        headers, moves = self._headers, 0
        while True:
            with asking():
                asked = self._http.build_request("GET", url, headers=headers, timeout=self._limits)
                answer = self._http.send(asked, stream=True)
                onward = url.join(answer.headers["location"]) if answer.has_redirect_location else None
            if onward is None or moves >= _MOST_MOVES:
                break
            answer.close()
            there = (onward.scheme, onward.host, onward.port) == (url.scheme, url.host, url.port)
            url, headers, moves = onward, headers if there else {}, moves + 1
        try:
            yield answer
        finally:
            answer.close()

    def once(self, method: str, path: str, json: Any = None, params: Mapping[str, Any] | None = None) -> Any:
        """The answer's JSON (None for an empty one), asked exactly once."""
        request = self.redacted(f"{method} {path}")
        try:
            with asking():
                answer = self._ask(method, httpx.URL(self._url + path), json, params)
        except httpx.HTTPError as error:
            raise no_answer(f"{self.name} did not answer {request}", error, _SOON) from None
        if answer.is_success:
            return self._parsed(answer, request)
        raise self._error(answer, request)

    def _ask(self, method: str, url: httpx.URL, json: Any, params: Mapping[str, Any] | None) -> httpx.Response:
        for _ in range(_MOST_MOVES):
            answer = self._http.request(
                method, url, json=json, params=params, headers=self._headers, timeout=self._limits
            )
            onward = self._onward(method, answer) if self._follows else None
            if onward is None:
                break
            url, params, self.moved = onward, None, True
        return answer

    def _onward(self, method: str, answer: httpx.Response) -> httpx.URL | None:
        """Where an answer sends us on to. The token is for this host only."""
        if answer.status_code not in (*_MOVED, *(_MOVED_FOR_READING if method == "GET" else ())):
            return None
        try:
            onward = answer.request.url.join(answer.headers.get("location", ""))
        except (httpx.InvalidURL, ValueError):
            return None
        asked = answer.request.url
        if onward.userinfo:
            return None  # it would take the place of the token
        there = (onward.scheme, onward.host, onward.port) == (asked.scheme, asked.host, asked.port)
        return onward if there and onward != asked else None

    def _parsed(self, answer: httpx.Response, request: str) -> Any:
        if not answer.content:
            return None
        try:
            return redacted(answer.json(), self.redacted, self._verbatim)
        except (ValueError, RecursionError):
            raise Unavailable(f"{self.name} answered {request} with something that is not JSON") from None

    def _error(self, answer: httpx.Response, request: str) -> Later | Never:
        status, quoted = answer.status_code, self.redacted(_message(answer))[:_QUOTED]
        message = f"{self.name} answered {request} with {status}{f' ({quoted})' if quoted else ''}"
        wait, words = retry_after(answer.headers, _BURST), decoded(answer, answer.content).lower()
        if status == 403 and "rate limit" in words:
            return RateLimited(message, wait)
        if status in _MAY_BE_BUSY and any(busy in words for busy in _BUSY):
            return Unavailable(message, _SOON)
        return error_for(status, message + _ADVICE.get(status, ""), wait if status == 429 else _SOON)


def _message(answer: httpx.Response) -> str:
    """The other side's own words, from the places where the APIs put them."""
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        return ""
    words = body.get("message") or body.get("error") if isinstance(body, dict) else None
    return words if isinstance(words, str) else ""


class Unreadable(httpx.RequestError):
    """What was to be sent is no request, or what came back is no answer."""


@contextmanager
def asking() -> Iterator[None]:
    """Around a request and the reading of its answer, and nothing else."""
    try:
        yield
    except httpx.HTTPError:
        raise
    except Exception as error:  # noqa: BLE001 - the other side decides what it sends, and so what httpx raises
        raise Unreadable(type(error).__name__) from None


def kind_of(error: httpx.HTTPError) -> str:
    """Without its message, which may repeat what was sent or what came."""
    name, more = type(error).__name__, error if isinstance(error, Unreadable) else distrust(error)
    return f"{name}, {more}" if more else name


def no_answer(says: str, error: httpx.HTTPError, delay: float = 5.0) -> Later | Never:
    """By meaning. A certificate that is not trusted today is not trusted in a moment."""
    if not distrust(error):
        return Unavailable(f"{says}: {kind_of(error)}", delay)
    return Misconfigured(f"{says}: {error.request.url.host}: {distrust(error)}")


def decoded(answer: httpx.Response, content: bytes) -> str:
    """In the encoding that the answer names, where that is one of texts; else in UTF-8. Never fails."""
    try:
        codec = codecs.lookup(answer.charset_encoding or "utf-8").name
        return content.decode("utf-8" if codec in _NO_TEXT else codec, errors="replace")
    except (LookupError, ValueError):
        return content.decode(errors="replace")


def unredirected(http: httpx.Client) -> dict[str, bool]:
    """Extensions for a request whose answer is taken as it is: its `Location` may be anything.

    httpx reads `Location` even where redirects are not followed, and loses the answer where it cannot.
    """
    if _hide_location not in http.event_hooks["response"]:
        http.event_hooks["response"].append(_hide_location)
    return {_UNREDIRECTED: True}


def _hide_location(answer: httpx.Response) -> None:
    if answer.request.extensions.get(_UNREDIRECTED):
        answer.extensions[LOCATION] = answer.headers.pop("location", "")


def authorization(secret: str) -> str:
    """A pair such as `user:password`, or a token."""
    return f"Basic {b64encode(secret.encode()).decode()}" if ":" in secret else f"Bearer {secret}"
