"""A text cut into statements, and the comments in front of each.

The parser refuses a whole file for one statement. Cut before it is parsed, what cannot be read is named with its line,
and the rest is judged all the same. Nothing is lost by a wrong cut: every piece goes to the parser whole, and half a
statement is refused.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

# A letter of PostgreSQL is `_`, one of ASCII or anything beyond it. Said by what it is not: a class of 65,000
# characters takes ten milliseconds to be compiled.
# fmt: off
_TOKEN = re.compile(r"""
    (?P<line>--[^\n]*)
  | (?P<block>/\*)
  | (?P<dollar>\$(?:[^\x00-@\[-^`{-\x7f][^\x00-/:-@\[-^`{-\x7f]*)?\$)
  | (?P<escaped>\b[eE]'(?:[^'\\]|\\.|'')*(?:'|\Z))
  | (?P<text>'(?:[^']|'')*(?:'|\Z))
  | (?P<name>"(?:[^"]|"")*(?:"|\Z))
  | (?P<word>[^\x00-@\[-^`{-\x7f][^\x00-\#%-/:-@\[-^`{-\x7f]*)
  | (?P<mark>[;()])
""", re.VERBOSE | re.DOTALL)
# fmt: on
# COPY of a table, not of a query that reads a table of that name: what follows is no SQL.
_NAME = r'(?:"(?:[^"]|"")*"|[^\s"(),;\'])+'
_COPY_IN = rf"(?is)\s*copy\s+(?:binary\s+)?{_NAME}\s*(?:\((?:{_NAME}|[\s,])*\)\s*)?from\s+stdin\b"
_HARMLESS = ("\\restrict", "\\unrestrict", "\\set ", "\\echo", "\\encoding", "\\timing", "\\pset", "\\qecho", "\\warn")


class Comment(NamedTuple):
    line: int
    says: str  # without the dashes


class Piece(NamedTuple):
    """One statement as it is written. `line` is where its first word stands, from 1."""

    text: str
    line: int
    comments: tuple[Comment, ...]  # those before it, and behind it on its last line
    meta: str = ""  # what stands in its place and is no SQL: a command of psql, a call of a program
    why: str = ""  # it is none


def pieces(text: str) -> list[Piece]:
    return [piece for piece in _Scanner(text).pieces() if piece.text.strip() or piece.meta or piece.comments]


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text.removeprefix("\ufeff")
        self._line_ends = [found.start() for found in re.finditer("\n", self._text)]
        self._at = self._start = 0
        self._first = -1  # where the first word of the statement stands
        self._depth = self._atomic = 0
        self._before = ""  # the word before
        self._comments: list[Comment] = []

    def pieces(self) -> Iterator[Piece]:
        while self._at < len(self._text):
            meta = self._meta()
            if meta:
                yield Piece("", self._line(self._at), tuple(self._comments), meta)
                self._at += len(meta)
                self._begin_anew()
                continue
            if self._advance():
                yield self._ended()
        yield from self._left_over()

    def _advance(self) -> bool:
        """To behind the next token; True where it ends a statement."""
        found = _TOKEN.search(self._text, self._at)
        end_of_line = self._text.find("\n", self._at)
        if self._first < 0 and end_of_line >= 0 and (found is None or end_of_line < found.start()):
            self._note_first(self._at, end_of_line)
            self._at = end_of_line + 1
            return False
        if found is None:
            self._note_first(self._at, len(self._text))
            self._at = len(self._text)
            return False
        self._note_first(self._at, found.start())
        kind, self._at = found.lastgroup or "", found.end()
        if kind in {"line", "block"}:
            self._comment(found.start(), kind)
            return False
        if self._first < 0:
            self._first = found.start()
        if kind == "dollar":
            close = self._text.find(found[0], self._at)
            self._at = len(self._text) if close < 0 else close + len(found[0])
        return self._ends(kind, found[0])

    def _ends(self, kind: str, written: str) -> bool:
        if kind == "word":
            word = written.lower()
            if word == "atomic" and self._before == "begin":
                self._atomic = 1
            elif self._atomic and word == "case":
                self._atomic += 1
            elif self._atomic and word == "end":
                self._atomic -= 1
            self._before = word
        elif written == "(":
            self._depth += 1
        elif written == ")":
            self._depth = max(self._depth - 1, 0)
        return written == ";" and not self._depth and not self._atomic

    def _note_first(self, start: int, end: int) -> None:
        between = self._text[start:end]
        if self._first < 0 and between.strip():
            self._first = start + len(between) - len(between.lstrip())

    def _comment(self, start: int, kind: str) -> None:
        if kind == "line":
            self._comments.append(Comment(self._line(start), self._text[start + 2 : self._at].strip()))
            return
        depth = 1  # PostgreSQL's comments nest
        while depth and self._at < len(self._text):
            found = re.compile(r"/\*|\*/").search(self._text, self._at)
            self._at = found.end() if found else len(self._text)
            depth += 1 if found is None or found[0] == "/*" else -1
        if depth and self._first < 0:
            self._first = start  # it never ends: the parser is to say so

    def _ended(self) -> Piece:
        text, first = self._text[self._start : self._at], self._first
        behind = re.compile(r"[ \t]*--([^\n]*)").match(self._text, self._at)
        if behind:
            self._comments.append(Comment(self._line(self._at), behind[1].strip()))
            self._at = behind.end()
        if re.match(_COPY_IN, uncommented(text)):
            self._skip_rows()
        piece = Piece(text, self._line(first if first >= 0 else self._start), tuple(self._comments))
        self._begin_anew()
        return piece

    def _skip_rows(self) -> None:
        close = re.compile(r"^\\\.\s*$", re.MULTILINE).search(self._text, self._at)
        self._at = close.end() if close else self._at

    def _left_over(self) -> Iterator[Piece]:
        if self._first >= 0 or self._comments:
            first = self._first if self._first >= 0 else self._start
            text = self._text[self._start : self._at] if self._first >= 0 else ""
            yield Piece(text, self._line(first), tuple(self._comments))
            self._begin_anew()

    def _begin_anew(self) -> None:
        self._start, self._first, self._depth, self._atomic, self._before = self._at, -1, 0, 0, ""
        self._comments = []

    def _meta(self) -> str:
        """A line that psql itself carries out: it begins with a backslash where a statement might."""
        if self._text[self._at] != "\\" or self._first >= 0:
            return ""
        end = self._text.find("\n", self._at)
        return self._text[self._at : end if end >= 0 else len(self._text)]

    def _line(self, at: int) -> int:
        return bisect_left(self._line_ends, at) + 1


def harmless(meta: str) -> bool:
    """Behind another backslash psql begins the next command, or SQL; without AUTOCOMMIT it begins a transaction."""
    alone = "\\" not in meta[1:] and "`" not in meta
    return alone and meta.startswith(_HARMLESS) and not re.match(r"\\set\s+AUTOCOMMIT\b", meta)


def uncommented(text: str) -> str:
    return re.sub(r"--[^\n]*|/\*.*?\*/", " ", text, flags=re.DOTALL)
