"""What other services say, without our secrets: an answer, a log or a page may repeat what was sent.

Texts are redacted where they enter, whole, before anything is cut: half a secret is not recognised any more. A secret
is looked for in the text (`core/config/secret_forms` has its forms), in the text without what does not count in
it, and in all that may be in code there, decoded; and in each of these again, five codes deep:

- `%41`, `\\x41`, `\\u0041`, `\\101` and `&#65;`, each any number of times over (`%2541`), stand for a letter; the
  ends of lines, also escaped ones, a terminal's colours and what has no width stand for nothing;
- codes are Base64 in both alphabets, Base32, hexadecimal as dumps have it (`68:75 73`), and lists of octets in decimal
  or octal (`[104, 117]`). One may begin at any of the characters that look like it, so each offset is read.

All takes time in proportion to the text: what a pattern repeats has a limit, or cannot begin again inside of what it
has passed; and a text with more codes in one another than anybody writes is hidden as a whole.
"""

import re
from binascii import a2b_base64
from bisect import bisect
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from string import ascii_letters, ascii_lowercase, ascii_uppercase, hexdigits
from typing import Any, NamedTuple

from bluegreen.clients.shapes import redacted
from bluegreen.core.config import secret_forms

_DEEPEST = 5  # codes within one another. `.dockerconfigjson` in a manifest that is sent in Base64 has three
_ESCAPED_BY = 4  # escapes of different kinds around each other; of one kind all are undone at once
_MOST = 4  # characters that are looked through within codes, for each of the text
_UNREADABLE = "[hidden: in too many codes]"
_APART = "\x01"  # between two stretches of a view: in no secret

# Each alternative begins with one plain character, so that `re` skips all others.
_ESCAPED = re.compile(
    r"\n[ \t]*|\r\n[ \t]*|=\r?\n|\x1b\[[0-9;]*m|\x00\x00*|\xad|\u200b|\u200c|\u200d|\u2060|\ufeff"
    r"|\\\\{0,6}+(?:\r?\n[ \t]*|r\\{1,7}n|n|(?:[xX]|[uU]00|[uU]\{0{0,4})([0-7][0-9a-fA-F])\}?|0?([01]?[0-7]{2}))"
    r"|%(?:25)*([0-7][0-9a-fA-F])"
    r"|&(?:amp;|AMP;)*#(?:0*(\d\d|1[01]\d|12[0-7])|[xX]0*([0-7]?[0-9a-fA-F]));"
)
_BASES = (0, 16, 8, 16, 10, 16)  # of its groups
_IN_CODE = re.compile(r"[\w+/-]{6,}(?:(?:(?:\\{1,7}r)?\\{1,7}n|\r?\n[ \t]*)[\w+/-]{6,})*={0,2}", re.ASCII)
_BASE64_DIGITS = str.maketrans("-_", "+/")
_BASE32_DIGITS = str.maketrans(f"{ascii_uppercase}{ascii_lowercase}234567", "0123456789abcdefghijklmnop" * 2 + "qrstuv")
_BETWEEN_OCTETS = re.compile(r"[ :,;-]{1,2}(?:0x)?|0x")
_HEXADECIMAL = re.compile("(?!0x)[0-9a-fA-F]")
_NUMBER = re.compile(r"\d{1,3}")


def _marks(characters: str) -> dict[int, str]:
    return {code: "x" if chr(code) in characters else " " for code in range(128)}


_WORD, _LETTERS = _marks(f"{ascii_letters}0123456789_+/-"), _marks(f"{ascii_letters}234567")
_HEX, _DECIMAL = _marks(f"{hexdigits}x :,;-"), _marks("0123456789 ,;")

_Span = Callable[[int, int], tuple[int, int]]


class _View(NamedTuple):
    """`span` of two places in `text`: where that stretch begins and ends in what is redacted."""

    text: str
    span: _Span
    codes: int = 0  # within one another
    escapes: int = 0  # undone, within the last of them


