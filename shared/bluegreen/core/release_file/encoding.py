"""Versions of a journal as one file, byte by byte, small enough to be kept for years.

Theory. Two versions in a row differ in a few numbers. So each is cut after every list or object that ends within it,
and a piece that has been there before is named by its number: runs of numbers in a row are `[first, how many]`. A bake
of an hour writes some 400 versions of 9 KB and more; the file has a third of that. Whatever the cuts are, the pieces of
a version joined by commas are its very bytes, which its hash is taken from.

There is one encoding of some versions, and `decoded` refuses every other. So a byte that is changed anywhere either
changes a version, whose hash the next version names and whose last one is named in `head`, or makes the file another
one than these versions have.
"""

import hashlib
import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from pydantic import TypeAdapter

FORMAT = "bluegreen release file, 1"
JSON: TypeAdapter[Any] = TypeAdapter(Any)  # anything, by pydantic's reader: twice as quick as the standard library's
_CUT = re.compile(r'(?<=[\]}]),(?=["\[{])')


UNREADABLE = (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError)


class SpoiltFile(ValueError):
    """A release file that is not what it was when it was written."""


class Part(NamedTuple):
    """Some versions of a journal in a row. `number`: from 1; most releases have one part."""

    service: str
    release: str
    number: int
    bodies: tuple[bytes, ...]


def key(release: str, number: int = 1) -> str:
    """Below `services/<service>/`."""
    return f"releases/{release}.json" if number == 1 else f"releases/{release}.{number}.json"


def encoded(part: Part) -> bytes:
    pieces: dict[str, int] = {}
    rows = [_row(body.decode(errors="surrogateescape"), pieces) for body in part.bodies]
    facts = {
        "format": FORMAT,
        "service": part.service,
        "release": part.release,
        "part": part.number,
        "head": digest(part.bodies[-1]),
        "versions": rows,
        "pieces": [*pieces],
    }
    return json.dumps(facts, separators=(",", ":")).encode()


class Unpacked(NamedTuple):
    """A file whose versions are not put together yet: each is a row of runs of pieces."""

    service: str
    release: str
    number: int
    rows: list[list[int]]
    pieces: list[str]

    def whole(self) -> Part:
        bodies = (",".join(_pieces(row, self.pieces)).encode(errors="surrogateescape") for row in self.rows)
        return Part(self.service, self.release, self.number, tuple(bodies))

    def endings(self, mark: str) -> Iterator[str]:
        """Of each version that has a piece with `mark` in it: that piece, and what follows it."""
        marked = [place for place, piece in enumerate(self.pieces) if mark in piece]
        for row in self.rows:
            ending = _ending(row, marked)
            if ending:
                yield ",".join(_pieces(ending, self.pieces))


def opened(body: bytes) -> Unpacked:
    """`SpoiltFile` where it cannot be read, or does not end with the version that it names."""
    try:
        facts = _parsed(body)
        found = Unpacked(*(facts[name] for name in ("service", "release", "part", "versions", "pieces")))
        last, head = ",".join(_pieces(found.rows[-1], found.pieces)), facts["head"]
    except UNREADABLE as error:
        raise SpoiltFile(f"it cannot be read ({type(error).__name__})") from None
    if head != digest(last.encode(errors="surrogateescape")):
        raise SpoiltFile("its last version is not the one that its `head` names")
    return found


def decoded(body: bytes) -> Part:
    """`SpoiltFile` says what is wrong."""
    found = opened(body)
    try:
        part = found.whole()
        again = encoded(part)
    except UNREADABLE as error:
        raise SpoiltFile(f"it cannot be read ({type(error).__name__})") from None
    if again != body:
        raise SpoiltFile("it is not written as these versions are")
    return part


def digest(body: bytes) -> str:
    """What the next version calls `previous`: SHA-256 of the stored bytes, in hex."""
    return hashlib.sha256(body).hexdigest()


def _parsed(body: bytes) -> Any:
    """By the quicker reader of two, which refuses half a surrogate pair: bytes that are no text are kept as such."""
    try:
        return JSON.validate_json(body)
    except ValueError:
        return json.loads(body)


def _ending(row: Sequence[int], marked: Sequence[int]) -> Sequence[int]:
    """From the last run on that has a marked piece: its first one."""
    for place in range(len(row) - 2, -1, -2):
        first, many = row[place : place + 2]
        found = bisect_left(marked, first)
        if found < len(marked) and marked[found] < first + many:
            at = marked[found]
            return [at, first + many - at, *row[place + 2 :]]
    return ()


def _row(text: str, pieces: dict[str, int]) -> list[int]:
    numbers = [pieces.setdefault(piece, len(pieces)) for piece in _CUT.split(text)]
    return [*chain.from_iterable(_runs(numbers))]


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    first, many = numbers[0], 0
    for number in numbers:
        if number != first + many:
            yield first, many
            first, many = number, 0
        many += 1
    yield first, many


def _pieces(row: Sequence[Any], pieces: Sequence[str]) -> Iterable[str]:
    for first, many in zip(row[::2], row[1::2], strict=True):
        if not 0 <= first < first + many <= len(pieces):
            raise IndexError
        yield from pieces[first : first + many]
