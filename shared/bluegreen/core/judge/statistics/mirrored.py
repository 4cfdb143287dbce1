"""Users' own requests, sent to both environments: do they show that going back would help?

Probes ask for little. An outage of what both share, on a path that no probe asks for, looks like the release's fault:
its users fail, and the idle environment, asked for something else, does not. Where a share of users' requests is
mirrored (`traffic.mirror`), the idle environment has been asked for the same paths at the same moments.

The quantity. Two strata in each interval: users' requests beside those of them that were mirrored, and probes beside
probes. Each gives a ratio L as in `twins`, whose mean is 1 without a difference; so has their product, and so has

    E = mean over the odds of the product of the ratios since the trouble began

When it began is read off the sums of both sides (`strata`), which costs nothing, where a mean over all beginnings in
five minutes costs a factor of up to sixty.

The inequality. Without a difference E is, from the beginning of the trouble on, a non-negative martingale that begins
at 1: it reaches 25 in one outage of 25 at most, over all looks at it (Ville 1939).

What it costs. Where probes see the fault too, nothing: they are many. Where they do not, k failures of users, of whose
requests the share s is mirrored, have to go without a failure over there: by chance that happens with (1 / (1 + s))^k,
and 1/25 takes 66 of them at 5 %. At 50 requests an interval and p = 10 % these are 66 s; no rule that takes back at
most one in 25 shared outages is faster on the average. At 20 % it takes 18 of them. Few must not be worse than none:
after 5 min of doubt 8 is enough, and fewer than twenty in five minutes are not asked at all.

An example: 50 requests, 15 of them failed, and 3 mirrored, none of which did: L is 2.07 for t = 4. With one of these
failed it is 0.55.
"""

from collections.abc import Sequence
from operator import itemgetter

from bluegreen.core.judge.evidence import Interval
from bluegreen.core.judge.statistics.side_by_side import totals
from bluegreen.core.judge.statistics.strata import PROBES, USERS, e_value

_MIRRORED = itemgetter(Interval._fields.index("mirrored"), Interval._fields.index("mirrored_failed"))
_HARDLY = 20  # in five minutes
_WANTED, _WANTED_LATER = 25.0, 8.0
_PATIENCE = 300  # seconds


def counted(intervals: Sequence[Interval]) -> tuple[int, int]:
    """Mirrored requests, and how many of them failed on the idle environment."""
    return totals(_MIRRORED, intervals)


def are_asked(intervals: Sequence[Interval]) -> bool:
    """Whether enough of users' own requests were sent to both to be asked."""
    return sum([row.mirrored for row in intervals]) >= _HARDLY


def speak_against(intervals: Sequence[Interval], in_doubt: int, tolerated: float) -> bool:
    """Whether they do not show that going back would help.

    `in_doubt`: seconds for which that has been so.
    """
    return e_value((USERS, PROBES), intervals, tolerated) < (_WANTED if in_doubt < _PATIENCE else _WANTED_LATER)
