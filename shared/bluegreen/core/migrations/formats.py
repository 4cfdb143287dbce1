"""What the tools for migrations put around SQL: sections that undo, and what runs in one transaction.

A tool is known by a file's path or by its marks. What undoes a migration is not what a release runs, so it is left out.
"""

import re
from enum import Enum
from typing import NamedTuple

from bluegreen.core.migrations import scripts


class Transactions(Enum):
    """How many statements of a file share a transaction, beyond what it says itself with BEGIN."""

    NONE = "each statement by itself"
    SEVERAL = "all, where there are several"  # sent at once, which PostgreSQL makes one transaction of
    WHOLE = "all, also a single one"
    UNMIXED = "all, unless every one refuses a transaction"  # Flyway looks at them


class Format(NamedTuple):
    tool: str
    transactions: Transactions
    text: str  # what a release runs; the other lines are empty, so that lines keep their numbers


_MARKS = (  # tool, the mark of what is run, the mark of what undoes it, the word that wants no transaction
    ("goose", r"^\s*--\s*\+goose\s+up\b", r"^\s*--\s*\+goose\s+down\b", r"\+goose\s+no\s+transaction"),
    ("dbmate", r"^\s*--\s*migrate:up\b", r"^\s*--\s*migrate:down\b", r"migrate:up\s+.*transaction:\s*false"),
    ("sql-migrate", r"^\s*--\s*\+migrate\s+up\b", r"^\s*--\s*\+migrate\s+down\b", r"\+migrate\s+up\s+notransaction"),
)
_UNDOES = re.compile(
    r"(^|/)(U[\d._]+__[^/]*\.sql|[^/]*\.(down|undo|rollback)\.sql|down\.sql|revert\.sql)$", re.IGNORECASE
)
_IN_BUNDLE = re.compile(r"(^|/)[^/]+\.up\.sql$", re.IGNORECASE)
_FLYWAY = re.compile(r"(^|/)[VRB]\d*[\d._]*__[^/]+\.sql$")
_PRISMA = re.compile(r"(^|/)\d{8,}_[^/]*/migration\.sql$")
_LIQUIBASE = re.compile(r"^\s*--\s*liquibase\s+formatted\s+sql", re.IGNORECASE | re.MULTILINE)
CHANGESET = r"(?i)changeset\s+\S+:\S+(.*)"


def undoes(path: str) -> bool:
    """True of a file that only takes a migration back: a person runs it, no release does."""
    return bool(_UNDOES.search(path))


def read(path: str, text: str) -> Format:
    text = text.removeprefix("\ufeff")  # an editor's mark of the encoding stands before the tool's, and is not seen
    if scripts.is_script(path):
        return Format("a program", Transactions.WHOLE if scripts.in_one_transaction(text) else Transactions.NONE, text)
    for tool, up, down, alone in _MARKS:
        if re.search(up, text, re.IGNORECASE | re.MULTILINE):
            kept, found = _section(text, up, down), re.search(alone, text, re.IGNORECASE)
            return Format(tool, Transactions.NONE if found else Transactions.WHOLE, kept)
    if _LIQUIBASE.search(text):
        return Format("Liquibase", Transactions.WHOLE, text)
    if _FLYWAY.search(path):
        return Format("Flyway", Transactions.UNMIXED, text)
    if _PRISMA.search(path):
        return Format("Prisma", Transactions.SEVERAL, text)
    if _IN_BUNDLE.search(path):
        return Format("golang-migrate", Transactions.SEVERAL, text)
    return Format("plain SQL", Transactions.NONE, text)


def _section(text: str, up: str, down: str) -> str:
    kept, running = [], False
    for line in text.split("\n"):
        if re.match(up, line, re.IGNORECASE):
            running = True
        elif re.match(down, line, re.IGNORECASE):
            running = False
        kept.append(line if running else "")
    return "\n".join(kept)
