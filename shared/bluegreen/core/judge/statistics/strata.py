"""Both environments asked the same, in one stratum or several, since the trouble began.

The quantity. With L as in `twins`, for each stratum and interval,

    E = mean over the odds of the product of the ratios since the trouble began

When it began is read off the sums of both sides, for each stratum: with x failures of n answers in an interval, it is
the interval from which on the sum of x - tolerance · n is largest. L is conditioned on these sums: whose the failures
are is dealt out after it is known how many there were. So choosing by them costs nothing: the mean of E is 1 without a
difference, and from one beginning on E is a non-negative martingale.
"""

from collections.abc import Callable, Sequence
from math import exp

from bluegreen.core.judge.evidence import Interval
from bluegreen.core.judge.statistics.side_by_side import ContingencyTable
from bluegreen.core.judge.statistics.twins import ODDS, log_ratios

Stratum = Callable[[Interval], ContingencyTable]
_MOST = 700.0  # beyond it exp overflows, and all is said


def e_value(strata: Sequence[Stratum], intervals: Sequence[Interval], tolerated: float) -> float:
    """E, whose mean is 1 without a difference."""
    sums = [0.0] * len(ODDS)
    for stratum in strata:
        tables = [stratum(row) for row in intervals]
        for table in tables[_beginning(tables, tolerated) :]:
            sums = [each + more for each, more in zip(sums, log_ratios(*table), strict=True)]
    return sum([exp(min(each, _MOST)) for each in sums]) / len(sums)


def _beginning(tables: Sequence[ContingencyTable], tolerated: float) -> int:
    """Of the trouble; the number of intervals where there is none."""
    total, most, found = 0.0, 0.0, len(tables)
    for place in range(len(tables) - 1, -1, -1):
        trials, failures, others, other_failures = tables[place]
        total += failures + other_failures - tolerated * (trials + others)
        if total > most:
            most, found = total, place
    return found


def _users(row: Interval) -> ContingencyTable:
    return ContingencyTable(row.users, row.users_failed, row.mirrored, row.mirrored_failed)


def _probes(row: Interval) -> ContingencyTable:
    return ContingencyTable(row.probes, row.probes_failed, row.baseline, row.baseline_failed)


USERS, PROBES = _users, _probes
