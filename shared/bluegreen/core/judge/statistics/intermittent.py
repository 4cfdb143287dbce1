"""Does a fault that only users meet stay, or does it come and go as it always did?

Some failures have bad minutes: a tenant's job, a batch. No probe meets them, so the idle environment says nothing of
them, and five minutes before the switch show them only if they fell there. They come and go, whatever is released; what
a release breaks stays.

The quantity. Minutes are good or bad: of the users' requests of a good one the share p = level fails, of a bad one
level + A. Two stories:

    comes and goes: each minute, before the switch and since, is bad with a probability of 1/2
    stays:          each is bad with a probability of 1/20, until some minute after the switch, and all are from then on

    B = mean over A of P(failures | stays) / mean over A of P(failures | comes and goes)

with A one of 1, 1.6, 1.6^2, … times the level, each as likely. That the fault begins with minute i after the switch
(0, 1, 2, …) has the prior weight 1 / ((i + 1) · (i + 2)); these sum to 1.

The inequality. While it comes and goes, B is on the average over A a non-negative supermartingale that begins at 1: it
reaches 20 in one release of 20 at most, over all looks (Ville 1939). Not much more can be asked of five minutes: where
half are bad, none of five is with a probability of 1/32. With five good minutes before the switch and a bad one after
it B is 24.8, so a fault from the switch on waits for nothing; one that begins some minutes later has to be seen in two
of them at most. A bad minute that has passed costs as much as four good ones give.

Not asked where probes, too, show a difference (E of `strata` is 20), where users made fewer than 30 requests in a
minute before the switch, and of slow answers. What an outage took of a minute does not count.

An example: 60 requests a minute, none of which failed before the switch, and the level 1 %. Four failures in each
minute since: B is 12.1 after one minute and 31.8 after two. If the second has none, 2.33.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import exp, log

from bluegreen.core.judge.evidence import Interval
from bluegreen.core.judge.statistics.side_by_side import totals, trailing
from bluegreen.core.judge.statistics.strata import PROBES, e_value

MINUTE = 60
KEPT = 60
_WANTED = 20.0
_FEWEST, _FEWEST_MINUTES = 30, 4  # requests of a minute before the switch, and such minutes
_PROBES_MEET_IT = 20.0
_BLIPS = 0.05  # share of bad minutes, where a fault is one that stays
_STEP, _HIGHEST_RATE = 1.6, 0.97

Minutes = Sequence[tuple[int, int]]  # requests of users, failed ones


def only_users_meet_it(intervals: Sequence[Interval], tolerated: float) -> bool:
    """Whether probes do not show a difference of their own."""
    return e_value((PROBES,), intervals, tolerated) < _PROBES_MEET_IT


def comes_and_goes(before: Minutes, since: Minutes, level: float) -> bool:
    """Whether that is not refuted. It is no question where too little was asked before the switch, and where half of
    the requests may fail: no minute is bad then."""
    if (
        len(before) < _FEWEST_MINUTES
        or not _rates(level)
        or sum([users for users, _ in before]) < _FEWEST * len(before)
    ):
        return False
    return stays_factor(before, since, level) < log(_WANTED)


def minute_of(intervals: Sequence[Interval]) -> tuple[int, int]:
    """Users' requests of the minute that the newest interval belongs to, as far as it is over."""
    number = intervals[-1].at // MINUTE
    rows = [row for row in trailing(intervals, MINUTE) if row.at // MINUTE == number]
    return totals(lambda row: (row.users, row.users_failed), rows)


def stays_factor(before: Minutes, since: Minutes, level: float) -> float:
    """The logarithm of B."""
    stories = [_stories(before, since, *rates) for rates in _rates(level)]
    return _log_sum([stays for stays, _ in stories]) - _log_sum([comes for _, comes in stories])


def _stories(before: Minutes, since: Minutes, good: float, bad: float) -> tuple[float, float]:
    """Logarithms of the probabilities of the counts: it stays, it comes and goes."""
    stays, comes, so_far = float("-inf"), 0.0, 0.0
    for number, minute in enumerate((*before, *since), -len(before)):
        is_good, is_bad = _log_likelihood(minute, good), _log_likelihood(minute, bad)
        comes += _log_mix(is_good, is_bad, 0.5)
        if number >= 0:
            stays = _log_sum((stays, so_far - log((number + 1) * (number + 2)))) + is_bad
        so_far += _log_mix(is_good, is_bad, _BLIPS)
    return stays, comes


def _log_mix(is_good: float, is_bad: float, share: float) -> float:
    return _log_sum((is_good + log(1 - share), is_bad + log(share)))


def _log_likelihood(minute: tuple[int, int], rate: float) -> float:
    requests, failed = minute
    return failed * log(rate) + (requests - failed) * log(1 - rate)


def _log_sum(logs: Sequence[float]) -> float:
    largest = max(logs)
    return largest if largest == float("-inf") else largest + log(sum([exp(each - largest) for each in logs]))


@lru_cache(maxsize=64)
def _rates(level: float) -> tuple[tuple[float, float], ...]:
    """Of good and of bad minutes, for each A."""
    found, more = [], level
    while level + more < _HIGHEST_RATE:
        found.append((level, level + more))
        more *= _STEP
    return tuple(found)
