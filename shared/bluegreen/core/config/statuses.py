"""What may be written for the status of a response: 200, 2xx, 200-299, [200, 204], /20[04]/, below 500."""

import re
from functools import cache

_BELOW = re.compile(r"below (\d{1,4}(?:\.\d+)?)")
_PATTERN = re.compile(r"/(.+)/")
_CLASS = re.compile(r"(?=.*[xX])[\dxX]{3}")
_RANGE = re.compile(r"(\d{3}) ?(?:-|\.\.) ?(\d{3})")
_ALL = range(100, 1000)
ALLOWED = "200, 2xx, 200-299, [200, 204], /20[04]/ or below 500"


def fits(wanted: int | str, status: int) -> bool:
    return status in _fitting(str(wanted))


def fault(wanted: int | str) -> str:
    """Why no response could have this status, "" where one could."""
    try:
        return "" if _fitting(str(wanted)) else f"{str(wanted)[:60]!r} is no status; allowed is {ALLOWED}"
    except re.error as error:
        return f"{str(wanted)[:60]!r} is not a regular expression ({error})"


@cache
def _fitting(wanted: str) -> frozenset[int]:
    if pattern := _PATTERN.fullmatch(wanted):
        found = re.compile(pattern[1])
        return frozenset(status for status in _ALL if found.search(str(status)))
    return frozenset(status for part in wanted.split(",") for status in _of(part.strip()))


def _of(part: str) -> range | list[int]:
    if below := _BELOW.fullmatch(part):
        return [status for status in _ALL if status < float(below[1])]
    if both := _RANGE.fullmatch(part):
        return range(max(int(both[1]), _ALL.start), int(both[2]) + 1)
    if _CLASS.fullmatch(part):
        like = re.compile(re.sub("[xX]", r"\\d", part))
        return [status for status in _ALL if like.fullmatch(str(status))]
    return [int(part)] if part.isascii() and part.isdigit() and int(part) in _ALL else []
