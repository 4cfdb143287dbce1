"""The version that a tag carries, read by a scheme; and which of two versions is newer.

Whatever the scheme, what it reads sorts in one order, so that tags from before a change of scheme still compare.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from itertools import product
from typing import NamedTuple

from packaging.version import InvalidVersion
from packaging.version import Version as Pep440

Identifier = tuple[int, int, str]

_START = re.compile(r"(?:^|[-_/@.])[A-Za-z]*(?=\d)")
# What is skipped before a version is a name, such as `web2-v` or `team-2/`, and never half a version.
_HALF = re.compile(r"(?:^|[-_/@.])[vV]?\d+(?:[-_.]|$)")
_SEMVER = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(?:-((?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*))?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_DATE = re.compile(r"(20\d\d)(\d\d)(\d\d)(\d{4}(?:\d\d)?)?((?:[-_.]\d+)*)")
_CALVER = re.compile(r"(20\d\d|\d\d)((?:[-_.]\d+)+)")
_NUMBERS = re.compile(r"\d+(?:[-_.]\d+)*")
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


class Found(NamedTuple):
    """`text` is the version as it stands in the tag."""

    text: str
    rank: Precedence


def find(tag: str, scheme: Scheme) -> Found | None:
    """The version in a tag, behind whatever name stands before it; None where the scheme reads none."""
    texts = list(_candidates(tag))
    for readers in (_READERS[scheme], _LOOSE[scheme]):
        for text, read in product(texts, readers):
            if rank := read(text):
                return Found(text, rank)
    return None


def _candidates(tag: str) -> Iterator[str]:
    """What may be the version, the longest first: from each digit that begins a word, until half of one is skipped."""
    for start in _START.finditer(tag):
        if _HALF.search(tag[: start.end()]):
            return
        yield tag[start.end() :]


def _semver(text: str) -> Precedence | None:
    """semver.org, sections 2 and 9 to 11."""
    match = _SEMVER.fullmatch(text)
    if match is None:
        return None
    return _ranked((int(match[1]), int(match[2]), int(match[3])), _identifiers(match[4] or ""))


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
    if match is None:
        return None
    rest = _ints(match[2])
    return _ranked((int(match[1]), *rest)) if 1 <= rest[0] <= 12 else None


def _year_first(text: str) -> Precedence | None:
    """`2026.11.1-2` is the second of a day; only behind four digits of a year is that certain."""
    return _calver(text) if re.match(r"20\d\d", text) else None


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


_READERS: Mapping[Scheme, tuple[Callable[[str], Precedence | None], ...]] = {
    Scheme.AUTO: (_year_first, _semver, _pep440, _numeric, _final),
    Scheme.SEMVER: (_semver,),
    Scheme.PEP440: (_pep440,),
    Scheme.CALVER: (_calver,),
    Scheme.NUMERIC: (_numeric,),
    Scheme.NONE: (),
}
# Tried once no place of the tag holds one of the above: it would take `s3-proxy-v1.2.3` for a prerelease of 3.
_LOOSE: Mapping[Scheme, tuple[Callable[[str], Precedence | None], ...]] = {
    scheme: (_short,) if scheme is Scheme.AUTO else () for scheme in Scheme
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
