"""Where a text of a release's code names what a migration takes away."""

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from bluegreen.core.migrations.readers.comments import code_lines
from bluegreen.core.migrations.readers.names import LostName, Spellings, spellings, squashed

_LOOKED_AT = 8000  # bytes: as git tells text from what is none
_SHOWN = 3  # mentions of one name in one file
_IGNORED_LINES = 12  # that a list of ignored columns may take
_IGNORES = re.compile(r"\bignored_columns\b|@ignore\b")
_DUMP = re.compile(r"(^|/)db/(\w+_)?schema\.rb$")
_GEMS = re.compile(r"(^|/)(Gemfile|gems\.rb|[^/]+\.gemspec)$")
_ACTIVE_RECORD = re.compile(r"""["'](rails|activerecord|sequel)["']""")
_REFLECTION = re.compile(r"\bautomap_base\b|\bautoload_with\b|\.reflect\(")
_PYTHON = re.compile(r"\.pyi?$")


class How(Enum):
    NAMES = "names it"
    INSERTS = "inserts into its table without naming columns"
    REFLECTS = "works with an ORM that names every column which it found when it started (leave it out there first)"
    IGNORES = "ignores it"


class Mention(NamedTuple):
    lost: LostName
    path: str
    line: int
    how: How = How.NAMES


def text_of(content: bytes) -> str | None:
    """What a file says; "" where it holds no text; None where it only points at another store (Git LFS)."""
    if content.startswith(b"version https://git-lfs.github.com/spec/"):
        return None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    return "" if b"\0" in content[:_LOOKED_AT] else content.decode("utf-8", errors="replace")


def mentions(path: str, text: str, sought: Sequence[LostName]) -> list[Mention]:
    """Of one file, in the order of its lines."""
    whole = squashed(text)
    reflects = _reflects(path, text)
    found: list[Mention] = []
    for lost in sought:
        names = spellings(lost)
        may_insert = bool(lost.table) and "insert" in whole and squashed(lost.table) in whole
        if names.literal or names.may_be_in(whole) or may_insert:
            found += _first(_named(path, text, lost, names))
        if reflects and lost.kind == "column":
            found.append(Mention(lost, path, reflects, How.REFLECTS))
    return found


def _first(found: Iterator[Mention]) -> list[Mention]:
    listed = list(found)
    ignoring = [mention for mention in listed if mention.how is How.IGNORES]
    return [mention for mention in listed if mention.how is not How.IGNORES][:_SHOWN] + ignoring[:1]


def _named(path: str, text: str, lost: LostName, names: Spellings) -> Iterator[Mention]:
    dump, ignoring, inserts = bool(_DUMP.search(path)), _Ignoring(), _without_columns(lost.table)
    for number, line in code_lines(path, text):
        ignored = ignoring.reads(line)
        if names.named_in(line):
            yield Mention(lost, path, number, How.IGNORES if ignored else How.REFLECTS if dump else How.NAMES)
        elif lost.table and inserts.search(line):
            yield Mention(lost, path, number, How.INSERTS)


class _Ignoring:
    """Whether a line belongs to a list of columns that the code does without: from its first word to its bracket."""

    def __init__(self) -> None:
        self._open = self._lines = 0

    def reads(self, line: str) -> bool:
        begins = bool(_IGNORES.search(line))
        if not begins and self._open <= 0:
            return False
        self._lines = 0 if begins else self._lines + 1
        opened = sum(map(line.count, "([{")) - sum(map(line.count, ")]}"))
        self._open = opened if begins else self._open + opened
        if self._lines >= _IGNORED_LINES:
            self._open = 0
        return True


def _without_columns(table: str) -> re.Pattern[str]:
    name = r"[\"`\[]?" + re.escape(table) + r"[\"`\]]?"
    return re.compile(rf"\binsert\s+into\s+(?:[\w\"`\[\]]+\.)?{name}\s+(?:values|select|default)\b", re.IGNORECASE)


def _reflects(path: str, text: str) -> int:
    """The line by which an ORM reads the columns from the database; 0 where none does."""
    wanted = _ACTIVE_RECORD if _GEMS.search(path) else _REFLECTION if _PYTHON.search(path) else None
    if wanted is None or not wanted.search(text):
        return 0
    return next((number for number, line in code_lines(path, text) if wanted.search(line)), 0)
