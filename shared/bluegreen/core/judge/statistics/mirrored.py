"""Users' own requests, sent to both environments: do they show that going back would help?

Probes ask for little. An outage of what both share, on a path that no probe asks for, looks like the release's fault:
its users fail, and the idle environment, asked for something else, does not. Where a share of users' requests is
mirrored (`traffic.mirror`), the idle environment has been asked for the same paths at the same moments.

The quantity. Two strata in each interval: users' requests beside those of them that were mirrored, and probes beside
probes. Each gives a ratio L as in `twins`, whose mean is 1 without a difference; so has their product, and so has

    E = mean over the odds and over every interval of the last five minutes at which the fault may have begun
        of the product of the ratios since then

The inequality. Without a difference E reaches 40 with a probability of at most 2.5 % (Markov). It is asked when both
other statements are refuted already, so this is a bound on one look, and not, as theirs, on all of them.

What it costs. Where probes see the fault too, nothing: they are many. Where they do not, m mirrored requests that would
share a failure rate p have to be missing p·m failures, about 5: at 50 requests an interval, 5 % mirrored and p = 10 %
that is a quarter of a failure in each interval, and 100 s. Few must not be worse than none: after 3 min of doubt
8 is enough, and fewer than twenty in five minutes are not asked at all.

An example: 50 requests, 15 of them failed, and 3 mirrored, none of which did: L is 2.07 for t = 4. With one of these
failed it is 0.55.
"""

from collections.abc import Sequence
from math import exp
from operator import itemgetter

from bluegreen.core.judge.evidence import Interval
from bluegreen.core.judge.statistics.side_by_side import totals
from bluegreen.core.judge.statistics.twins import NOTHING, log_ratios

_MIRRORED = itemgetter(Interval._fields.index("mirrored"), Interval._fields.index("mirrored_failed"))
_HARDLY = 20  # in five minutes
_WANTED, _WANTED_LATER = 40.0, 8.0
_PATIENCE = 180  # seconds
_MOST = 700.0  # beyond it exp overflows, and all is said


def counted(intervals: Sequence[Interval]) -> tuple[int, int]:
    """Mirrored requests, and how many of them failed on the idle environment."""
    return totals(_MIRRORED, intervals)


def speaks_against(intervals: Sequence[Interval], in_doubt: int) -> bool:
    """Whether users' own requests were sent to both, and do not show that going back would help.

    `in_doubt`: seconds for which that has been so.
    """
    wanted = _WANTED if in_doubt < _PATIENCE else _WANTED_LATER
    return counted(intervals)[0] >= _HARDLY and e_value(intervals) < wanted


def e_value(intervals: Sequence[Interval]) -> float:
    """E, whose mean is 1 without a difference.

    From the newest interval backwards, so that each starting point costs one addition.
    """
    sums, total = list(NOTHING), 0.0
    for row in reversed(intervals):
        logs = _of(row)
        sums = [each + more for each, more in zip(sums, logs, strict=True)]
        total += sum([exp(min(each, _MOST)) for each in sums])
    return total / len(NOTHING) / len(intervals)


def _of(row: Interval) -> list[float]:
    users = log_ratios(row.users, row.users_failed, row.mirrored, row.mirrored_failed)
    probes = log_ratios(row.probes, row.probes_failed, row.baseline, row.baseline_failed)
    return [one + other for one, other in zip(users, probes, strict=True)]
