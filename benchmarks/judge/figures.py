"""What a rule did in one cell, as figures."""

from collections.abc import Iterable
from math import log
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.judge.cases import CASES
from benchmarks.judge.drawn import Case
from benchmarks.judge.measuring import OURS, RULES, Measured
from benchmarks.judge.rivals.windows import Seconds
from benchmarks.judge.traces import Cell
from bluegreen.core.judge.statistics.exact_tests import lower_bound, upper_bound

_Delays = tuple[float | None, float | None, float | None, float | None]
_NO_FAULT: _Delays = (None, None, None, None)


class Figures(NamedTuple):
    """Shares of the runs, between 0 and 1; delays from the beginning of the fault, where it was detected."""

    case: str
    requests_per_s: float
    rule: str
    runs: int
    rolled_back: float
    rolled_back_low: float  # Clopper and Pearson's bounds, 95 % each
    rolled_back_high: float
    rolled_back_before_fault: float | None
    missed: float | None  # faults only
    delay_median_s: float | None
    delay_p95_s: float | None
    bad_served_median: float | None
    oracle_s: float | None  # what a test needs that knows both rates, on the average: Wald's log(1/alpha) / KL
    proven: float | None  # of Bluegreen only
    held: float | None
    proven_above: float | None = None  # proven although more of users' requests failed than is tolerated

    def as_json(self) -> dict[str, Any]:
        return self._asdict()


def figures(measured: Iterable[Measured]) -> list[Figures]:
    """Ordered by case, level of traffic and rule."""
    cells: dict[Cell, list[Measured]] = {}
    for batch in measured:
        cells.setdefault(batch.cell, []).append(batch)
    order = {case: place for place, case in enumerate(CASES)}
    ordered = sorted(cells, key=lambda cell: (order[cell.case], cell.requests_per_s))
    return [_of(cell, rule, cells[cell]) for cell in ordered for rule in RULES]


def _of(cell: Cell, rule: str, batches: list[Measured]) -> Figures:
    at = np.concatenate([batch.rolled_back[rule] for batch in batches])
    back, fault = int(np.isfinite(at).sum()), CASES[cell.case].fault
    return Figures(
        cell.case,
        cell.requests_per_s,
        rule,
        at.size,
        back / at.size,
        lower_bound(back, at.size),
        upper_bound(back, at.size),
        *(_delays(at, fault) if fault is not None else _NO_FAULT),
        None if fault is None else round(_median([batch.bad_served[rule] for batch in batches]), 1),
        oracle_seconds(CASES[cell.case], cell.requests_per_s, batches[0].probes_per_s),
        float(np.mean(np.concatenate([batch.proven for batch in batches]))) if rule == OURS else None,
        float(np.mean(np.concatenate([batch.held for batch in batches]))) if rule == OURS else None,
        _share([batch.proven_above for batch in batches]) if rule == OURS else None,
    )


def _share(parts: list[NDArray[np.bool_] | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return float(np.mean(np.concatenate(known))) if known else None


def oracle_seconds(case: Case, requests_per_s: float, probes_per_s: float) -> float | None:
    """Of a steady fault: by the answers of users and the steady probes, with alpha 0.001."""
    if case.steady is None:
        return None
    rate, other = min(case.steady[0], 1 - 1e-9), case.steady[1]
    divergence = rate * log(rate / other) + (1 - rate) * log((1 - rate) / (1 - other))
    trials = requests_per_s + (0 if case.of_users_only else probes_per_s)
    return round(log(1000) / divergence / trials, 1) if trials else None


def _delays(at: Seconds, fault: float) -> _Delays:
    """Share rolled back before the fault, share missed, median and p95 of the delay."""
    early = float(np.mean(at <= fault)) if fault else 0.0
    delays = at[at > fault] - fault
    missed = max(1 - early - delays.size / at.size, 0.0)
    if not delays.size:
        return early, missed, None, None
    median, p95 = np.quantile(delays, (0.5, 0.95), method="inverted_cdf").tolist()
    return early, missed, median, p95


def _median(parts: list[Seconds]) -> float:
    return float(np.median(np.concatenate(parts)))
