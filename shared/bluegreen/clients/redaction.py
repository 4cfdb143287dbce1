"""What other services say, without our secrets: an answer, a log or a page may repeat what was sent.

Texts are redacted where they enter, whole, before anything is cut: half a secret is not recognised any more. A secret
is looked for as it is and as encoders write its odd characters (`/`, `%2F`, `\\/`, `&#47;`; a space also as `+`); in
the text without its escapes and line ends; and in whatever of that may be Base64, Base32, hexadecimal or a list of
octets, decoded: there again in the same ways, and so on, five codes deep. What holds more codes in one another than
anybody writes is hidden as a whole: looking takes time in proportion to the text, whatever it is.

A secret of twelve characters or more is found in capitals and in small letters, too.
"""

import json
import re
from bisect import bisect
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple
from urllib.parse import unquote

from bluegreen.core.config import own_secrets
from bluegreen.core.credentials import encoded

_SHORTEST = 6  # characters. Shorter values stand in ordinary words: replacing them would spoil messages, and tell them
_SHORTEST_IN_URL = 16  # of a webhook's address the host and `services` are in ordinary words too
_SHORTEST_IN_CAPITALS = 12
_DEEPEST = 5  # codes within one another. `.dockerconfigjson` in a manifest that is sent in Base64 has three
_MOST = 4  # characters that are looked through within codes, for each of the text
_BETWEEN = re.compile(r"[,;&?#]")
_WORD = re.compile("[a-z]+")  # `env=production`: no secret, unless it is as long as one
_IN_CODE = re.compile(r"[\w+/-]{6,}(?:(?:(?:\\{1,7}r)?\\{1,7}n|\r?\n[ \t]*)[\w+/-]{6,})*={0,2}", re.ASCII)
_ALNUM = re.compile("[A-Za-z0-9]*")
_LINE_ENDS = re.compile(r"\r?\n[ \t]*")
_NEVER_ENCODED = "-._"  # with ASCII letters and digits (RFC 3986, 2.3)
_SPACES = re.compile(" +")  # one pattern for all: a pattern each would go back over a text's spaces again and again
_BACKSLASHES = re.compile(r"\\+")  # likewise, as each may be doubled again and again
_SPACE = r"(?:\s|\+|%(?:25)*20|=20|\\{1,7}(?:u0020|x20|0?40)|&(?:amp;)*#(?:0*32|[xX]0*20);)+"
_UNREADABLE = "[hidden: in too many codes]"


class _Secret(NamedTuple):
    """`plain` is the longest part of it that no encoder escapes: where it is missing nothing else is looked for.

    `small`: the text is to be in small letters, as value and plain part are.
    """

    name: str
    value: str
    plain: str
    small: bool


class _Found(NamedTuple):
    begin: int
    end: int
    name: str
    codes: int = 0  # within one another


class _TooMuch(Exception):
    """More is in code than anybody writes."""


class Redaction:
    """`secrets`: name of the setting → value. One is shown as `[NAME]`, so that people know which to replace."""

    def __init__(self, secrets: Mapping[str, str] | None = None) -> None:
        values = [(value, name) for name, whole in (secrets or {}).items() for value in _values(whole)]
        self._secrets = [secret for value, name in dict(reversed(values)).items() for secret in _forms(value, name)]
        self._shortest = min((len(secret.value) for secret in self._secrets), default=_SHORTEST)
        odd = "".join({c for secret in self._secrets for c in secret.value if "\x7f" < c < "\u0100"})
        odd += "".join(c for c in odd.upper() if c < "\u0100")
        shown = rf"\t\n\r\x1b -~{odd}"
        self._codes = encoded.Codes(self._shortest)
        self._readable = re.compile(rf"[{shown}][\0{shown}]{{{self._shortest - 1},}}")

    def text(self, text: str) -> str:
        """Without secrets, and fit to be written: half a surrogate pair, as JSON may escape it, is in no journal."""
        if self._secrets and len(text) >= self._shortest:
            try:
                found = [*self._found(text, [_MOST * len(text)], 0)]
                text = _without(text, sorted(_whole(text, found))) if found else text
            except _TooMuch:
                text = _UNREADABLE
        return text if text.isascii() else text.encode(errors="replace").decode()

    def json(self, value: Any, verbatim: frozenset[str] = frozenset()) -> Any:
        """A JSON value with all its texts redacted, but for what lies below the fields of these names."""
        match value:
            case str():
                return self.text(value)
            case list():
                return [self.json(item, verbatim) for item in value]
            case dict():
                return {
                    self.text(key): item if key in verbatim else self.json(item, verbatim)
                    for key, item in value.items()
                }
            case _:
                return value

    def _found(self, text: str, left: list[int], depth: int) -> Iterator[_Found]:
        """All secrets in a text; `left` is the budget for what is within codes."""
        yield from self._plainly(text)
        if (view := encoded.unescaped(text)) is not None:
            yield from (_Found(*view.span(begin, end), name) for begin, end, name, _ in self._plainly(view.text))
        for octets in self._codes.decoded(text if view is None else view.text) if depth < _DEEPEST else ():
            within = encoded.readable(octets, self._readable)
            left[0] -= len(within.text)
            if left[0] < 0:
                raise _TooMuch
            for begin, end, name, codes in self._found(within.text, left, depth + 1) if within.text else ():
                place = within.span(begin, end)
                yield _Found(*(place if view is None else view.span(*place)), name, codes + 1)

    def _plainly(self, text: str) -> Iterator[_Found]:
        small = _small(text)
        for secret in self._secrets:
            if secret.plain in (seen := small if secret.small else text):
                yield from (_Found(*found.span(), secret.name) for found in _pattern(secret.value).finditer(seen))


