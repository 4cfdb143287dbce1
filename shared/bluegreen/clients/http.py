"""Talking HTTP: time limits, retries of what may be repeated, and statuses turned into errors by meaning."""

from collections.abc import Callable, Mapping
from typing import Any

import httpx

from bluegreen.core.errors import Later, Misconfigured, Never, NotFound, RateLimited, Refused, Unavailable

LIMITS = httpx.Timeout(10.0, connect=3.0)
_TRIES = 3
_LONGEST_WAIT = 3.0  # a longer retry-after is left to the watch
_TOLD = 200


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
    ) -> None:
        self.name = name
        self._url = url.rstrip("/")
        self._http = http
        self._headers = dict(headers)
        self._sleep = sleep
        self._limits = limits

    def get(self, path: str, **query: Any) -> Any:
        """The answer's JSON. Reading may be repeated, so a passing fault is tried again."""
        for attempt in range(1, _TRIES + 1):
            try:
                return self.once("GET", path, params=query)
            except Later as error:
                if attempt == _TRIES or error.delay > _LONGEST_WAIT:
                    raise
                self._sleep(min(error.delay, 0.2 * 2**attempt))
        raise AssertionError("the last try returns or raises")

    def text(self, url: str) -> str:
        """A pre-signed address that the API itself named, read without our token; "" when it does not answer."""
        try:
            answer = self._http.get(url, timeout=LIMITS)
        except httpx.HTTPError:
            return ""
        return answer.text if answer.is_success else ""

    def once(self, method: str, path: str, json: Any = None, params: Mapping[str, Any] | None = None) -> Any:
        """The answer's JSON (None for an empty one), asked exactly once."""
        try:
            answer = self._http.request(
                method, self._url + path, json=json, params=params, headers=self._headers, timeout=self._limits
            )
        except httpx.HTTPError as error:
            raise Unavailable(f"{self.name} did not answer {method} {path}: {type(error).__name__}", 2.0) from None
        if answer.is_success:
            return _parsed(answer, f"{self.name} answered {method} {path}")
        raise _meaning(answer, f"{self.name} answered {method} {path} with {answer.status_code}")


def _parsed(answer: httpx.Response, what: str) -> Any:
    if not answer.content:
        return None
    try:
        return answer.json()
    except ValueError:
        raise Unavailable(f"{what} with something that is not JSON") from None


def _meaning(answer: httpx.Response, what: str) -> Later | Never:
    what = f"{what}{_message(answer)}"
    match answer.status_code:
        case 401:
            return Misconfigured(f"{what}: the token is not accepted")
        case 403 if "rate limit" in answer.text.lower():
            return RateLimited(what, delay=retry_after(answer))
        case 403:
            return Misconfigured(f"{what}: the token lacks a permission")
        case 404:
            return NotFound(what)
        case 408 | 425:
            return Unavailable(what)
        case 429:
            return RateLimited(what, delay=retry_after(answer))
        case status if status >= 500:
            return Unavailable(what, delay=2.0)
        case _:
            return Refused(what)


def retry_after(answer: httpx.Response) -> float:
    """Seconds. Without the header a minute: DigitalOcean's burst window (docs.digitalocean.com/reference/api)."""
    written = answer.headers.get("retry-after", "")
    return min(float(written), 3600.0) if written.isdigit() else 60.0


def _message(answer: httpx.Response) -> str:
    """The other side's own words, from the places where the APIs put them."""
    try:
        body = answer.json()
    except ValueError:
        return ""
    told = body.get("message") or body.get("error") if isinstance(body, dict) else None
    return f" ({told[:_TOLD]})" if isinstance(told, str) and told else ""
