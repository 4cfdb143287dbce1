"""Candidate against baseline: the same question asked of both environments in the same seconds, as counts."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from math import sqrt
from operator import add, itemgetter
from typing import NamedTuple

from bluegreen.core.judge.evidence import Interval
from bluegreen.core.judge.statistics.exact_tests import significantly_above

_OUTAGE_WINDOWS = (20, 60)  # seconds, trailing


class ContingencyTable(NamedTuple):
    """Of one metric in one window."""

    trials: int
    failures: int
    baseline_trials: int
    baseline_failures: int


Selector = Callable[[Interval], tuple[int, int]]  # trials and failures
_AT = itemgetter(0)


class Metric(NamedTuple):
    """A yes/no question about answers: how both sides' counts are read from an interval."""

    name: str  # what a failure is, for people
    candidate: Selector
    baseline: Selector


class Comparison(NamedTuple):
    seconds: int
    table: ContingencyTable


def shared_outage(metric: Metric, intervals: Sequence[Interval], level: float) -> bool:
    """Whether both sides are significantly above a level."""
    tables = (window_table(metric, intervals, seconds) for seconds in _OUTAGE_WINDOWS)
    return any(
        significantly_above(table.failures, table.trials, level)
        and significantly_above(table.baseline_failures, table.baseline_trials, level)
        for table in tables
    )


def window_table(metric: Metric, intervals: Sequence[Interval], seconds: int) -> ContingencyTable:
    window = trailing(intervals, seconds)
    return ContingencyTable(*totals(metric.candidate, window), *totals(metric.baseline, window))


def window_tables(metric: Metric, intervals: Sequence[Interval], windows: Sequence[int]) -> list[ContingencyTable]:
    """Of several windows, the shortest first: each row is read once."""
    found, table, before = list[ContingencyTable](), ContingencyTable(0, 0, 0, 0), len(intervals)
    for seconds in windows:
        begin = bisect_left(intervals, intervals[-1].end - seconds, key=_AT)
        more = intervals[begin:before]
        candidate, baseline = totals(metric.candidate, more), totals(metric.baseline, more)
        table, before = ContingencyTable(*map(add, table, (*candidate, *baseline))), begin
        found.append(table)
    return found


def difference(table: ContingencyTable) -> float:
    """Of the two rates, in standard errors; only to choose which window is shown. A side that was not asked is well."""
    trials, failures, others, other_failures = table
    rate, other_rate = failures / max(trials, 1), other_failures / max(others, 1)
    pooled = (failures + other_failures) / max(trials + others, 1)
    spread = sqrt(max(pooled * (1 - pooled), 1e-6) * (1 / max(trials, 1) + 1 / max(others, 1)))
    return (rate - other_rate) / spread


def totals(selector: Selector, intervals: Sequence[Interval]) -> tuple[int, int]:
    trials = failures = 0
    for more_trials, more_failures in map(selector, intervals):
        trials += more_trials
        failures += more_failures
    return trials, failures


def trailing(intervals: Sequence[Interval], seconds: int) -> Sequence[Interval]:
    """The intervals of the last seconds, the newest included."""
    return intervals[bisect_left(intervals, intervals[-1].end - seconds, key=_AT) :]
