"""A proof: what old code asks of the database, before and after the new migrations.

Two databases are made of one schema, that of production. On the first the old statements run as they are: what fails
there says nothing about a migration. The second gets the migrations, and then the same statements. Of each statement:

    before  after   it says
    good    good    the old code runs on the new schema, as far as this statement goes
    good    fails   the migration breaks the old code
    fails   …       nothing: it is no statement of a code that runs on that schema
"""

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Any

_STATEMENT = 300  # characters that are kept


class ProofVerdict(Enum):
    """By the command's exit status."""

    HOLDS = "holds"
    BROKEN = "broken"
    NOT_PROVEN = "not proven"

    @property
    def status(self) -> int:
        return {ProofVerdict.HOLDS: 0, ProofVerdict.BROKEN: 1, ProofVerdict.NOT_PROVEN: 2}[self]


@dataclass(frozen=True)
class OldStatement:
    line: int
    statement: str
    before: str  # the server's words, "" where it went well
    after: str
    executed: bool = True  # False: only prepared, since its parameters are not known

    @property
    def broken(self) -> bool:
        return bool(self.after) and not self.before


@dataclass(frozen=True)
class OldCommand:
    """Exit statuses; None where it took too long."""

    command: str
    before: int | None
    after: int | None
    said: str = ""  # at last, where it failed after the migrations


@dataclass
class Proof:
    server: str = ""
    version: str = ""
    files: list[dict[str, str]] = field(default_factory=list)  # part, path, sha256
    failed: str = ""  # of the migrations themselves
    statements: list[OldStatement] = field(default_factory=list)
    command: OldCommand | None = None
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    seconds: float = 0.0

    @property
    def broken(self) -> list[OldStatement]:
        return [found for found in self.statements if found.broken]

    @property
    def useless(self) -> list[OldStatement]:
        return [found for found in self.statements if found.before]

    @property
    def verdict(self) -> ProofVerdict:
        command = self.command
        if self.failed or self.broken or (command and command.before == 0 and command.after != 0):
            return ProofVerdict.BROKEN
        ran = bool(self.statements) or command is not None
        fails_before = self.useless or (command is not None and command.before != 0)
        return ProofVerdict.NOT_PROVEN if fails_before or not ran else ProofVerdict.HOLDS

    def evidence(self) -> dict[str, Any]:
        statements = [{**asdict(found), "statement": found.statement[:_STATEMENT]} for found in self.statements]
        return {"schema": 1, "verdict": self.verdict.value, **asdict(self), "statements": statements}

    def lines(self) -> list[str]:
        """For people, the reason first."""
        told = [f"the migration itself fails: {self.failed}"] if self.failed else []
        told += [f"line {found.line}: {found.statement[:100]}\n  {found.after}" for found in self.broken]
        told += [f"line {found.line} fails before any migration: {found.before}" for found in self.useless]
        command = self.command
        if command is not None and (command.before != 0 or command.after != 0):
            told.append(
                f"{command.command}: {_status(command.before)} before, {_status(command.after)} after the migrations"
            )
            told += [f"  {line}" for line in command.said.splitlines()]
        prepared = sum(not found.executed for found in self.statements)
        counted = f"{len(self.statements)} old statements" + (
            f" ({prepared} of them prepared only)" if prepared else ""
        )
        run = "" if command is None else f", and {command.command}"
        return [*told, f"{self.verdict.value}: {counted}{run}, on PostgreSQL {self.version}, {self.server}"]


def _status(code: int | None) -> str:
    return "too long" if code is None else f"exit status {code}"
