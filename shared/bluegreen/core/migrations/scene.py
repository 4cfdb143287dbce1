"""Where the reading of the migrations stands, and what was objected to so far."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from bluegreen.core.migrations.readers.names import LostName, spellings
from bluegreen.core.migrations.rules.rule import Rule
from bluegreen.core.migrations.schema import Age, Schema
from bluegreen.core.migrations.tree import Node, inside


class Consequence(Enum):
    """What an objection does to a release."""

    REFUSED = "refused"
    REVIEWED = "reviewed"  # a person has said why it is safe
    WARNED = "warned"
    UNREAD = "readers gone"  # no release that can come back names what goes


class Objection(NamedTuple):
    """One statement breaks one rule."""

    rule: Rule
    path: str
    line: int
    what: str  # what the statement is about: `users.email`
    statement: str  # as it is written, shortened
    consequence: Consequence
    reviewed: str = ""  # why a person let it pass
    lock: str = ""  # the strongest that it takes on a table in use, and for how long
    lost: LostName | None = None  # where it is harmless once nobody names that any more
    readers: str = ""  # who still names it, and where; or that nobody does

    @property
    def says(self) -> str:
        breaks = self.rule.breaks.format(what=self.what)
        if self.consequence is Consequence.UNREAD:
            return f"it passes, for {self.readers}. Where code does name it: {breaks}"
        return f"{self.readers}; {breaks}" if self.readers else breaks


@dataclass(eq=False, repr=False)
class Transaction:
    """What was done since it began, as far as a later statement in it is bound by that."""

    declared: bool  # by BEGIN; else by the tool
    before: Schema | None = None  # as ROLLBACK makes it again
    not_valid: set[tuple[str, str]] = field(default_factory=set)  # table, constraint
    values: set[str] = field(default_factory=set)  # added to types that were there before
    savepoints: dict[str, Schema] = field(default_factory=dict)


@dataclass(eq=False, repr=False)
class Scene:
    """Statements are read into `schema`; what breaks a rule is added to `objections`."""

    schema: Schema
    objections: list[Objection] = field(default_factory=list)
    path: str = ""
    line: int = 0
    statement: str = ""
    reviewed: str = ""
    lock: str = ""
    certain: bool = True  # False in a branch, which may not be taken
    changes_schema: bool = False  # a table in use was altered in this file
    rolls_back: bool = False  # the file says ROLLBACK: only then is the schema kept as it was
    begun: Schema | None = None  # as it was before the file
    path_after: str = ""  # what search_path is again after SET LOCAL
    transaction: Transaction | None = None
    calls: list[str] = field(default_factory=list)  # routines that are being read, outermost first
    judge: "Callable[[Scene, Node], None] | None" = None  # of a statement
    run: "Callable[[Scene, Node], None] | None" = None  # of a routine that is called

    def object_to(self, rule: Rule, what: str, lost: LostName | None = None) -> None:
        consequence = (
            Consequence.WARNED if rule.warns else Consequence.REVIEWED if self.reviewed else Consequence.REFUSED
        )
        shown = self.reviewed if consequence is Consequence.REVIEWED else ""
        readers = self._named_in_database(lost) if lost is not None else ""
        lost = None if readers else lost
        found = Objection(
            rule, self.path, self.line, what, self.statement, consequence, shown, self.lock, lost, readers
        )
        if found not in self.objections:
            self.objections.append(found)

    def _named_in_database(self, lost: LostName) -> str:
        """A routine that is known to name it runs for whatever release is there."""
        sought = spellings(lost)
        for name, made in self.schema.routines.items():
            texts = [body.get("sval", "") for kind, body in inside(list(made.values())) if kind == "String"]
            if name.rpartition(".")[2] != lost.name and any(sought.named_in(text) for text in texts):
                return f"routine {shown(name)} of the database names {lost.name}"
        return ""

    def new(self, kind: str, name: str) -> bool:
        """Made by what is judged, so nobody uses it."""
        return self.schema.is_new(kind, name)

    def perhaps_new(self, kind: str, name: str) -> bool:
        return self.schema.age(kind, name) in (Age.NEW, Age.PERHAPS)

    def make(self, kind: str, name: str, if_missing: bool = False) -> None:
        self.schema.make(kind, name, self.certain and not (if_missing and not self.schema.complete))

    def nested(self, node: Node) -> None:
        """A statement that another one holds."""
        if self.judge is not None:
            self.judge(self, node)

    def routine(self, made: Node) -> None:
        if self.run is not None:
            self.run(self, made)

    @contextmanager
    def perhaps(self, is_so: bool = True) -> Iterator[None]:
        before, self.certain = self.certain, self.certain and not is_so
        try:
            yield
        finally:
            self.certain = before

    @contextmanager
    def in_one_transaction(self) -> Iterator[None]:
        """A DO block or a routine: where none is open it has one of its own."""
        before, self.transaction = self.transaction, self.transaction or Transaction(False)
        try:
            yield
        finally:
            self.transaction = before
            if before is None:
                self.end_local_path()

    def end_local_path(self) -> None:
        """SET LOCAL search_path ends with the transaction."""
        self.schema.path, self.path_after = self.path_after or self.schema.path, ""


def shown(name: str) -> str:
    """A full name as people write it: without the schema that everybody uses."""
    return name.removeprefix("public.")
