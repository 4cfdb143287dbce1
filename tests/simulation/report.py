"""What `make simulate` prints, for 80 columns, and the figures that it writes as JSON."""

import json
import re
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.simulation.batch import Totals
from tests.simulation.checks.invariants import PROMISES
from tests.simulation.faults.schedule import Fault, Schedule
from tests.simulation.mutants.detection import Detection
from tests.simulation.shrink import narrate, shrink

_WIDTH = 80


def facts(total: Totals) -> dict[str, Any]:
    """The figures, under the names that scripts read."""
    return {
        "schedules": total.schedules,
        "violations": len(total.violations),
        "places": len(total.places),
        "places_covered": len(total.covered),
        "schedules_per_second": round(total.per_second, 1),
        "schedules_per_second_and_core": round(total.schedules / total.busy, 1) if total.busy else 0.0,
        "seconds": round(total.seconds, 1),
        "faults_injected": total.faults,
        "invariants": len(PROMISES),
        "invariants_checked": total.checked,
        "external_calls_passed": total.points // 2,
        "broken": [{"schedule": schedule.name, "what": what} for schedule, _, what in total.violations],
    }


def lines(total: Totals) -> list[str]:
    found = facts(total)
    missing = sorted(str(place) for place in total.places - total.covered)
    return [
        f"schedules            {found['schedules']:,}",
        f"faults injected      {found['faults_injected']:,}",
        f"places covered       {found['places_covered']} of {found['places']} (function, call, before or after)",
        *(f"    no fault fired   {place}" for place in missing),
        f"invariants checked   {found['invariants_checked']:,} times, {found['invariants']} of them",
        f"violations           {found['violations']}",
        f"schedules a second   {found['schedules_per_second']} ({found['schedules_per_second_and_core']} a core)",
    ]


def failure(schedule: Schedule, invariant: int, what: str) -> str:
    """What was violated, by the shortest schedule that still does, line by line; and how to run it again."""
    short = shrink(schedule, invariant)
    found = [
        "",
        f"{schedule.name}: {what}",
        f"    actions  {'; '.join(f'{action.at} s {action}' for action in short.actions)}",
        f"    faults   {'; '.join(map(_fault, short.faults)) or 'none'}",
        *(f"    {line}" for line in narrate(short)),
        f"    again    make simulate {_replay(schedule)}",
    ]
    return wrapped(found)


def violation(total: Totals) -> str:
    """The first one, in its shortest form; "" where there is none."""
    return failure(*total.violations[0]) if total.violations else ""


def mutant(found: Detection) -> str:
    if not found.detected:
        return f"SURVIVED  {found.schedules:5} schedules  {found.mutation}"
    return wrapped([f"detected  by the {found.schedules:3}.  {found.mutation}", f"{'':20}by {found.by}"])


def wrapped(found: Iterable[str]) -> str:
    """For a terminal of 80 columns; what does not fit goes on below its own text."""
    return "\n".join(_wrap(line) for line in found)


def _wrap(line: str) -> str:
    if len(line) <= _WIDTH:
        return line
    columns = re.match(r" *(\S+( \S+)*? {2,})*", line)
    indent = " " * min(columns.end() if columns else 0, _WIDTH // 2)
    return textwrap.fill(line, _WIDTH, subsequent_indent=indent, break_on_hyphens=False, drop_whitespace=True)


def _fault(fault: Fault) -> str:
    return f"at {fault.where or 'interruption point'} {fault.at}: {fault}"


def _replay(schedule: Schedule) -> str:
    sets = "--sets" if schedule.services else ""
    words = schedule.name.split()
    if "seed" in words[:-1] and words[-1].isdigit():
        return f"SEED={words[-1]}" + (f" ARGS={sets}" if sets else "")
    return f"ARGS='--exhaustive {sets}'" if sets else "ARGS=--exhaustive"


def mutants_facts(found: Iterable[Detection]) -> list[dict[str, Any]]:
    return [
        {"mutation": one.mutation, "caught": one.detected, "schedules": one.schedules, "by": one.by} for one in found
    ]


def write(path: Path | None, what: Any) -> None:
    if path is not None:
        path.write_text(json.dumps(what, indent=2) + "\n")
