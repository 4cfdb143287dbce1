"""Where a text of a release's code names what a migration takes away."""

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from bluegreen.core.migrations.readers import reflecting
from bluegreen.core.migrations.readers.built import Builder
from bluegreen.core.migrations.readers.comments import CodeLine, code_lines
from bluegreen.core.migrations.readers.literals import put_together
from bluegreen.core.migrations.readers.names import LostName, Spellings, spellings, squashed

_LOOKED_AT = 8000  # bytes: as git tells text from what is none
_SHOWN = 3  # mentions of one name in one file
_IGNORED_LINES = 12  # that a list of ignored columns may take
_PRISMA_IGNORES = re.compile(r"^[^/\"]*\s@ignore\b")
_DUMP = re.compile(r"(^|/)db/(\w+_)?schema\.rb$")


class How(Enum):
    NAMES = "names it"
    INSERTS = "inserts into its table without naming columns"
    PERHAPS = "names it in what may be a comment (remove it, or say `-- bluegreen: reviewed why`)"
    REFLECTS = (
        "works with an ORM that names every column which it found when it started (leave it out there first: Rails by "
        "`ignored_columns` in the class of the table or in its base class)"
    )
    BUILT = "may put its name together as it runs"
    IGNORES = "ignores it"
    DERIVES = "has a class of its table"


NO_USE = (How.BUILT, How.IGNORES, How.DERIVES)


class Mention(NamedTuple):
    lost: LostName
    path: str
    line: int
    how: How = How.NAMES
    of: str = ""  # the class that ignores it or is of its table, squashed; of an ORM: its kind
    base: str = ""  # of that class


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
    together = put_together(text)
    whole += squashed(together) if together != text else ""
    of_columns = any(lost.kind == "column" for lost in sought)
    orms = list(reflecting.reflecting(path, text)) if of_columns else []
    classes = reflecting.model_classes(path, text) if of_columns else []
    found: list[Mention] = []
    for lost in sought:
        names = spellings(lost)
        may_insert = bool(lost.table) and "insert" in whole and squashed(lost.table) in whole
        builder = Builder(lost)
        if any(mark in whole for mark in builder.marks):
            lines = (line.number for line in code_lines(path, text) if builder.may_build(line.bare))
            found += [Mention(lost, path, number, How.BUILT) for number in [*lines][:1]]
        if names.literal or names.may_be_in(whole) or may_insert:
            found += _first(_named(path, text, lost, names))
        if lost.kind == "column":
            found += [Mention(lost, path, line, How.REFLECTS, kind) for kind, line in orms]
            of_it = [each for each in classes if each.base and each.is_of(lost.table)]
            found += [Mention(lost, path, each.line, How.DERIVES, each.name, each.base) for each in of_it]
    return found


def _first(found: Iterator[Mention]) -> list[Mention]:
    listed = list(found)
    uses = [mention for mention in listed if mention.how is not How.IGNORES]
    ignoring = [mention for mention in listed if mention.how is How.IGNORES]
    return [*sorted(uses, key=lambda mention: mention.how is How.PERHAPS)[:_SHOWN], *ignoring]


def _named(path: str, text: str, lost: LostName, names: Spellings) -> Iterator[Mention]:
    dump, ignoring, inserts = bool(_DUMP.search(path)), _Ignoring(path, text), _without_columns(lost.table)
    for line in code_lines(path, text):
        ignored = ignoring.reads(line)
        if _says(names, line.text):
            sure = _says(names, line.bare)
            if ignored is not None and sure:
                yield Mention(lost, path, line.number, How.IGNORES, ignored)
            elif dump:
                yield Mention(lost, path, line.number, How.REFLECTS, reflecting.ACTIVE_RECORD)
            else:
                yield Mention(lost, path, line.number, How.NAMES if sure else How.PERHAPS)
        elif lost.table and inserts.search(line.text):
            yield Mention(lost, path, line.number, How.INSERTS)


def _says(names: Spellings, line: str) -> bool:
    if names.named_in(line):
        return True
    together = put_together(line)
    return together != line and names.named_in(together)


class _Ignoring:
    """Which class leaves out what a line names: from the first word of its list to the bracket that ends it."""

    def __init__(self, path: str, text: str) -> None:
        self._path, self._text = path, text
        self._classes = reflecting.model_classes(path, text)
        self._open = self._lines = 0
        self._of = ""

    def reads(self, line: CodeLine) -> str | None:
        """The class, squashed; "" for a field of Prisma, whose schema names the columns; None: none leaves it out."""
        if self._path.endswith(".prisma"):
            return "" if _PRISMA_IGNORES.search(line.text) else None
        before = "\n".join(self._text.splitlines()[: line.number - 1]) if "ignored_columns" in line.text else ""
        begins = reflecting.leaves_out(self._path, line.text, before)
        owner = reflecting.owner_of(self._classes, line.number, line.text) if begins else None
        if (not begins or owner is None) and self._open <= 0:
            return None
        self._of = owner.name if owner else self._of
        self._lines = 0 if begins else self._lines + 1
        opened = sum(map(line.bare.count, "([{")) - sum(map(line.bare.count, ")]}"))
        self._open = opened if begins else self._open + opened
        if self._lines >= _IGNORED_LINES:
            self._open = 0
        return self._of


def _without_columns(table: str) -> re.Pattern[str]:
    name = r"[\"`\[]?" + re.escape(table) + r"[\"`\]]?"
    return re.compile(rf"\binsert\s+into\s+(?:[\w\"`\[\]]+\.)?{name}\s+(?:values|select|default)\b", re.IGNORECASE)
