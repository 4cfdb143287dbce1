"""Versions of a journal as one file, byte by byte, small enough to be kept for years.

Theory. Two versions in a row differ in a few numbers. So each is cut after every list or object that ends within it,
and a piece that has been there before is named by its number: runs of numbers in a row are `[first, how many]`. A bake
of an hour writes 360 versions of 10 to 20 KB; the file has a tenth of that. Whatever the cuts are, the pieces of a
version joined by commas are its very bytes, which its hash is taken from.

There is one encoding of some versions, and `decoded` refuses every other. So a byte that is changed anywhere either
changes a version, whose hash the next version names and whose last one is named in `head`, or makes the file another
one than these versions have.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

FORMAT = "bluegreen release file, 1"
_CUT = re.compile(r'(?<=[\]}]),(?=["\[{])')


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


def decoded(body: bytes, exactly: bool = True) -> Part:
    """`SpoiltFile` says what is wrong; not `exactly`: only where it could not be read at all."""
    try:
        facts = json.loads(body)
        pieces: list[str] = facts["pieces"]
        bodies = tuple(",".join(_pieces(row, pieces)).encode(errors="surrogateescape") for row in facts["versions"])
        part = Part(facts["service"], facts["release"], facts["part"], bodies)
        again, head = encoded(part) if exactly else body, facts["head"]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise SpoiltFile(f"it cannot be read ({type(error).__name__})") from None
    if head != digest(bodies[-1]):
        raise SpoiltFile("its last version is not the one that its `head` names")
    if again != body:
        raise SpoiltFile("it is not written as these versions are")
    return part


def digest(body: bytes) -> str:
    """What the next version calls `previous`: SHA-256 of the stored bytes, in hex."""
    return hashlib.sha256(body).hexdigest()


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
