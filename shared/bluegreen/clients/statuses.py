"""What an HTTP status means, for every client, and trying again what may be repeated."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from bluegreen.core.errors import Later, Misconfigured, Never, NotFound, RateLimited, Refused, Stale, Unavailable

_TRIES = 3
_LONGEST_ASKED = 3600.0  # seconds
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


def retry_after(headers: Mapping[str, str], otherwise: float) -> float:
    """Seconds that the header `retry-after` asks for, an hour at most; `otherwise` where it asks for none.

    It may be a date (RFC 9110, 10.2.3), which is read by the sender's own clock: ours may be off.
    """
    written = headers.get("retry-after", "").strip()
    if written.isascii() and written.isdecimal():
        return min(float(written), _LONGEST_ASKED)
    until, sent = moment(written), moment(headers.get("date", ""))
    if until is None or sent is None:
        return otherwise
    return min(max((until - sent).total_seconds(), 0.0), _LONGEST_ASKED)


def moment(written: str) -> datetime | None:
    """A date of a header; None for what is none."""
    try:
        found = parsedate_to_datetime(written)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


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