class _Code(NamedTuple):
    """So many `digits` are so many `octets`; `digit` finds each in a run, which stands for `times` of them.

    `run` is searched for only where so many characters in a row, `least`, are ones that a run may have: `marks`.
    """

    digits: int
    octets: int
    offsets: int
    more: int  # digits, for the last run to be read to its end from each offset; a secret may go on in the next one
    marks: dict[int, str]
    least: int
    run: re.Pattern[str]
    tidy: Callable[[str], str]
    read: Callable[[str], bytes]
    digit: re.Pattern[str] = re.compile(".")
    times: int = 1

    def runs(self, text: str) -> Iterator[re.Match[str]]:
        marked, wanted, end = text.translate(self.marks), "x" * self.least, 0
        while (begin := marked.find(wanted, end)) >= 0:
            end = marked.find(" ", begin) % (len(marked) + 1)  # of none: the text's
            yield from self.run.finditer(text, begin, end)


class _Found(NamedTuple):
    begin: int
    end: int
    name: str
    codes: int


class Redaction:
    """`secrets`: name of the setting → value. One is shown as `[NAME]`, so that people know which to replace."""

    def __init__(self, secrets: Mapping[str, str] | None = None) -> None:
        values = [(value, name) for name, whole in (secrets or {}).items() for value in secret_forms.values(whole)]
        names = dict(reversed(values))
        self._secrets = [secret for value, name in names.items() for secret in secret_forms.forms(value, name)]
        self._shortest = min((len(secret.value) for secret in self._secrets), default=1)
        self._codes = _codes(self._shortest)
        odd = "".join({c for secret in self._secrets for c in secret.value if "\x7f" < c < "\u0100"})
        shown = rf"\t\n\r\x1b -~{odd}" + "".join(c for c in odd.upper() if c < "\u0100")
        self._readable = re.compile(rf"[{shown}][\0{shown}]{{{self._shortest - 1},}}")

    def text(self, text: str) -> str:
        """Without secrets, and fit to be written: half a surrogate pair, as JSON may escape it, is in no journal."""
        found: list[_Found] = []
        views, left = [_View(text, lambda *place: place)], _MOST * len(text)
        if not self._secrets or len(text) < self._shortest:
            views.clear()
        while views:
            view = views.pop()
            small = view.text.replace(*secret_forms.ONE_OF_TWO).lower()
            for secret in self._secrets:
                if secret.plain in (seen := small if secret.small else view.text):
                    places = secret_forms.pattern(secret.value).finditer(seen)
                    found += [_Found(*view.span(*place.span()), secret.name, view.codes) for place in places]
            for within in self._within(view):
                left -= len(within.text) if within.codes > view.codes else 0
                if left < 0:
                    return _UNREADABLE
                views.append(within)
        text = _without(text, sorted(_whole(text, found))) if found else text
        return text if text.isascii() else text.encode(errors="replace").decode()

    def json(self, value: Any) -> Any:
        """A JSON value with all its texts redacted."""
        return redacted(value, self.text)

    def _within(self, view: _View) -> Iterator[_View]:
        """The text without its escapes, where it has some; else all that it may hold in code and that can be read."""
        text = view.text
        if view.escapes < _ESCAPED_BY:
            shown = _ESCAPED.sub(lambda e: chr(int(e[e.lastindex], _BASES[e.lastindex])) if e.lastindex else "", text)
            if shown != text:
                span = partial(_of_places, view.span, cache(partial(_unescaped_places, text)))
                yield _View(shown, span, view.codes, view.escapes + 1)
                return
        for code in self._codes if view.codes < _DEEPEST else ():
            runs = [code.tidy(run[0]) for run in code.runs(text)]
            digits = "".join([*(run + "A" * (-len(run) % code.digits) for run in runs), "A" * code.more])
            places = cache(partial(_digit_places, text, code))
            for offset in range(code.offsets if runs else 0):
                octets = code.read(digits[offset : len(digits) - (len(digits) - offset) % code.digits]).decode(
                    "latin-1"
                )
                if readable := self._readable.findall(octets):
                    of_octets = partial(_of_octets, partial(_of_places, view.span, places), code, offset)
                    span = partial(_of_places, of_octets, cache(partial(_readable_places, self._readable, octets)))
                    yield _View(_APART.join(readable), span, view.codes + 1)


