"""What is known of the schema while migrations are read one after the other.

What was made in the migrations that are judged is *new*: no release that runs knows of it, and no row is in it. What
`IF NOT EXISTS`, or a branch of a DO block, has made is only *perhaps* new. All the rest is old, whether or not a
migration that was read made it.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from bluegreen.core.migrations.tree import Node, words

PUBLIC = "public"
EVERY_FIELD = 0x7FFF  # what the parser writes for an interval whose fields are not named
_FIELDS = {"year": 1 << 2, "month": 1 << 1, "day": 1 << 3, "hour": 1 << 10, "minute": 1 << 11, "second": 1 << 12}


class Age(Enum):
    NEW = "made by what is judged"
    PERHAPS = "perhaps made by what is judged"
    OLD = "made before"
    UNKNOWN = "made by nothing that was read"


# What a dataclass has is made when it is imported, and `deploy` waits for it: nothing is asked for that nobody uses.
@dataclass(repr=False)
class SqlType:
    """`typmods` are the numbers behind it: (255,) of varchar(255). `array`: of such.

    An interval's first number is which of its fields it keeps, a bit for each.
    """

    name: str
    typmods: tuple[int, ...] = ()
    array: bool = False

    @property
    def fields(self) -> int:
        return self.typmods[0] if self.name == "interval" and self.typmods else EVERY_FIELD

    @property
    def numbers(self) -> tuple[int, ...]:
        """What stands in brackets behind it."""
        return self.typmods[1:] if self.name == "interval" else self.typmods

    def __str__(self) -> str:
        kept = [field for field, bit in _FIELDS.items() if self.fields & bit]
        between = "" if self.fields == EVERY_FIELD else f" {' to '.join(dict.fromkeys((kept[0], kept[-1])))}"
        numbers = f"({','.join(map(str, self.numbers))})" if self.numbers else ""
        return f"{self.name}{between}{numbers}{'[]' if self.array else ''}"


@dataclass(repr=False)
class Column:
    type: SqlType
    not_null: bool = False
    has_default: bool = False
    new: bool = False


@dataclass(repr=False)
class TableConstraint:
    kind: str  # CHECK, FOREIGN, UNIQUE, PRIMARY, EXCLUSION
    columns: tuple[str, ...] = ()
    valid: bool = True
    not_null_of: str = ""  # the column of a CHECK (column IS NOT NULL)
    new: bool = False


@dataclass(repr=False)
class Table:
    columns: dict[str, Column] = field(default_factory=dict)
    constraints: dict[str, TableConstraint] = field(default_factory=dict)
    partitioned: bool = False
    temporary: bool = False
    until_commit: bool = False  # ON COMMIT DROP
    default_partition: str = ""


class Index(NamedTuple):
    table: str
    unique: bool = False
    columns: tuple[str, ...] = ()  # not what is worked out


@dataclass(eq=False, repr=False)
class Schema:
    """Objects by kind and full name, such as ("table", "public.users"). Names are without quotes."""

    ages: dict[tuple[str, str], Age] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    indexes: dict[str, Index] = field(default_factory=dict)
    domains: dict[str, bool] = field(default_factory=dict)  # name → has constraints
    routines: dict[str, dict[str, Node]] = field(
        default_factory=dict
    )  # name → types of parameters → CreateFunctionStmt
    path: str = PUBLIC  # where a name without a schema is made
    complete: bool = False  # the migrations from the beginning were read, so what is not here does not exist

    def full(self, relation: Node) -> str:
        """Of a RangeVar."""
        name = str(relation.get("relname", ""))
        if relation.get("schemaname"):
            return f"{relation['schemaname']}.{name}"
        temporary = f"pg_temp.{name}"
        here = relation.get("relpersistence") == "t" or temporary in self.tables
        return temporary if here else f"{self.path}.{name}"

    def named(self, parts: Any) -> str:
        """Of a list of String nodes, or of their texts."""
        texts = [part if isinstance(part, str) else (words([part]) or [""])[0] for part in parts or ()]
        if len(texts) == 1 and f"pg_temp.{texts[0]}" in self.tables:
            return f"pg_temp.{texts[0]}"
        return ".".join(texts) if len(texts) != 1 else f"{self.path}.{texts[0]}"

    def age(self, kind: str, name: str) -> Age:
        return self.ages.get((kind, name), Age.UNKNOWN)

    def is_new(self, kind: str, name: str) -> bool:
        return self.age(kind, name) is Age.NEW

    def is_gone(self, kind: str, name: str) -> bool:
        """True where it certainly does not exist: what is said of it IF EXISTS does nothing."""
        return self.complete and self.age(kind, name) is Age.UNKNOWN

    def make(self, kind: str, name: str, certain: bool) -> None:
        if self.age(kind, name) is not Age.OLD:
            self.ages[kind, name] = Age.NEW if certain else Age.PERHAPS

    def drop(self, kind: str, name: str) -> None:
        self.ages.pop((kind, name), None)
        if kind == "table":
            self.tables.pop(name, None)
        for index in [index for index, made in self.indexes.items() if name in (made.table, index)]:
            del self.indexes[index]

    def rename(self, kind: str, name: str, to: str) -> None:
        if (kind, name) in self.ages:
            self.ages[kind, to] = self.ages.pop((kind, name))
        if kind == "table" and name in self.tables:
            self.tables[to] = self.tables.pop(name)

    def end_temporary(self, committed: bool = False) -> None:
        """A session ends, or a transaction: then only what was made ON COMMIT DROP goes."""
        for name in [name for name, made in self.tables.items() if made.temporary]:
            if self.tables[name].until_commit or not committed:
                self.drop("table", name)

    def column(self, table: str, name: str) -> Column | None:
        found = self.tables.get(table)
        return found.columns.get(name) if found else None

    def settle(self, complete: bool) -> None:
        """What was read so far is what the releases that run know: it is old from now on."""
        self.ages = dict.fromkeys(self.ages, Age.OLD)
        self.complete = complete
        for table in self.tables.values():
            for column in table.columns.values():
                column.new = False
            for constraint in table.constraints.values():
                constraint.new = False


def type_of(node: Node) -> SqlType:
    """Of a TypeName's fields."""
    names = words(node.get("names"))
    numbers = [item.get("A_Const", {}).get("ival", {}).get("ival", 0) for item in node.get("typmods", ())]
    name = names[-1] if names[:1] == ["pg_catalog"] else ".".join(names)
    return SqlType(name, tuple(numbers), bool(node.get("arrayBounds")))
