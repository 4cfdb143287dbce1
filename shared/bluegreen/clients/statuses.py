"""What an HTTP status means, for every client, and trying again what may be repeated."""

from collections.abc import Callable
from typing import TypeVar

from bluegreen.core.errors import Later, Misconfigured, Never, NotFound, RateLimited, Refused, Stale, Unavailable

_TRIES = 3
_LONGEST_WAIT = 3.0  # seconds; a longer wait is left to the watch
T = TypeVar("T")


def error_for(status: int, message: str, delay: float, conditional: bool = False) -> Later | Never:
    """`delay`: seconds until it may be tried again, where it may. `conditional`: the request named a condition."""
    match status:
        case 409 | 412 if conditional:
            return Stale(message)
        case 401 | 403:
            return Misconfigured(message)
        case 404:
            return NotFound(message)
        case 408 | 425:
            return Unavailable(message)
        case 429:
            return RateLimited(message, delay)
        case _ if status >= 500:
            return Unavailable(message, delay)
        case _:
            return Refused(message)


def retry_after(written: str | None, otherwise: float) -> float:
    """Seconds that the header `retry-after` asks for, an hour at most."""
    return min(float(written), 3600.0) if written and written.isdecimal() else otherwise


def with_retries(ask: Callable[[], T], sleep: Callable[[float], None]) -> T:
    """The answer to a question that may be repeated: a passing fault is tried again, twice."""
    for attempt in range(1, _TRIES):
        try:
            return ask()
        except Later as error:
            if error.delay > _LONGEST_WAIT:
                raise
            sleep(min(error.delay, 0.2 * 2**attempt))
    return ask()
