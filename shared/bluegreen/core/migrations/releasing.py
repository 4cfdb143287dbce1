"""What the gate's verdict means for a release: refused with what helps, or let go on with what was reviewed."""

import re

from bluegreen.core.migrations.gate import GateVerdict, MigrationFile, judge
from bluegreen.core.migrations.kept import Migrations, numbers
from bluegreen.core.migrations.scene import Consequence, Objection

_SHOWN = 200  # characters of what one objection says
_KEPT = 10  # reviews
_CONTRACT = re.compile(r"^contract\b(?:\s+since\s+(\S+))?[\s:,-]*", re.IGNORECASE)


def judged(files: list[MigrationFile], earlier: list[MigrationFile]) -> Migrations:
    verdict = judge(files, earlier)
    reviewed = verdict.of(Consequence.REVIEWED)
    contracts = [(found, _CONTRACT.match(found.reviewed)) for found in reviewed]
    declared = [(found, match) for found, match in contracts if match]
    floors = [match[1] or "" for _, match in declared]
    return Migrations(
        refusal(verdict),
        safe_way(verdict),
        tuple(_kept(found) for found in reviewed[:_KEPT]),
        "; ".join(f"{found.what}: {found.reviewed[match.end() :]}" for found, match in declared)[:_SHOWN],
        "" if "" in floors else max(floors, key=numbers, default=""),
        f"{verdict.statements} statements of {verdict.files} migrations" if verdict.files else "",
    )


def refusal(verdict: GateVerdict) -> str:
    """The first objection, and how many more there are; "" where nothing is refused."""
    if not verdict.refused:
        return ""
    first, more = verdict.refused[0], len(verdict.refused) - 1
    others = f" ({more} more: bluegreen migrations check)" if more else ""
    return f"{first.path}:{first.line}: {first.rule.code} {first.rule.name}{others}: {first.says[:_SHOWN]}"


def safe_way(verdict: GateVerdict) -> str:
    if not verdict.refused:
        return ""
    steps = verdict.refused[0].rule.steps
    return "the safe way: " + "; ".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))


def _kept(found: Objection) -> str:
    return f"{found.path}:{found.line}: {found.rule.code} of {found.what}: {found.reviewed}"[:_SHOWN]
