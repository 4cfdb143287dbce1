"""Candidate against baseline: the same question asked of both environments in the same seconds.

The baseline serves two purposes. Its failure rate right now, rounded up to a 95 % bound, becomes the null hypothesis's
p0: what a shared dependency does to both is not the release's fault. And an alarm needs a difference between the two
that chance rarely makes (Fisher's exact test at 2 %) in one of six trailing windows from 10 s to 5 min.

The windows are looked at again and again, so 2 % is no error rate of the whole bake; the guarantee over all looks is
that of `likelihood`. This test is a second condition: it keeps apart a release that is worse and a world that is.

A burst is no lasting fault. So at least three intervals of the window have to exceed the tolerance, and without its two
worst intervals the candidate still has to be worse, though only at 20 %.

An example: 20 users' requests and 20 probes of the baseline in each interval, 10 of the requests failing and no probe.
After two intervals 20 of 40 against 0 of 40 is far from chance, but there are only two intervals; the third raises it.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import NamedTuple

from bluegreen.core.judge.evidence import Interval
from bluegreen.core.judge.exact_tests import fisher_p_value, significantly_above, upper_bound

WINDOWS = (10, 20, 40, 60, 120, 300)  # seconds, trailing
_RATE_WINDOWS = (20, 120)
BASELINE_MEMORY = _RATE_WINDOWS[-1]  # seconds for which a failure of the baseline counts
_OUTAGE_WINDOWS = (20, 60)
# Smaller, and a fault of 5 % takes more than half a minute to detect; larger, and more than one shared outage in a
# hundred is taken for the release's fault (`make bench-judge`).
_SIGNIFICANCE = 0.02
_SIGNIFICANCE_WITHOUT_WORST = 0.2
_LEAST_INTERVALS = 3


class ContingencyTable(NamedTuple):
    """Of one metric in one window."""

    trials: int
    failures: int
    baseline_trials: int
    baseline_failures: int


Selector = Callable[[Interval], tuple[int, int]]  # trials and failures
_AT, _FAILURES = itemgetter(0), itemgetter(1)


class Metric(NamedTuple):
    """A yes/no question about answers: how both sides' counts are read from an interval."""

    name: str  # what a failure is, for people
    candidate: Selector
    baseline: Selector


class Comparison(NamedTuple):
    seconds: int
    table: ContingencyTable


def baseline_rate(baseline: Selector, intervals: Sequence[Interval]) -> float:
    """The baseline's failure rate of late, as an upper bound; 0 where it had no failure."""
    rate = 0.0
    for seconds in _RATE_WINDOWS:
        trials, failures = totals(baseline, trailing(intervals, seconds))
        if failures:
            rate = max(rate, upper_bound(failures, trials))
    return rate


def significant_difference(
    metric: Metric, intervals: Sequence[Interval], tolerance: float, least: int = _LEAST_INTERVALS
) -> Comparison | None:
    """The shortest trailing window in which the candidate is worse; `least`: how many intervals exceed the tolerance.

    Where the baseline was not asked for five minutes there is nothing to compare with: any window will do.
    """
    unknown = not window_table(metric, intervals, WINDOWS[-1]).baseline_trials
    for seconds in WINDOWS:
        table = window_table(metric, intervals, seconds)
        if failing_intervals(metric, intervals, seconds, tolerance) < least:
            continue
        if unknown or (_is_worse(table) and (least < _LEAST_INTERVALS or _lasts(metric, intervals, seconds, table))):
            return Comparison(seconds, table)
    return None


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


def totals(selector: Selector, intervals: Sequence[Interval]) -> tuple[int, int]:
    trials = failures = 0
    for more_trials, more_failures in map(selector, intervals):
        trials += more_trials
        failures += more_failures
    return trials, failures


def failing_intervals(metric: Metric, intervals: Sequence[Interval], seconds: int, tolerance: float) -> int:
    """How many of the window exceed the tolerance: a burst, however large, is one or two."""
    counts = map(metric.candidate, trailing(intervals, seconds))
    return sum(failures > trials * tolerance for trials, failures in counts)


def trailing(intervals: Sequence[Interval], seconds: int) -> Sequence[Interval]:
    """The intervals of the last seconds, the newest included."""
    return intervals[bisect_left(intervals, intervals[-1].end - seconds, key=_AT) :]


def _is_worse(table: ContingencyTable) -> bool:
    return bool(table.baseline_trials) and _differs(table, _SIGNIFICANCE)


def _lasts(metric: Metric, intervals: Sequence[Interval], seconds: int, table: ContingencyTable) -> bool:
    """Still worse without its two worst intervals: a bad start and a single failure since then are no lasting fault."""
    worst = sorted(map(metric.candidate, trailing(intervals, seconds)), key=_FAILURES)[-2:]
    trials = table.trials - sum(trials for trials, _ in worst)
    failures = table.failures - sum(failures for _, failures in worst)
    return _differs(table._replace(trials=trials, failures=failures), _SIGNIFICANCE_WITHOUT_WORST)


def _differs(table: ContingencyTable, significance: float) -> bool:
    """The candidate's rate is above the baseline's, by more than chance makes in a share of cases."""
    trials, failures, baseline_trials, baseline_failures = table
    if failures * baseline_trials <= baseline_failures * trials:
        return False
    return fisher_p_value(failures, trials, baseline_failures, baseline_trials) < significance
