"""What encoders make of a text, undone: what may be in code in it, as it would read.

What is read so is a `View`. What it shows may be in code once more, so whoever searches goes on in it.

- `unescaped`: `%41`, `\\x41`, `\\u0041`, `\\101` and `&#65;`, each any number of times over (`%2541`), stand for a
  letter; the ends of lines, also escaped ones, a terminal's colours and what has no width stand for nothing.
- `decoded`: Base64 in both alphabets, Base32, hexadecimal as dumps have it (`68:75 73`), and lists of octets in decimal
  or octal (`[104, 117]`). A code may begin at any of the characters that look like it, so each offset is a view.

Both take time in proportion to the text: what a pattern repeats has a limit, or cannot begin again inside of what it
has passed.
"""

import re
from binascii import a2b_base64
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple

# Each alternative begins with one plain character, so that `re` skips all others.
_ESCAPED = re.compile(
    r"\n[ \t]*|\r\n[ \t]*|=\r?\n|\x1b\[[0-9;]*m|\x00\x00*|\xad|\u200b|\u200c|\u200d|\u2060|\ufeff"
    r"|\\\\{0,6}+(?:\r?\n[ \t]*|r\\{1,7}n|n|(?:[xX]|[uU]00|[uU]\{0{0,4})([0-7][0-9a-fA-F])\}?|0?([01]?[0-7]{2}))"
    r"|%(?:25)*([0-7][0-9a-fA-F])"
    r"|&(?:amp;|AMP;)*#(?:0*(\d\d|1[01]\d|12[0-7])|[xX]0*([0-7]?[0-9a-fA-F]));"
)
_BASES = (0, 16, 8, 16, 10, 16)  # of its groups
_PASSES = 4  # escapes of different kinds around each other; of one kind all are undone at once
_NUMBER = re.compile(r"\d{1,3}")
_BASE64_DIGITS = str.maketrans("-_", "+/")
_BASE32_DIGITS = str.maketrans(f"{ascii_uppercase}{ascii_lowercase}234567", "0123456789abcdefghijklmnop" * 2 + "qrstuv")
_APART = "\x01"  # between two stretches of a view: in no secret


class View:
    """`text` is shown for the digits of `code`, from `offset` on; `places` says where each of these stands."""

    def __init__(
        self, text: str, places: Callable[[], Iterator[tuple[int, int]]], bits: int = 8, offset: int = 0
    ) -> None:
        self.text = text
        self._where, self._bits, self._offset = places, bits, offset

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """Where a stretch of `text` begins and ends in what the view was made of."""
        first, last = self._offset + begin * 8 // self._bits, self._offset + (end * 8 - 1) // self._bits
        return self._places[first][0], self._places[last][1]

    @cached_property
    def _places(self) -> Sequence[tuple[int, int]]:
        return tuple(self._where())


class _Code(NamedTuple):
    """A digit tells `bits`; `size` digits are whole octets; what stands `between` digits tells nothing."""

    bits: int
    size: int
    read: Callable[[str], bytes]
    runs: re.Pattern[str]
    between: re.Pattern[str] | None = None

    def octets(self, text: str, among: str) -> Iterator[View]:
        """All its runs in a text, which stand in `among`, too."""
        found = self.runs.findall(among)
        runs = [self.between.sub("", run) for run in found] if self.between else found
        digits = "".join([run + "A" * (-len(run) % self.size) for run in runs])
        for offset in range(self.size if found else 0):
            whole = digits[offset : len(digits) - (len(digits) - offset) % self.size]
            yield View(self.read(whole).decode("latin-1"), lambda: self._places(text), self.bits, offset)

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        for run in self.runs.finditer(text):
            told, at = [], run.start()
            for between in self.between.finditer(text, *run.span()) if self.between else ():
                told += [(place, place + 1) for place in range(at, between.start())]
                at = between.end()
            told += [(place, place + 1) for place in range(at, run.end())]
            yield from told
            yield from told[-1:] * (-len(told) % self.size)


def _base64(digits: str) -> bytes:
    return a2b_base64(digits.translate(_BASE64_DIGITS))


def _base32(digits: str) -> bytes:
    return int(digits.translate(_BASE32_DIGITS), 32).to_bytes(len(digits) * 5 // 8, "big")


class Codes:
    """Those in which so many octets at least are told."""

    def __init__(self, octets: int) -> None:
        letters, digits, more = octets * 8 // 6, octets * 8 // 5, octets - 1
        self._base64 = _Code(6, 4, _base64, re.compile(rf"[\w+/-]{{{letters},}}", re.ASCII))
        self._base32 = _Code(5, 8, _base32, re.compile(rf"[A-Z2-7]{{{digits},}}|[a-z2-7]{{{digits},}}"))
        pairs = re.compile(rf"[0-9a-fA-F]{{2}}(?:[ :,;-]{{0,2}}(?:0x)?[0-9a-fA-F]{{2}}){{{more},}}")
        self._hexadecimal = _Code(4, 2, bytes.fromhex, pairs, re.compile(r"[ :,;-]{1,2}(?:0x)?|0x"))
        self._numbers = re.compile(rf"(?<!\d)\d{{1,3}}(?:[ ,;]{{1,3}}\d{{1,3}}){{{more},}}(?!\d)")

    def decoded(self, text: str) -> Iterator[View]:
        """All that a text may hold in code, octet by octet; a view for each offset of each code."""
        letters = "|".join(self._base64.runs.findall(text))
        yield from self._base64.octets(text, letters)
        yield from self._base32.octets(text, letters)
        yield from self._hexadecimal.octets(text, text)
        if numbers := _NUMBER.findall(" ".join(self._numbers.findall(text))):
            for base in (10, 8):
                yield View("".join([_octet(number, base) for number in numbers]), lambda: self._of_numbers(text))

    def _of_numbers(self, text: str) -> Iterator[tuple[int, int]]:
        for run in self._numbers.finditer(text):
            yield from (number.span() for number in _NUMBER.finditer(text, *run.span()))


def unescaped(text: str) -> View | None:
    """None where nothing is escaped."""
    view = None
    for _ in range(_PASSES):
        shown = _ESCAPED.sub(_character, text)
        if shown == text:
            break
        view, text = View(shown, partial(_unescaped_places, text, view)), shown
    return view


def _character(escape: re.Match[str]) -> str:
    group = escape.lastindex or 0
    return chr(int(escape[group], _BASES[group])) if group else ""


def _unescaped_places(text: str, view: View | None) -> Iterator[tuple[int, int]]:
    at, spans = 0, []
    for escape in _ESCAPED.finditer(text):
        spans += [(place, place + 1) for place in range(at, escape.start())]
        spans += [escape.span()] if escape.lastindex else []
        at = escape.end()
    spans += [(place, place + 1) for place in range(at, len(text))]
    yield from (view.span(*span) for span in spans) if view else spans


def _octet(number: str, base: int) -> str:
    octal = base == 8 and not number.strip("01234567")
    value = int(number, base) if octal or base == 10 else 0
    return chr(value) if value < 256 else _APART


def readable(view: View, stretches: re.Pattern[str]) -> View:
    """Only these stretches of a view: of octets that are no text nothing is left."""
    found = stretches.findall(view.text)
    return View(_APART.join(found), lambda: _readable_places(view, stretches))


def _readable_places(view: View, stretches: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    for stretch in stretches.finditer(view.text):
        yield from (view.span(at, at + 1) for at in range(*stretch.span()))
        yield view.span(stretch.end() - 1, stretch.end())
