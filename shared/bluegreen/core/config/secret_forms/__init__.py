"""What a secret is looked for by: the parts of a setting that are secret by themselves, and how encoders write each.

An encoder changes odd characters, each in a few ways (`/`, `%2F`, `\\/`, `&#47;`); what it changes beyond that is
undone where a text is searched (`clients/redaction`).
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from bluegreen.core.config import own_secrets

ONE_OF_TWO = ("\u0130", "i")  # the one letter that would become two: a text is as long in small letters
_SHORTEST = 6  # characters. Shorter values stand in ordinary words: replacing them would spoil messages, and tell them
_SHORTEST_IN_URL = 16  # of a webhook's address the host and `services` are in ordinary words too
_SHORTEST_IN_CAPITALS = 12
_BETWEEN = re.compile(r"[,;&?#]")
_WORD = re.compile("[a-z]+")  # `env=production`: no secret, unless it is as long as one
_ALNUM = re.compile("[A-Za-z0-9]*")
_LINE_ENDS = re.compile(r"\r?\n[ \t]*")
_NEVER_ENCODED = "-._"  # RFC 3986, 2.3
_SPACES, _BACKSLASHES = re.compile(" +"), re.compile(r"\\+")  # a pattern for each one would go back again and again
_SPACE = r"(?:\s|\+|%(?:25)*20|=20|\\{1,7}(?:u0020|x20|0?40)|&(?:amp;)*#(?:0*32|[xX]0*20);)+"

_NAMED = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}


class Secret(NamedTuple):
    """`plain` is the longest part of it that no encoder escapes: where it is missing nothing else is looked for.

    `small`: the text is to be in small letters, as value and plain part are.
    """

    name: str
    value: str
    plain: str
    small: bool


def values(whole: str) -> Iterator[str]:
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
            yield from values(part)


def _behind_equals(whole: str) -> Iterator[str]:
    """As `a=…,b=…`, `x=…&y=…` and cookies have them; what is percent-encoded there is sent decoded, too."""
    for piece in _BETWEEN.split(whole):
        for part in dict.fromkeys((piece.partition("=")[2], unquote(piece.partition("=")[2]))):
            # A header's scheme is no part of its credentials: `Basic …`.
            yield from dict.fromkeys(text.strip("\"'") for text in (part, part.strip().rpartition(" ")[2]))


def forms(value: str, name: str) -> Iterator[Secret]:
    """As it is and in one line; and, where not all of it is ASCII, as its octets look when each is a character."""
    unfolded = _LINE_ENDS.sub("", value)
    told = {value, unfolded if len(unfolded) >= _SHORTEST else value}
    for each in () if value.isascii() else (value, value.lower(), value.upper()):
        octets = (each.encode("utf-8", "surrogateescape"), each.encode("utf-16-le", "surrogatepass"))
        told |= {these.decode("latin-1").replace("\0", "") for these in octets}
    for each in told:
        in_any_case = len(each) >= _SHORTEST_IN_CAPITALS
        if in_any_case:
            small = each.replace(*ONE_OF_TWO).lower()
            yield Secret(name, small, max(_ALNUM.findall(small), key=len), True)
        # Not every letter comes back when it is made small and great again: `ᾏ` does not.
        if not in_any_case or not each.isascii():
            yield Secret(name, each, max(_ALNUM.findall(each), key=len), False)


@lru_cache(maxsize=128)  # of secrets that this process holds anyhow, by whoever needs a redaction again
def pattern(value: str) -> re.Pattern[str]:
    """Begins with a plain character wherever the value does."""
    one = _BACKSLASHES.sub(r"\\", _SPACES.sub(" ", value))
    forms = [_encoded(character) for character in one]
    for before, these in zip(one, forms[1:], strict=False):
        if before == "\\":  # whose run takes those of the next character's escape, too
            these[:] = [form.removeprefix(r"\\\\{0,6}").removeprefix(r"\\{1,7}") for form in these]
    forms = [list(dict.fromkeys(these)) for these in forms]
    rest = "".join(these[0] if len(these) == 1 else f"(?:{'|'.join(these)})" for these in forms[1:])
    return re.compile("|".join(first + rest for first in forms[0]))


def _encoded(character: str) -> list[str]:
    """All forms of one character, as regular expressions.

    No two may fit one text: a search would try all ways through a row of them.
    """
    plain = [re.escape(character)]
    if character.isascii() and (character.isalnum() or character in _NEVER_ENCODED):
        return plain
    if character == " ":
        return [_SPACE]
    if character == "\\":
        return [r"\\{1,56}+", *[*_escaped("\\")][1:]]
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
    if character in _NAMED:
        yield f"&(?:amp;)*{_NAMED[character]};"


def _hexadecimal(digits: str) -> str:
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in digits)
