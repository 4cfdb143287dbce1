"""How a version is read, by each scheme; and which of two versions is newer.

Whatever the scheme, what it reads sorts in one order, so that tags from before a change of scheme still compare.
"""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple

from packaging.version import InvalidVersion
from packaging.version import Version as Pep440

Identifier = tuple[int, int, str]

_SEMVER = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(?:-((?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*))?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_DATE = re.compile(r"(20\d\d)(\d\d)(\d\d)(\d{4}(?:\d\d)?)?((?:[-_.]\d+)*)")
_DAY = re.compile(r"(20\d\d)[-_.]?(\d\d)[-_.]?(\d\d)(?!\d)")
_TIME = re.compile(r"T(\d\d)[-:]?(\d\d)[-:]?(\d\d)Z?")
_COMMIT = re.compile(r"[-_.](?=\w*[a-f])[0-9a-f]{7,40}")
_WEEK = re.compile(r"(20\d\d)-?W(\d\d)")
_CALVER = re.compile(r"(20\d\d|\d\d)((?:[-_.]\d+)+)")
YEAR_LAST = re.compile(r"\d{1,2}(?:\.\d{1,2}\.(?:19|20)\d\d|([-_])\d{1,2}\1(?:19|20)\d\d(?:[-_.].*)?)")
_NUMBERS = re.compile(r"\d+(?:[-_.]\d+)*")
_HYPHENATED = re.compile(r"(\d+(?:\.\d+)+)-(\d+)")
_FINAL = re.compile(r"(\d+(?:\.\d+)*)\.(?:Final|GA|RELEASE)")
_SHORT = re.compile(r"(\d+(?:\.\d+)*)-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)(?:\+[0-9A-Za-z.-]+)?")
_PEP440_NAMES = {"a": "alpha", "b": "beta", "rc": "rc"}
_BEFORE_ALL: Identifier = (-1, 0, "")
_NO_DEV = (1, 0)


class Scheme(StrEnum):
    AUTO = "auto"
    SEMVER = "semver"
    PEP440 = "pep440"
    CALVER = "calver"
    NUMERIC = "numeric"
    NONE = "none"


class Precedence(NamedTuple):
    """Sorts by the numbers from the left (1.0 is 1.0.0), and a prerelease before its release."""

    numbers: tuple[int, ...]
    follows: bool  # it is the release of its numbers or what came after it
    prerelease: tuple[Identifier, ...] = ()
    post: int = -1
    dev: tuple[int, int] = _NO_DEV

    @property
    def final(self) -> bool:
        return self.follows and self.dev == _NO_DEV


def _semver(text: str) -> Precedence | None:
    """semver.org, sections 2 and 9 to 11."""
    match = _SEMVER.fullmatch(text)
    if match is None:
        return None
    return _ranked((int(match[1]), int(match[2]), int(match[3])), _identifiers(match[4]) if match[4] else ())


def _pep440(text: str) -> Precedence | None:
    try:
        found = Pep440(text)
    except InvalidVersion:
        return None
    post = -1 if found.post is None else found.post
    dev = _NO_DEV if found.dev is None else (0, found.dev)
    if found.pre is not None:
        return _ranked(found.release, ((1, 0, _PEP440_NAMES[found.pre[0]]), (0, found.pre[1], "")), post, dev)
    return _ranked(found.release, (_BEFORE_ALL,) if dev != _NO_DEV and post < 0 else (), post, dev)


def _calver(text: str) -> Precedence | None:
    """calver.org: the year and the month first, 2026.11.01, 26.11.3, 20261101; then what counts on."""
    if date := _DATE.fullmatch(text):
        numbers = (int(date[1]), int(date[2]), int(date[3]), *([int(date[4])] if date[4] else ()), *_ints(date[5]))
        return _ranked(numbers) if 1 <= numbers[1] <= 12 and 1 <= numbers[2] <= 31 else None
    match = _CALVER.fullmatch(text)
    if match is None or YEAR_LAST.fullmatch(text):
        return None
    rest = _ints(match[2])
    return _ranked((int(match[1]), *rest)) if 1 <= rest[0] <= 12 else None


def _year_first(text: str) -> Precedence | None:
    """`2026.11.1-2` is the second of a day; only behind four digits of a year is that certain."""
    if not re.match(r"20\d\d", text):
        return None
    week = _WEEK.fullmatch(text)
    return _ranked((int(week[1]), int(week[2]))) if week else _calver(text) or _day(text)


def _day(text: str) -> Precedence | None:
    """A day with what follows it: a time, the commit that was built, or a prerelease as in `20261101-rc1`."""
    match = _DAY.match(text)
    if match is None or _calver(match[0]) is None:
        return None
    numbers, rest = (int(match[1]), int(match[2]), int(match[3])), text[match.end() :]
    if time := _TIME.fullmatch(rest):
        return _ranked((*numbers, *_ints(time[0])))
    if _COMMIT.fullmatch(rest):
        return _ranked(numbers)
    dotted = ".".join(map(str, numbers)) + rest
    return _pep440(dotted) or _short(dotted)


def _hyphenated(text: str) -> Precedence | None:
    """`26.09.1-2` is a prerelease as `26.10.1-2` is one in semver, which has no 09. PEP 440 would call it final."""
    match = _HYPHENATED.fullmatch(text)
    return _ranked(_ints(match[1]), _identifiers(match[2])) if match else None


def _numeric(text: str) -> Precedence | None:
    return _ranked(_ints(text)) if _NUMBERS.fullmatch(text) else None


def _final(text: str) -> Precedence | None:
    """A release in the words of Maven and Spring: `1.0.0.Final`, `2.7.3.RELEASE`."""
    match = _FINAL.fullmatch(text)
    return _ranked(_ints(match[1])) if match else None


def _short(text: str) -> Precedence | None:
    """Semver's form with another count of numbers: `1.0-SNAPSHOT`."""
    match = _SHORT.fullmatch(text)
    return _ranked(_ints(match[1]), _identifiers(match[2])) if match else None


def _year_not_last(read: Callable[[str], Precedence | None]) -> Callable[[str], Precedence | None]:
    """`30-11-2026` would be newer than `01-12-2026`. A version in semver, such as `1.2.2034`, is read before."""
    return lambda text: None if YEAR_LAST.fullmatch(text) else read(text)


READERS: Mapping[Scheme, tuple[Callable[[str], Precedence | None], ...]] = {
    Scheme.AUTO: (_year_first, _semver, _hyphenated, *map(_year_not_last, (_pep440, _numeric)), _final),
    Scheme.SEMVER: (_semver,),
    Scheme.PEP440: (_pep440,),
    Scheme.CALVER: (_calver,),
    Scheme.NUMERIC: (_numeric,),
    Scheme.NONE: (),
}
# Tried once no place of the tag holds one of the above: it would take `s3-proxy-v1.2.3` for a prerelease of 3.
LOOSE_READERS: Mapping[Scheme, tuple[Callable[[str], Precedence | None], ...]] = {
    scheme: (_year_not_last(_short),) if scheme is Scheme.AUTO else () for scheme in Scheme
}


def _ranked(
    numbers: tuple[int, ...],
    prerelease: tuple[Identifier, ...] = (),
    post: int = -1,
    dev: tuple[int, int] = _NO_DEV,
) -> Precedence:
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers = numbers[:-1]
    return Precedence(numbers, not prerelease, prerelease, post, dev)


def _ints(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text))


def _identifiers(text: str) -> tuple[Identifier, ...]:
    return tuple((0, int(word), "") if word.isdigit() else (1, 0, word) for word in text.split(".") if word)
