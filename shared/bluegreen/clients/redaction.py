"""What other services say, without our secrets: an answer, a log or a page may repeat what was sent.

Texts are redacted where they enter, whole, before anything is cut: half a secret is not recognised any more. A secret
is found as it is and in what encoders make of it:

- URL-encoded once or several times (`/`, `%2F`, `%252f`; a space also as `+`), as escaped in JSON or in HTML;
- Base64, standard and URL-safe. Three bytes make four characters, so the same secret looks different at each of three
  offsets, as in `key:secret` of `Authorization: Basic`. Characters that belong to it alone are looked for: of
  `hush` after one byte, `?odXNo` is all but the first.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import unquote

from bluegreen.core.config import own_secrets

_SHORTEST = 6  # characters. Shorter values stand in ordinary words: replacing them would spoil messages, and tell them
_SHORTEST_IN_URL = 16  # of a webhook's address the host and `services` are in ordinary words too
_BETWEEN = re.compile(r"[,;&?#]")
_WORD = re.compile("[a-z]+")  # `env=production`: no secret, unless it is as long as one
_URL_SAFE = {"+": "-", "/": "_"}
_NEVER_ENCODED = "-._"  # with ASCII letters and digits (RFC 3986, 2.3)
_FOLD = r"(?:\r?\n)?"  # `base64` and MIME begin a new line after 76 characters
_SPACES = re.compile(" +")  # one pattern for all: a pattern each would go back over a text's spaces again and again
_SPACE = r"(?:\s|\+|%(?:25)*20|\\{1,7}u0020|&(?:amp;)*#(?:0*32|[xX]0*20);)+"


class Redaction:
    """`secrets`: name of the setting → value. One is shown as `[NAME]`, so that people know which to replace."""

    def __init__(self, secrets: Mapping[str, str] | None = None) -> None:
        values = [(value, name) for name, whole in (secrets or {}).items() for value in _values(whole)]
        values.sort(key=lambda pair: len(pair[0]), reverse=True)
        found = [(pattern, name) for value, name in values for pattern in _patterns(value)]
        self._names = [name for _, name in found]
        # The empty group behind each pattern says which one it was. A name before it would keep `re` from skipping
        # what begins with none of them.
        self._pattern = re.compile("|".join(f"{pattern}()" for pattern, _ in found)) if found else None

    def text(self, text: str) -> str:
        """Without secrets, and fit to be written: half a surrogate pair, as JSON may escape it, is in no journal."""
        redacted = self._pattern.sub(self._name, text) if self._pattern else text
        return redacted if redacted.isascii() else redacted.encode(errors="replace").decode()

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

    def _name(self, found: re.Match[str]) -> str:
        return f"[{self._names[(found.lastindex or 1) - 1]}]"


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


@lru_cache(maxsize=64)  # of secrets that this process holds anyhow, by whoever needs a redaction again
def _patterns(value: str) -> tuple[str, ...]:
    """Regular expressions. Each begins with a plain character wherever the value does."""
    found: list[str] = []
    for text, alike, between in ((value, {}, ""), *((text, _URL_SAFE, _FOLD) for text in _base64(value))):
        rest = "".join(between + _either(_encoded(character, alike)) for character in _SPACES.sub(" ", text[1:]))
        found += (first + rest for first in _encoded(text[0], alike))
    return tuple(found)


def _base64(value: str) -> Iterator[str]:
    """At each offset the characters that depend on nothing but the value."""
    told = value.encode("utf-8", "surrogateescape")
    for offset, shared in ((0, 0), (1, 2), (2, 3)):
        yield b64encode(bytes(offset) + told).decode()[shared : (offset + len(told)) * 8 // 6]


def _either(forms: list[str]) -> str:
    return forms[0] if len(forms) == 1 else f"(?:{'|'.join(forms)})"


def _encoded(character: str, alike: Mapping[str, str]) -> list[str]:
    """All forms of one character, as regular expressions."""
    plain = [re.escape(character), *(re.escape(alike[character]) for _ in (1,) if character in alike)]
    if character.isascii() and (character.isalnum() or character in _NEVER_ENCODED):
        return plain
    if character == " ":
        return [_SPACE]
    escaped = "\\/" if character == "/" else json.dumps(character)[1:-1]
    if len(escaped) == 2:
        plain.append(rf"\\\\{{0,6}}{re.escape(escaped[1])}")  # several backslashes: JSON in JSON
    octets = character.encode("utf-8", "surrogateescape")
    units = character.encode("utf-16-be", "surrogatepass")
    code = ord(character)
    return [
        *plain,
        "".join(f"%(?:25)*{_hexadecimal(f'{octet:02x}')}" for octet in octets),
        "".join(rf"\\\\{{0,6}}u{_hexadecimal(units[at : at + 2].hex())}" for at in range(0, len(units), 2)),
        f"&(?:amp;)*#(?:0*{code}|[xX]0*{_hexadecimal(f'{code:x}')});",
        re.escape(escape(character)).replace("\\&", "&(?:amp;)*"),
    ]


def _hexadecimal(digits: str) -> str:
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in digits)
