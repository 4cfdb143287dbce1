"""The targets of the judge, and whether they were met."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from benchmarks.judge.figures import Figures
from benchmarks.judge.measuring import OURS

_Figure = Callable[[Figures], float]


class Target(NamedTuple):
    says: str
    case: str  # its name; "shared": all cases whose names begin so
    least_level: float
    figure: _Figure
    at_most: float
    unit: str


class TargetResult(NamedTuple):
    target: Target
    worst: Figures
    cells: int

    @property
    def met(self) -> bool:
        return self.target.figure(self.worst) <= self.target.at_most

    def __str__(self) -> str:
        value = self.target.figure(self.worst)
        shown = f"{value:.2%}" if self.target.unit == "%" else f"{value:.0f} s"
        worst = f"worst of {self.cells} cells: {shown} at {self.worst.requests_per_s:g} req/s ({self.worst.case})"
        return f"{'met' if self.met else 'MISSED':6}  {self.target.says}; {worst}"


def _back(found: Figures) -> float:
    return found.rolled_back


def _proven(found: Figures) -> float:
    return found.proven or 0.0


def _median(found: Figures) -> float:
    """A fault that is missed in half of the runs has no median."""
    missed = (found.missed or 0.0) + (found.rolled_back_before_fault or 0.0)
    return float("inf") if found.delay_median_s is None or missed >= 0.5 else found.delay_median_s


TARGETS = (
    Target("clean: rolled back at most 0.1 %", "clean", 0, _back, 0.001, "%"),
    Target("tolerated: rolled back at most 0.1 %", "tolerated", 0, _back, 0.001, "%"),
    Target("clustered: rolled back at most 1 %", "clustered", 0, _back, 0.01, "%"),
    Target("shared outages: rolled back at most 5 %", "shared", 0, _back, 0.05, "%"),
    Target("one client: rolled back at most 0.1 %", "one client", 0, _back, 0.001, "%"),
    Target("source outage: rolled back never", "source outage", 0, _back, 0.0, "%"),
    Target("source outage: proven never", "source outage", 0, _proven, 0.0, "%"),
    Target("cold start: rolled back at most 1 %", "cold start", 0, _back, 0.01, "%"),
    Target("fault of 20 % at once: median at most 20 s", "fault 20%", 0, _median, 20, "s"),
    Target("fault of 5 %, from 1 req/s on: median at most 30 s", "fault 5%", 1, _median, 30, "s"),
)


def results(found: Sequence[Figures]) -> list[TargetResult]:
    """For each target of which a cell was measured: its worst cell."""
    ours = [one for one in found if one.rule == OURS]
    met = []
    for target in TARGETS:
        cells = [one for one in ours if _belongs(one, target)]
        if cells:
            met.append(TargetResult(target, max(cells, key=target.figure), len(cells)))
    return met


def _belongs(one: Figures, target: Target) -> bool:
    same = one.case.startswith(target.case) if target.case == "shared" else one.case == target.case
    return same and one.requests_per_s >= target.least_level
