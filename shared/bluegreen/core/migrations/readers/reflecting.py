"""ORMs that ask the database for its columns, and the classes that tell them to leave one out.

ActiveRecord names in its INSERTs and SELECTs what it found when it started, though no line of the code does. Only the
class of that very table, or the class that it is derived from, can leave a column out: another model's list does not.
Ruby's classes are told by their indentation; a list whose class is not certain leaves nothing out.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from bluegreen.core.migrations.readers.code_files import is_manifest
from bluegreen.core.migrations.readers.comments import code_lines
from bluegreen.core.migrations.readers.names import LostName, spellings, squashed

ACTIVE_RECORD = "activerecord"  # it alone has a list of columns to leave out
_OTHERS = "another"
_IN_MANIFEST = {
    ACTIVE_RECORD: re.compile(r"\b(?:rails|railties|activerecord)\b"),
    _OTHERS: re.compile(r"\bsequel\b|\bcakephp/|\byiisoft/yii2\b|\bDBIx::Class::Schema::Loader\b"),
}
_IN_CODE = {
    ACTIVE_RECORD: re.compile(r"\bActiveRecord::(?:Base|Schema)\b|\bApplicationRecord\b|\bactive_record/railtie\b"),
    _OTHERS: re.compile(
        r"\bSequel::Model\b|\bSequel\.connect\b|\bautomap_base\b|\bautoload_with\b|\bautoload\s*=\s*True\b"
        r"|\bDeferredReflection\b|\breflect\s*=\s*True\b|\bschema\(?.{0,60}\binfer:\s*true|\byii\\db\\ActiveRecord\b"
        r"|\bCake\\ORM\\|\bDBIx::Class::Schema::Loader\b"
    ),
}
_REFLECT_CALL = re.compile(r"\.reflect\(")
_PYTHON = re.compile(r"(\.(pyi?|ipynb)|(^|/)[^./]+)$")
_RUBY = re.compile(r"(\.(rb|rake|ru)|(^|/)[^./]+)$")
_CLASS = re.compile(r"([ \t]*)class[ \t]+([A-Z][\w:]*)(?:[ \t]*<[ \t]*(?:::)?([\w:]+))?")
_TABLE = re.compile(r"\bself\.table_name\s*=\s*[\"':]+([\w.]+)")
_LIST = re.compile(r"\bself\.ignored_columns\s*\+?=")
_CONDITION = re.compile(r"\b(?:if|unless|and|or)\b|\?|\s-\s*[\[%]|&&|\|\|")
_TEXT_BEGINS = re.compile(r"(?m)^=begin\b|^__END__$|<<[~-]?[\"'`A-Z]")


class ModelClass(NamedTuple):
    line: int
    indent: int
    name: str  # squashed
    base: str  # squashed; "" where none is named
    table: str  # "" where it follows from the name

    def is_of(self, table: str) -> bool:
        if self.table:
            return squashed(self.table.rpartition(".")[2]) == squashed(table)
        sought = spellings(LostName("table", table))
        named = {self.name.replace("::", ""), self.name.rpartition("::")[2]}
        return bool(table) and bool(named & (sought.anyhow | sought.as_class))


def reflecting(path: str, text: str) -> Iterator[tuple[str, int]]:
    """Which kind of ORM reads the columns from the database, and the line by which that is known."""
    for kind, pattern in (_IN_MANIFEST if is_manifest(path) else _IN_CODE).items():
        wanted = [pattern, *([_REFLECT_CALL] if kind == _OTHERS and _PYTHON.search(path) else [])]
        if any(each.search(text) for each in wanted):
            found = (line.number for line in code_lines(path, text) if any(each.search(line.text) for each in wanted))
            yield from ((kind, number) for number in [next(found, 0)] if number)


def model_classes(path: str, text: str) -> list[ModelClass]:
    if not _RUBY.search(path):
        return []
    lines = text.split("\n")
    found = [
        ModelClass(number, len(at[1]), squashed(at[2]), squashed(at[3] or ""), "")
        for number, line in enumerate(lines, start=1)
        if (at := _CLASS.match(line))
    ]
    for number, line in enumerate(lines, start=1):
        said = _TABLE.search(line)
        owner = owner_of(found, number, line) if said else None
        if said and owner:
            found[found.index(owner)] = owner._replace(table=said[1])
    return found


def owner_of(classes: list[ModelClass], number: int, line: str) -> ModelClass | None:
    """The class in whose body a line stands."""
    indent = len(line) - len(line.lstrip())
    before = [each for each in classes if each.line == number or (each.line < number and each.indent < indent)]
    return before[-1] if before else None


def leaves_out(path: str, line: str, before: str) -> bool:
    """Whether a list of columns that are left out begins here, for certain. `before`: the text above."""
    if not _RUBY.search(path) or not _LIST.search(line) or line.lstrip().startswith("#"):
        return False
    return not _CONDITION.search(line) and not _TEXT_BEGINS.search(before)
