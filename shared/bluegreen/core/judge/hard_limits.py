"""Two alarms that need no accumulated evidence, for faults that are plain within seconds.

No probe is answered: every probe of an interval failed here, at least three, and none of as many did over there.

Above the critical level: the 95 % lower bound on the failure rate (`exact_tests`) is above the critical level of the
thresholds table in the last minute, or above three times that level in the last two intervals; meanwhile the baseline
had no failure, and the two differ significantly (`side_by_side`). What users got before the switch raises the level.

The bound on false alarms that `sequential_test` keeps does not cover these two. They rely on a level far above what a
sound release shows, on several intervals, and on a baseline that is well.

An example: critical level 5 %, 250 answers in two intervals, 50 of them failed: 20 %. The lower bound is 15.9 %, above
3 · 5 %, so a release of which a fifth fails is rolled back after ten seconds.
"""

from collections.abc import Sequence
from typing import NamedTuple

from bluegreen.core.judge.evidence import INTERVAL_SECONDS, Interval
from bluegreen.core.judge.exact_tests import significantly_above
from bluegreen.core.judge.side_by_side import (
    Comparison,
    ContingencyTable,
    significant_difference,
    totals,
    trailing,
)
from bluegreen.core.judge.signal_kinds import (
    ANSWERS,
    PROBES,
    REQUESTS,
    SLOW,
    Signal,
)

LEAST_FAILURES = 3
MINUTE = 60
_TWO_INTERVALS = 2 * INTERVAL_SECONDS
_FAR = 3  # so many times above the critical level, two intervals are enough


class Limits(NamedTuple):
    """Failure rates between 0 and 1."""

    tolerated: float  # of failed answers
    tolerated_slow: float
    warning: float  # of failed answers, from the thresholds table …
    critical: float  # … like this
    critical_slow: float
    least: int  # answers in a window below which the critical level does not apply
    bake: float  # seconds

    def tolerance(self, signal: Signal) -> float:
        return self.tolerated_slow if signal.slow else self.tolerated


class Alarm(NamedTuple):
    """The signal and the window that show it, and when, in seconds since the switch."""

    signal: Signal
    comparison: Comparison
    at: int
    rule: str


def no_probe_answered(interval: Interval) -> Alarm | None:
    asked = min(interval.probes, interval.baseline) >= LEAST_FAILURES
    if not asked or interval.probes_failed < interval.probes or interval.baseline_failed:
        return None
    table = ContingencyTable(interval.probes, interval.probes_failed, interval.baseline, interval.baseline_failed)
    return Alarm(PROBES, Comparison(INTERVAL_SECONDS, table), interval.end, "no probe is answered")


def above_critical(
    intervals: Sequence[Interval], limits: Limits, failed_before: float, slow_before: float
) -> Alarm | None:
    """`failed_before`, `slow_before`: the rates that users got before the switch."""
    newest, alarm = intervals[-1], None
    if newest.users_failed or newest.probes_failed:
        level = max(limits.critical, failed_before)
        alarm = _above(ANSWERS, _FAR * level, _TWO_INTERVALS, intervals, limits, least=2)
        alarm = alarm or _above(REQUESTS, _FAR * level, _TWO_INTERVALS, intervals, limits, least=2)
        alarm = alarm or _above(ANSWERS, level, MINUTE, intervals, limits)
    if newest.users_slow and alarm is None:
        alarm = _above(SLOW, max(limits.critical_slow, slow_before), MINUTE, intervals, limits)
    return alarm


def _above(
    signal: Signal, level: float, seconds: int, intervals: Sequence[Interval], limits: Limits, least: int = 3
) -> Alarm | None:
    window = trailing(intervals, seconds)
    baseline_trials, baseline_failures = totals(signal.metric.baseline, window)
    if not baseline_trials or baseline_failures:
        return None
    trials, failures = totals(signal.metric.candidate, window)
    if trials < limits.least or not significantly_above(failures, trials, level):
        return None
    comparison = significant_difference(signal.metric, intervals, limits.tolerance(signal), least)
    return comparison and Alarm(signal, comparison, intervals[-1].end, "above the critical level")
