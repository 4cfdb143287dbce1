"""Migrations that are programs: the SQL that they hold as texts is judged, the rest is refused by name.

Knex, TypeORM and node-pg-migrate run SQL by `knex.raw("…")`, `queryRunner.query("…")`, `pgm.sql("…")`. Such a text
can be judged where it is constant. A call that makes SQL of its own, a branch or a loop cannot be: what it does is
known when it runs. Only what stands under `up` is read. `// bluegreen: reviewed why` in front of a call counts as it
does in SQL.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from bluegreen.core.migrations.scanning import Comment, Piece

# What few migrations are read by is compiled when one comes: that takes longer than to read one.
_ENDINGS = {"js", "mjs", "cjs", "ts", "mts", "cts"}
_OTHERS = {"py": "Python", "rb": "Ruby", "java": "Java", "kt": "Kotlin", "go": "Go", "cs": "C#", "php": "PHP"}
_OTHERS |= {"ex": "Elixir", "exs": "Elixir", "xml": "XML", "yaml": "YAML", "yml": "YAML", "json": "JSON"}
# fmt: off
_LEXEMES = r"""
    (?P<line>//[^\n]*)
  | (?P<block>/\*.*?\*/)
  | (?P<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)
  | (?P<call>[A-Za-z_$][\w$]*(?:\s*\??\.\s*[A-Za-z_$][\w$]*)*\s*\()
  | (?P<chained>\.\s*[A-Za-z_$][\w$]*\s*\()
  | (?P<branch>(?<!\?)\?(?![.?:]))
  | (?P<mark>[()])
"""
# fmt: on
_UP = r"\bexports\.up\b|\bexport\s+(?:async\s+)?function\s+up\b|\bexport\s+const\s+up\b|\basync\s+up\s*\("
_DOWN = r"\b(?:exports\.down\b|export\s+(?:async\s+)?function\s+down\b|export\s+const\s+down\b|async\s+down\s*\()"
_RAW = {"raw", "query", "sql"}
_WRAPPERS = {"function", "up", "then", "all", "async", "await", "return", "transaction", "catch"}
_ASKS = {"hasTable", "hasColumn"}
_BRANCHES = {"if", "for", "while", "switch", "forEach", "map"}
_ALONE = r"\btransaction\s*:\s*false|\btransaction\s*=\s*false|\bnoTransaction\s*\("
_SHOWN = 80  # characters


@cache
def _lexemes() -> re.Pattern[str]:
    return re.compile(_LEXEMES, re.VERBOSE | re.DOTALL)


def is_script(path: str) -> bool:
    return path.rpartition(".")[2].lower() in _ENDINGS | _OTHERS.keys()


def in_one_transaction(text: str) -> bool:
    return not re.search(_ALONE, text)


def leaves_a_dump(path: str) -> bool:
    """Written in what a dump of the schema is made after, so that it is judged by that."""
    return path.rpartition(".")[2].lower() in _OTHERS


def declared(text: str) -> tuple[Comment, ...]:
    """`# bluegreen: …` and `// bluegreen: …` on lines of their own, for the file as a whole."""
    lines = enumerate(text.splitlines(), start=1)
    found = [(number, re.match(r"\s*(?:#|//|--)\s*(bluegreen:.*)", line)) for number, line in lines]
    return tuple(Comment(number, match[1].strip()) for number, match in found if match)


def pieces(path: str, text: str) -> list[Piece]:
    ending = path.rpartition(".")[2].lower()
    if ending in _OTHERS:
        how = f"{_OTHERS[ending]}, not SQL: keep what it runs as SQL beside it, as `alembic upgrade --sql` prints it"
        return [Piece("", 1, declared(text), _first_line(text), how)]
    up = re.search(_UP, text)
    if up is None:
        return [Piece("", 1, (), _first_line(text), "a program without an `up`")]
    down = re.compile(_DOWN).search(text, up.end())
    return list(_Script(text, up.end(), down.start() if down else len(text)).pieces())


class _Text(NamedTuple):
    says: str
    constant: bool


class _Script:
    def __init__(self, text: str, start: int, end: int) -> None:
        self._text, self._at, self._end = text, start, end
        self._comments: list[Comment] = []

    def pieces(self) -> Iterator[Piece]:
        while (found := _lexemes().search(self._text, self._at, self._end)) is not None:
            kind, self._at = found.lastgroup or "", found.end()
            if kind == "line":
                self._comments.append(Comment(self._line(found.start()), found[0][2:].strip()))
            elif kind == "branch":
                yield self._piece(found.start(), "", "a branch: what it does is known when it runs")
            elif kind in ("call", "chained"):
                yield from self._call(found)

    def _call(self, found: re.Match[str]) -> Iterator[Piece]:
        name = re.split(r"[\s.?]+", found[0].rstrip("( \t\n").strip())[-1]
        if name in _BRANCHES:
            yield self._piece(found.start(), "", "a branch or a loop: what it does is known when it runs")
        elif name in _RAW:
            said = self._argument()
            self._at = self._closed(self._at)
            why = "" if said.constant else "its SQL is put together when it runs"
            yield self._piece(found.start(), said.says if said.constant else "", why)
        elif name not in _WRAPPERS:
            start, self._at = found.start(), self._closed(self._at)
            if name not in _ASKS:
                yield self._piece(start, "", "a call that makes its SQL itself")

    def _argument(self) -> _Text:
        """The first one: texts, put together with +; no values beside it that take the place of `?`."""
        parts, at = [], self._at
        while match := re.compile(r"\s*\+?\s*('(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|`(?:[^`\\]|\\.)*`)").match(
            self._text, at
        ):
            parts.append(match[1])
            at = match.end()
        ends = re.compile(r"\s*,?\s*\)").match(self._text, at)
        constant = bool(parts) and ends is not None and not any("${" in part for part in parts if part[0] == "`")
        return _Text("".join(_unescaped(part[1:-1]) for part in parts), constant)

    def _closed(self, at: int) -> int:
        """Behind the bracket that closes the one before `at`."""
        depth = 1
        while depth and (found := _lexemes().search(self._text, at, self._end)) is not None:
            opened = found[0].endswith("(") and found.lastgroup in ("call", "chained", "mark")
            depth += 1 if opened else -1 if found[0] == ")" else 0
            at = found.end()
        return at

    def _piece(self, start: int, text: str, why: str) -> Piece:
        comments, self._comments = tuple(self._comments), []
        meta = "" if not why else " ".join(self._text[start : start + _SHOWN].split())
        return Piece(text, self._line(start), comments, meta, why)

    def _line(self, at: int) -> int:
        return self._text.count("\n", 0, at) + 1


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), text, flags=re.DOTALL)


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:_SHOWN]