NOTHING_SECRET = Redaction()


def _values(whole: str) -> Iterator[str]:
    """The setting's value, and the parts of it that are secret by themselves: of `user:token`, of a webhook's address,
    of two that are valid at once, and what stands behind each `=` of a list or a query."""
    bare = whole.strip()
    if len(whole) >= _SHORTEST:
        yield bare if len(bare) >= _SHORTEST else whole
    yield from own_secrets.valid(bare)[1:]
    if "://" in whole:
        path = whole.partition("://")[2].partition("/")[2]
        yield from (part for part in (path, path.rpartition("/")[2]) if len(part) >= _SHORTEST_IN_URL)
    elif len(secret := whole.partition(":")[2]) >= _SHORTEST:
        yield secret
    shortest = _SHORTEST_IN_URL if "://" in whole else _SHORTEST
    for part in _behind_equals(bare):
        if len(part) >= (_SHORTEST_IN_URL if _WORD.fullmatch(part) else shortest):
            yield from _values(part)


def _behind_equals(whole: str) -> Iterator[str]:
    """As `a=…,b=…`, `x=…&y=…` and cookies have them; what is percent-encoded there is sent decoded, too."""
    for piece in _BETWEEN.split(whole):
        for part in dict.fromkeys((piece.partition("=")[2], unquote(piece.partition("=")[2]))):
            # A header's scheme is no part of its credentials: `Basic …`.
            yield from dict.fromkeys(text.strip("\"'") for text in (part, part.strip().rpartition(" ")[2]))


def _forms(value: str, name: str) -> Iterator[_Secret]:
    """As it is and in one line; and, where not all of it is ASCII, as its octets look when each is a character."""
    unfolded = _LINE_ENDS.sub("", value)
    told = {value, unfolded if len(unfolded) >= _SHORTEST else value}
    for each in () if value.isascii() else (value, value.lower(), value.upper()):
        octets = (each.encode("utf-8", "surrogateescape"), each.encode("utf-16-le", "surrogatepass"))
        told |= {these.decode("latin-1").replace("\0", "") for these in octets}
    for each in told:
        small = len(each) >= _SHORTEST_IN_CAPITALS
        # Not every letter comes back when it is made small and great again: `ᾏ` does not.
        for form, of_small in ((_small(each), True),) * small + ((each, False),) * (not small or not each.isascii()):
            yield _Secret(name, form, max(_ALNUM.findall(form), key=len), of_small)


def _small(text: str) -> str:
    """As long as the text: of `İ` alone two characters would be made."""
    return text.replace("\u0130", "i").lower()


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


@lru_cache(maxsize=128)  # of secrets that this process holds anyhow, by whoever needs a redaction again
def _pattern(value: str) -> re.Pattern[str]:
    """Begins with a plain character wherever the value does."""
    one = _BACKSLASHES.sub(r"\\", _SPACES.sub(" ", value))
    forms = [list(dict.fromkeys(_encoded(character))) for character in one]
    rest = "".join(these[0] if len(these) == 1 else f"(?:{'|'.join(these)})" for these in forms[1:])
    return re.compile("|".join(first + rest for first in forms[0]))


def _encoded(character: str) -> list[str]:
    """All forms of one character, as regular expressions."""
    plain = [re.escape(character)]
    if character.isascii() and (character.isalnum() or character in _NEVER_ENCODED):
        return plain
    if character == " ":
        return [_SPACE]
    if character == "\\":
        return [r"\\{1,56}", *_escaped("\\")]
    if not character.isascii():
        return [form for each in {character, character.lower(), character.upper()} for form in _escaped(each)]
    escaped = "\\/" if character == "/" else json.dumps(character)[1:-1]
    if len(escaped) == 2:
        plain.append(rf"\\\\{{0,6}}{re.escape(escaped[1])}")  # several backslashes: JSON in JSON
    return [*plain, *_escaped(character)]


def _escaped(character: str) -> Iterator[str]:
    octets = character.encode("utf-8", "surrogateescape")
    units = character.encode("utf-16-be", "surrogatepass")
    code = "".join(rf"&(?:amp;)*#(?:0*{ord(each)}|[xX]0*{_hexadecimal(f'{ord(each):x}')});" for each in character)
    yield re.escape(character)
    yield "".join(rf"(?:%(?:25)*|=|\\{{1,7}}x){_hexadecimal(f'{octet:02x}')}" for octet in octets)
    yield "".join(rf"\\{{1,7}}0?{octet:03o}" for octet in octets)
    yield "".join(rf"\\\\{{0,6}}u{_hexadecimal(units[at : at + 2].hex())}" for at in range(0, len(units), 2))
    yield code
    yield re.escape(escape(character)).replace("\\&", "&(?:amp;)*")


def _hexadecimal(digits: str) -> str:
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in digits)
