"""What other services say, without our secrets: an answer, a log or a page may repeat what was sent.

Texts are redacted where they enter, whole, before anything is cut: half a secret is not recognised any more. A secret
is found as it is and in what encoders make of it:

- URL-encoded once or several times (`/`, `%2F`, `%252f`; a space also as `+`), as escaped in JSON or in HTML;
- Base64, standard and URL-safe. Three bytes make four characters, so the same secret looks different at each of three
  offsets, as in `key:secret` of `Authorization: Basic`. Characters that belong to it alone are looked for: of
  `hush` after one byte, `?odXNo` is all but the first;
- Base64 of that (`.dockerconfigjson`) or of UTF-16, and hexadecimal, as dumps and escapes have it (`68:75:73:68`): what
  holds one of these is hidden as a whole;
- across the end of a line, also an escaped one, and with what is not seen in between: a terminal's colours, zeros.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from html import escape
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

from bluegreen.core.config import own_secrets

_SHORTEST = 6  # characters. Shorter values stand in ordinary words: replacing them would spoil messages, and tell them
_SHORTEST_IN_URL = 16  # of a webhook's address the host and `services` are in ordinary words too
_BETWEEN = re.compile(r"[,;&?#]")
_WORD = re.compile("[a-z]+")  # `env=production`: no secret, unless it is as long as one
_EITHER = {"+": (r"\+", "-"), "/": ("/", "_")}  # Base64's two alphabets
_ANY_ALPHABET = str.maketrans({"+": "[+-]", "/": "[/_]"})
_STANDARD = str.maketrans("-_", "+/")
_LINE_ENDS = re.compile(r"\r?\n[ \t]*")
_NEVER_ENCODED = "-._"  # with ASCII letters and digits (RFC 3986, 2.3)
# Loggers, YAML and `base64` begin a new line anywhere; colours of a terminal, and the zeros of UTF-16, are not seen.
_FOLD = re.compile(r"\\?\r?\n[ \t]*|(?:\\{1,7}r)?\\{1,7}n|\x00+|\x1b\[[0-9;]*m")
_BETWEEN_OCTETS = r"[ :,;-]{0,2}(?:\\{1,7}(?:x|u00)|0x|%(?:25)*|&(?:amp;)*#[xX]0*)?(?=[0-9a-fA-F]{2})"
_WRAPPED = (  # what may hold a secret, and what in it is no part of the code
    (re.compile(rf"[\w+/-]{{11,}}(?:(?:{_FOLD.pattern})[\w+/-]{{11,}})*", re.ASCII), _FOLD),
    (re.compile(rf"[0-9a-fA-F]{{2}}(?:{_BETWEEN_OCTETS}[0-9a-fA-F]{{2}}){{5,}}"), re.compile(_BETWEEN_OCTETS)),
)
_APART = "\x1e"  # between texts: no code goes on behind it
_SPACES = re.compile(" +")  # one pattern for all: a pattern each would go back over a text's spaces again and again
_SPACE = r"(?:\s|\+|%(?:25)*20|\\{1,7}u0020|&(?:amp;)*#(?:0*32|[xX]0*20);)+"


class Redaction:
    """`secrets`: name of the setting → value. One is shown as `[NAME]`, so that people know which to replace."""

    def __init__(self, secrets: Mapping[str, str] | None = None) -> None:
        values = [(value, name) for name, whole in (secrets or {}).items() for value in _values(whole)]
        values.sort(key=lambda pair: len(pair[0]), reverse=True)
        found = [(pattern, name) for value, name in values for pattern in _patterns(value)]
        self._names = [name for _, name in found]
        self._wrapped = [(form, name) for value, name in values for form in _wrapped(value)]
        # The empty group behind each pattern says which one it was. A name before it would keep `re` from skipping
        # what begins with none of them.
        self._pattern = re.compile("|".join(f"{pattern}()" for pattern, _ in found)) if found else None

    def text(self, text: str) -> str:
        """Without secrets, and fit to be written: half a surrogate pair, as JSON may escape it, is in no journal."""
        redacted = self._across(self._pattern.sub(self._name, text)) if self._pattern else text
        for runs, between in _WRAPPED if self._pattern else ():
            codes = between.sub("", "|".join(runs.findall(redacted))).translate(_STANDARD)
            if found := [(form, name) for form, name in self._wrapped if form in codes]:
                redacted = runs.sub(partial(_hidden, found, between), redacted)
        return redacted if redacted.isascii() else redacted.encode(errors="replace").decode()

    def json(self, value: Any, verbatim: frozenset[str] = frozenset()) -> Any:
        """A JSON value with all its texts redacted, but for what lies below the fields of these names.

        Hardly any answer holds a secret, so all its texts are looked at in one piece first: a look at
        each costs ten times as much.
        """
        texts, left = set[str](), [value]
        while left:
            match left.pop():
                case str() as text:
                    texts.add(text)
                case list() as items:
                    left += items
                case dict() as fields:
                    texts |= fields.keys()
                    left += (item for name, item in fields.items() if name not in verbatim)
        whole = _APART.join(texts)
        return value if self.text(whole) == whole else self._each(value, verbatim)

    def _each(self, value: Any, verbatim: frozenset[str]) -> Any:
        match value:
            case str():
                return self.text(value)
            case list():
                return [self._each(item, verbatim) for item in value]
            case dict():
                return {
                    self.text(key): item if key in verbatim else self._each(item, verbatim)
                    for key, item in value.items()
                }
            case _:
                return value

    def _across(self, text: str) -> str:
        joined = _FOLD.sub("", text)
        found = list(self._pattern.finditer(joined)) if self._pattern and len(joined) < len(text) else []
        if found:
            folds = [(0, 0), *(fold.span() for fold in _FOLD.finditer(text)), (len(text), 0)]
            at = [place for (_, ends), (begins, _) in pairwise(folds) for place in range(ends, begins)]
            for secret in reversed(found):
                text = text[: at[secret.start()]] + self._name(secret) + text[at[secret.end() - 1] + 1 :]
        return text

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
    for text in _base64(value.encode("utf-8", "surrogateescape")):
        found += (first + text[1:].translate(_ANY_ALPHABET) for first in _EITHER.get(text[0], text[0]))
    unfolded = _LINE_ENDS.sub("", value)
    for text in dict.fromkeys((value, unfolded if len(unfolded) >= _SHORTEST else value)):
        forms = [_encoded(character) for character in _SPACES.sub(" ", text[1:])]
        rest = "".join(these[0] if len(these) == 1 else f"(?:{'|'.join(these)})" for these in forms)
        found += (first + rest for first in _encoded(text[0]))
    return tuple(found)


def _hidden(forms: list[tuple[str, str]], between: re.Pattern[str], run: re.Match[str]) -> str:
    code = between.sub("", run[0]).translate(_STANDARD)
    return next((f"[{name}]" for form, name in forms if form in code), run[0])


def _wrapped(value: str) -> set[str]:
    """In Base64's standard alphabet; of hexadecimal both cases."""
    told = value.encode("utf-8", "surrogateescape")
    found = {told.hex(), told.hex().upper(), *_base64(value.encode("utf-16-le", "surrogatepass"))}
    for once in _base64(told):
        found |= {*_base64(once.encode()), *_base64(once.replace("+", "-").replace("/", "_").encode())}
    return found


def _base64(told: bytes) -> Iterator[str]:
    """At each offset the characters that depend on nothing but the value."""
    for offset, shared in ((0, 0), (1, 2), (2, 3)):
        yield b64encode(bytes(offset) + told).decode()[shared : (offset + len(told)) * 8 // 6]


def _encoded(character: str) -> list[str]:
    """All forms of one character, as regular expressions."""
    plain = [re.escape(character)]
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
