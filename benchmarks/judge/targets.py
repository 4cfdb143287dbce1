"""The targets of the judge, and whether they were met."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from benchmarks.judge.cases import CASES
from benchmarks.judge.figures import Figures
from benchmarks.judge.measuring import OURS

_FLOOR = 15.0  # seconds
_Figure = Callable[[Figures], float]


class Target(NamedTuple):
    says: str
    case: str  # its name; "usual": all cases whose names begin so
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
        of = f"{round(value * self.worst.runs)} of {self.worst.runs:,}"
        shown = {"%": f"{value:.2%} ({of})" if value <= 1 else "", "s": f"{value:.0f} s", "x": f"{value:.1f} times"}[
            self.target.unit
        ]
        case = "" if self.worst.case == self.target.case else f" ({self.worst.case})"
        worst = f"worst of {self.cells} cells: {shown} at {self.worst.requests_per_s:g} req/s{case}"
        return f"{'met' if self.met else 'MISSED':6}  {self.target.says}; {worst}"


def _back(found: Figures) -> float:
    return found.rolled_back


def _proven(found: Figures) -> float:
    return found.proven or 0.0


def _proven_above(found: Figures) -> float:
    return found.proven_above or 0.0


def _median(found: Figures) -> float:
    """A fault that is missed in half of the runs has no median."""
    missed = (found.missed or 0.0) + (found.rolled_back_before_fault or 0.0)
    return float("inf") if found.delay_median_s is None or missed >= 0.5 else found.delay_median_s


def _ratio(found: Figures) -> float:
    """To the oracle, which is given fifteen seconds at least."""
    return _median(found) / max(found.oracle_s or 0.0, _FLOOR)


_USUAL = "usual"  # of a tenant whose bad minutes none fell into those before the switch nothing can be known
_UNSEEN = "usual tenant"
_SHARED = "shared 30% 60s", "shared 5% 300s", "shared 100% 25s", "shared ramp"
TARGETS = (
    Target("clean: rolled back at most 0.5 %", "clean", 0, _back, 0.005, "%"),
    Target("tolerated: rolled back at most 0.5 %", "tolerated", 0, _back, 0.005, "%"),
    Target("clustered: rolled back at most 0.5 %", "clustered", 0, _back, 0.005, "%"),
    Target("no worse than before: rolled back at most 0.5 %", _USUAL, 0, _back, 0.005, "%"),
    Target("a tenant's bad minutes, perhaps none before: rolled back at most 0.5 %", _UNSEEN, 0, _back, 0.005, "%"),
    Target("retry storm: rolled back at most 0.5 %", "retry storm", 0, _back, 0.005, "%"),
    Target("cold cache: rolled back at most 5 %", "cold cache", 0, _back, 0.05, "%"),
    Target("cold cache that warms slowly: rolled back at most 5 %", "cold cache slowly", 0, _back, 0.05, "%"),
    *(
        Target(f"{name}, mirrored, from 10 req/s on: rolled back at most 5 %", name, 10, _back, 0.05, "%")
        for name in ("unprobed 30% 60s", "unprobed 5% 300s")
    ),
    Target("users' failures above the tolerance: proven never", "above tolerance", 0, _proven_above, 0.0, "%"),
    Target("8 % on both: rolled back at most 0.5 %", "both 8%", 0, _back, 0.005, "%"),
    *(Target(f"{name}: rolled back at most 1 %", name, 0, _back, 0.01, "%") for name in _SHARED),
    Target("shared, shown 10 s apart: rolled back at most 3 %", "shared lagging", 0, _back, 0.03, "%"),
    Target("one client: rolled back at most 0.1 %", "one client", 0, _back, 0.001, "%"),
    Target("source outage: rolled back never", "source outage", 0, _back, 0.0, "%"),
    Target("source outage: proven never", "source outage", 0, _proven, 0.0, "%"),
    Target("users only, 5 %: proven never", "users only 5%", 0, _proven, 0.0, "%"),
    Target("users only, 10 %: proven never", "users only 10%", 0, _proven, 0.0, "%"),
    Target("cold start: rolled back at most 1 %", "cold start", 0, _back, 0.01, "%"),
    Target("a start that decays: rolled back at most 5 %", "start decaying", 0, _back, 0.05, "%"),
    Target("a start that decays slowly: rolled back at most 5 %", "start decaying slowly", 0, _back, 0.05, "%"),
    Target("bursts that users always had: rolled back at most 5 %", "regular bursts", 0, _back, 0.05, "%"),
    Target("5 s of dead probes: rolled back at most 5 %", "dead probes", 0, _back, 0.05, "%"),
    Target("a restart of 7 s: rolled back at most 5 %", "restart 7s", 0, _back, 0.05, "%"),
    Target("bursts of 20 s apart: rolled back at most 15 %", "apart 20s", 0, _back, 0.15, "%"),
    Target("bursts of 10 s apart: rolled back at most 5 %", "apart 10s", 0, _back, 0.05, "%"),
    Target("total outage of 10 s: median at most 13 s", "outage 10s", 0, _median, 13, "s"),
    Target("20 %, from 1 req/s on: median at most 20 s", "fault 20%", 1, _median, 20, "s"),
    Target("5 %, from 1 req/s on: median at most 45 s", "fault 5%", 1, _median, 45, "s"),
    Target("5 % against 1 %, from 10 req/s on: median at most 150 s", "5% against 1%", 10, _median, 150, "s"),
    Target("20 % against 10 %: median at most 100 s", "20% against 10%", 10, _median, 100, "s"),
    Target("100 % against 50 %: median at most 30 s", "100% against 50%", 10, _median, 30, "s"),
    Target("10 % against 5 %: median at most 240 s", "10% against 5%", 10, _median, 240, "s"),
    Target("users only, 5 %: median at most 90 s", "users only 5%", 10, _median, 90, "s"),
    Target("users only, 10 %: median at most 90 s", "users only 10%", 10, _median, 90, "s"),
    Target("outage before the switch, then 10 %: at most 45 s", "outage, then 10%", 1, _median, 45, "s"),
    Target("pulses of 10 %: median at most 120 s", "pulsing 10%", 1, _median, 120, "s"),
    Target("pulses of 10 % that begin anywhere: median at most 120 s", "pulsing 10% any phase", 10, _median, 120, "s"),
    Target("8 % slow: median at most 120 s after the warm-up", "slow 8%", 10, _median, 120, "s"),
    *(
        Target(f"{name}: 4 times the oracle at most", name, 1, _ratio, 4, "x")
        for name, case in CASES.items()
        if case.steady is not None
    ),
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
    usual = one.case.startswith(_USUAL) and one.case != _UNSEEN
    same = usual if target.case == _USUAL else one.case == target.case
    return same and one.requests_per_s >= target.least_level
