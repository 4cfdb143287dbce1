"""Names that code puts together as it runs: `f"{kind}_name"`, `"middle_" + part`, `["middle", "name"].join("_")`.

What stands in the place of `kind` nobody knows before the code runs. So a name may be built where whole words of it
stand in the code, set off by `_`, `-` or a capital, beside a hole that the other words would fill: `{kind}_name` may be
middle_name, and `{kind}name` or `Name: {kind}` is taken for none. Words of fewer than three letters do not count: `_id`
and `_at` stand beside a hole in all code. What names nothing at all (`getattr(row, field)`) is not seen.
"""

import re
from collections.abc import Iterator, Sequence

from bluegreen.core.migrations.readers.names import LostName

_SHORTEST = 3  # letters of the words that stand there
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W_A-Z\d]+|\d+")
_HOLE = (
    r"(?:#\{[^{}\n]{1,80}\}|\$?\{[^{}\n]{0,80}\}|\{\{[^{}\n]{1,80}\}\}|<%=[^%\n]{1,80}%>|\\\([^()\n]{1,80}\)"
    r"|%\(\w{1,40}\)s|%[svd@])"
)
_TEMPLATE = re.compile(rf"[\w-]*(?:{_HOLE}[\w-]*)+")
_PARTS = re.compile(_HOLE)
_AND = r"(?:\+|\|\||\.\.|<>|~|&|(?<=\s)\.(?=\s))"
_BEHIND = re.compile(rf"[\w)\]}}]\s*{_AND}\s*([\"'`])([\w-]{{3,60}})\1")
_BEFORE = re.compile(rf"([\"'`])([\w-]{{3,60}})\1\s*{_AND}\s*[\w$@(\[]")
_JOINS = re.compile(r"\b(?:join|implode|concat|concat_ws|camelize|format)\b", re.IGNORECASE)
_SEPARATES = re.compile(r"[_-]")


class Builder:
    """Of one name: whether a line may build it."""

    def __init__(self, lost: LostName) -> None:
        self._words = [word.lower() for word in _WORDS.findall(lost.name)]
        self.marks = [word for word in self._words if len(word) >= _SHORTEST] if len(self._words) > 1 else []
        listed = r"[\W_]{1,8}".join(map(re.escape, self._words))
        self._listed = re.compile(rf"(?<![^\W_]){listed}(?![^\W_])", re.IGNORECASE)

    def may_build(self, line: str) -> bool:
        low = line.lower()
        if not any(mark in low for mark in self.marks):
            return False
        if _JOINS.search(line) and self._listed.search(line):
            return True
        return any(self._fills(parts) for parts in _templates(line))

    def _fills(self, parts: Sequence[str]) -> bool:
        """`parts`: what stands before, between and behind the holes. Each hole is at least one word of the name."""
        said = [_words(part) for part in parts]
        if not _set_off(parts) or sum(map(len, (word for words in said for word in words))) < _SHORTEST:
            return False
        return any(len(word) >= _SHORTEST for words in said for word in words) and self._from(0, said, first=True)

    def _from(self, at: int, said: Sequence[Sequence[str]], first: bool = False) -> bool:
        here, *rest = said
        end = len(self._words) - len(here)
        places = [at] if first else [end] if not rest else range(at + 1, end + 1)
        fits = (p for p in places if p >= at + (not first) and self._words[p : p + len(here)] == list(here))
        return any(not rest or self._from(p + len(here), rest) for p in fits)


def _templates(line: str) -> Iterator[list[str]]:
    for found in _TEMPLATE.findall(line):
        yield _PARTS.split(found)
    yield from (["", literal] for _, literal in _BEHIND.findall(line))
    yield from ([literal, ""] for _, literal in _BEFORE.findall(line))


def _words(part: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(part)]


def _set_off(parts: Sequence[str]) -> bool:
    """Where words touch a hole there is a separator, or a capital behind it."""
    first, *others = parts
    before = not first or bool(_SEPARATES.match(first[-1]))
    behind = all(not part or _SEPARATES.match(part[0]) or part[0].isupper() for part in others)
    inside = all(not part or _SEPARATES.match(part[-1]) for part in others[:-1])
    return before and behind and inside
