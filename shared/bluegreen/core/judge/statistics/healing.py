"""A bad start that heals: pools fill, caches warm, workers come up. It is given three minutes.

An alarm by accumulated evidence waits while the failure rate of the last 15 s is at most two thirds of that of the
first 15 s after the switch, and the fall is more than chance makes of a steady rate in a tenth of the looks (1.3
standard errors of the pooled rate). Once most of it is over, going back would help nobody. A fault that stays is found
all the same: where its rate seemed to fall by chance, a look or two later. Three minutes after the switch nothing is
excused any more. The critical level and total outages, which are found within 20 s, do not wait.

An example: 10 % fail at the switch, falling by a factor of e in 30 s. After 35 s the last 15 s have 4.0 %, and the
first ones had 7.9 %: it heals."""

from collections.abc import Sequence
from math import sqrt

from bluegreen.core.judge.evidence import INTERVAL_SECONDS, Interval
from bluegreen.core.judge.statistics.side_by_side import Metric, totals, trailing

_SPAN = 15  # seconds
_ENDS = 180
_FALLEN = 2 / 3
_STANDARD_ERRORS = 1.3


def is_healing(metric: Metric, intervals: Sequence[Interval]) -> bool:
    end = intervals[-1].end
    if not 2 * _SPAN <= end <= _ENDS or intervals[0].at >= INTERVAL_SECONDS:
        return False
    trials, failures = totals(metric.candidate, [row for row in intervals if row.at < _SPAN])
    newer_trials, newer_failures = totals(metric.candidate, trailing(intervals, _SPAN))
    if not trials or not newer_trials:
        return False
    rate, newer = failures / trials, newer_failures / newer_trials
    pooled = (failures + newer_failures) / (trials + newer_trials)
    spread = sqrt(pooled * (1 - pooled) * (1 / trials + 1 / newer_trials))
    return newer <= _FALLEN * rate and rate - newer > _STANDARD_ERRORS * spread