def _codes(octets: int) -> tuple[_Code, ...]:
    """Those in which so many octets at least are told."""
    more = octets - 1
    letters = re.compile(rf"[\w+/-]{{{octets * 8 // 6},}}", re.ASCII)
    capitals = re.compile(rf"[A-Z2-7]{{{octets * 8 // 5},}}|[a-z2-7]{{{octets * 8 // 5},}}")
    pairs = re.compile(rf"[0-9a-fA-F]{{2}}(?:[ :,;-]{{0,2}}(?:0x)?[0-9a-fA-F]{{2}}){{{more},}}")
    numbers = re.compile(rf"(?<!\d)\d{{1,3}}(?:[ ,;]{{1,3}}\d{{1,3}}){{{more},}}(?!\d)", re.ASCII)
    base64 = _Code(
        4, 3, 4, 4, _WORD, octets * 8 // 6, letters, str, lambda run: a2b_base64(run.translate(_BASE64_DIGITS))
    )
    base32 = _Code(
        *(8, 5, 8, 8, _LETTERS, octets * 8 // 5, capitals, str),
        lambda run: int(run.translate(_BASE32_DIGITS), 32).to_bytes(len(run) * 5 // 8, "big"),
    )
    hexadecimal = _Code(
        *(2, 1, 2, 0, _HEX, 2 * octets, pairs, partial(_BETWEEN_OCTETS.sub, "")), bytes.fromhex, _HEXADECIMAL
    )
    decimal = _Code(
        *(3, 1, 1, 0, _DECIMAL, octets + more, numbers),
        lambda run: "".join([number.zfill(3) for number in _NUMBER.findall(run)]),
        *(partial(_of_numbers, 10), _NUMBER, 3),
    )
    return base64, base32, hexadecimal, decimal, decimal._replace(read=partial(_of_numbers, 8))


def _of_numbers(base: int, digits: str) -> bytes:
    """Three digits each; what is no octet is 0."""
    numbers = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    values = [int(number, base) if base == 10 or max(number) < "8" else 0 for number in numbers]
    return bytes(value if value < 256 else 0 for value in values)


def _of_places(outer: _Span, places: Callable[[], Sequence[tuple[int, int]]], begin: int, end: int) -> tuple[int, int]:
    return outer(places()[begin][0], places()[end - 1][1])


def _of_octets(outer: _Span, code: _Code, offset: int, begin: int, end: int) -> tuple[int, int]:
    return outer(offset + begin * code.digits // code.octets, offset - (-end * code.digits // code.octets))


def _unescaped_places(text: str) -> list[tuple[int, int]]:
    places, at = [], 0
    for escape in _ESCAPED.finditer(text):
        places += [(place, place + 1) for place in range(at, escape.start())]
        places += [escape.span()] if escape.lastindex else []
        at = escape.end()
    return [*places, *((place, place + 1) for place in range(at, len(text)))]


def _digit_places(text: str, code: _Code) -> list[tuple[int, int]]:
    places: list[tuple[int, int]] = []
    for run in code.runs(text):
        found = [digit.span() for digit in code.digit.finditer(text, *run.span()) for _ in range(code.times)]
        places += [*found, *found[-1:] * (-len(found) % code.digits)]
    return [*places, *places[-1:] * code.more]


def _readable_places(readable: re.Pattern[str], octets: str) -> list[tuple[int, int]]:
    places: list[tuple[int, int]] = []
    for stretch in readable.finditer(octets):
        places += [(place, place + 1) for place in range(*stretch.span())]
        places.append((stretch.end() - 1, stretch.end()))
    return places


def _whole(text: str, found: list[_Found]) -> Iterator[_Found]:
    """Of what stands in several codes nothing is left: in the outermost it is unclear where it begins."""
    runs = [run.span() for run in _IN_CODE.finditer(text)] if any(each.codes > 1 for each in found) else []
    for each in found:
        begins, ends = runs[bisect(runs, (each.begin, len(text))) - 1] if each.codes > 1 and runs else (0, 0)
        outer = begins <= each.begin < ends
        yield each._replace(begin=begins, end=max(ends, each.end)) if outer else each


def _without(text: str, found: list[_Found]) -> str:
    """In the order of their places. Where two overlap both go, and the one that is longer is told."""
    told, done, at = [], 0, 0
    while at < len(found):
        begin, end, longest = found[at].begin, found[at].end, found[at]
        while at < len(found) and found[at].begin < end:
            longest = max(longest, found[at], key=lambda each: each.end - each.begin)
            end = max(end, found[at].end)
            at += 1
        told += [text[done:begin], f"[{longest.name}]"]
        done = end
    return "".join([*told, text[done:]])


NOTHING_SECRET = Redaction()
