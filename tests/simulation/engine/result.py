"""What a run leaves behind."""

from typing import NamedTuple

from tests.simulation.faults.places import Place


class LogLine(NamedTuple):
    t: float  # virtual seconds
    who: str
    what: str
    where: str = ""


class Result(NamedTuple):
    """`violation` is None when every invariant held."""

    violation: str | None
    invariant: int  # the number of the one that was violated; 0 for none
    points: int  # interruption points that were crossed
    faults_fired: int
    checked: int  # single checks of invariants
    ended_at: float  # virtual seconds
    trace: list[Place]  # the place of each interruption point, in order
    struck: list[Place]  # places where a fault fired
    outcomes: dict[str, str]  # release → the phase that it ended in
    lines: list[LogLine]
