"""Users' own requests, sent to both environments: do they show that going back would help?

Probes ask for little. An outage of what both share, on a path that no probe asks for, looks like the release's fault:
its users fail, and the idle environment, asked for something else, does not. Where a share of users' requests is
mirrored (`traffic.mirror`), the idle environment has been asked for the same paths at the same moments.

The quantity. Two strata in each interval: users' requests beside those of them that were mirrored, and probes beside
probes. Each gives a ratio L as in `twins`, whose mean is 1 without a difference; so has their product, and so has

    E = mean over the odds of the product of the ratios since the trouble began

When it began is read off the sums of both sides, for each stratum: with x failures of n answers in an interval, it is
the interval from which on the sum of x - tolerance · n is largest. L is conditioned on these sums: whose the failures
are is dealt out after it is known how many there were. So choosing by them costs nothing, where a mean over all
beginnings in five minutes costs a factor of up to sixty.

The inequality. Without a difference E is, from the beginning of the trouble on, a non-negative martingale that begins
at 1: it reaches 25 in one outage of 25 at most, over all looks at it (Ville 1939).

What it costs. Where probes see the fault too, nothing: they are many. Where they do not, k failures of users, of whose
requests the share s is mirrored, have to go without a failure over there: by chance that happens with (1 / (1 + s))^k,
and 1/25 takes 66 of them at 5 %. At 50 requests an interval and p = 10 % these are 66 s; no rule that
takes back at most one in 25 shared outages is faster on the average. At 20 % it takes 18 of them. Few must not be worse
than none: after 5 min of doubt 8 is enough, and fewer than twenty in five minutes are not asked at all.

An example: 50 requests, 15 of them failed, and 3 mirrored, none of which did: L is 2.07 for t = 4. With one of these
failed it is 0.55.
"""

from collections.abc import Sequence
from math import exp

from bluegreen.core.judge.evidence import Interval
from bluegreen.core.judge.statistics.side_by_side import ContingencyTable, totals
from bluegreen.core.judge.statistics.twins import ODDS, log_ratios

_HARDLY = 20  # in five minutes
_WANTED, _WANTED_LATER = 25.0, 8.0
_PATIENCE = 300  # seconds
_MOST = 700.0  # beyond it exp overflows, and all is said


def counted(intervals: Sequence[Interval]) -> tuple[int, int]:
    """Mirrored requests, and how many of them failed on the idle environment."""
    return totals(lambda row: (row.mirrored, row.mirrored_failed), intervals)


def are_asked(intervals: Sequence[Interval]) -> bool:
    """Whether enough of users' own requests were sent to both to be asked."""
    return counted(intervals)[0] >= _HARDLY


def speak_against(intervals: Sequence[Interval], in_doubt: int, tolerated: float) -> bool:
    """Whether they do not show that going back would help.

    `in_doubt`: seconds for which that has been so.
    """
    return e_value(intervals, tolerated) < (_WANTED if in_doubt < _PATIENCE else _WANTED_LATER)


def e_value(intervals: Sequence[Interval], tolerated: float) -> float:
    """E, whose mean is 1 without a difference."""
    sums = [0.0] * len(ODDS)
    for stratum in _STRATA:
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


_STRATA = _users, _probes
