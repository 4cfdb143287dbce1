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
from typing import NamedTuple

from bluegreen.core.judge.evidence import INTERVAL_SECONDS, Interval
from bluegreen.core.judge.statistics.strata import PROBES, e_value

MINUTE = 60
KEPT = 60
_WANTED = 20.0
_FEWEST, _FEWEST_MINUTES = 30, 4  # requests of a minute before the switch, and such minutes
_PROBES_MEET_IT = 20.0
_BLIPS = 0.05  # share of bad minutes, where a fault is one that stays
_STEP, _HIGHEST_RATE = 1.6, 0.97

_NEVER, _HALF, _BLIP, _NO_BLIP = float("-inf"), log(0.5), log(_BLIPS), log(1 - _BLIPS)

Minutes = Sequence[tuple[int, int]]  # requests of users, failed ones


class _Rates(NamedTuple):
    """Logarithms of the shares that fail, and that do not, in good and in bad minutes."""

    good: float
    not_good: float
    bad: float
    not_bad: float


class _Story(NamedTuple):
    """Logarithms of the probabilities of what was counted."""

    stays: float
    comes: float  # and goes
    so_far: float  # it stays, and does not so far


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
    begins = intervals[-1].at // MINUTE * MINUTE
    rows = [row for row in intervals[-MINUTE // INTERVAL_SECONDS :] if row.at >= begins]
    return sum([row.users for row in rows]), sum([row.users_failed for row in rows])


def stays_factor(before: Minutes, since: Minutes, level: float) -> float:
    """The logarithm of B."""
    stories = _told(tuple(before), tuple(since), level)
    return _log_sum([story.stays for story in stories]) - _log_sum([story.comes for story in stories])


@lru_cache(maxsize=16)
def _told(before: tuple[tuple[int, int], ...], since: tuple[tuple[int, int], ...], level: float) -> tuple[_Story, ...]:
    """For each A. Each look adds to one minute at most: those before it are not gone through again."""
    if since:
        number = len(since) - 1
        begins = log((number + 1) * (number + 2))
        told = zip(_told(before, since[:-1], level), _rates(level), strict=True)
        return tuple([_gone_on(story, since[-1], rates, begins) for story, rates in told])
    found = [_Story(_NEVER, 0.0, 0.0) for _ in _rates(level)]
    for minute in before:
        found = [_gone_on(story, minute, rates, None) for story, rates in zip(found, _rates(level), strict=True)]
    return tuple(found)


def _gone_on(story: _Story, minute: tuple[int, int], rates: _Rates, begins: float | None) -> _Story:
    """With one more minute. `begins`: the logarithm of 1 / prior that the fault begins with it; None: it cannot."""
    requests, failed = minute
    passed = requests - failed
    is_good, is_bad = failed * rates.good + passed * rates.not_good, failed * rates.bad + passed * rates.not_bad
    stays = story.stays if begins is None else _log_add(story.stays, story.so_far - begins) + is_bad
    comes = story.comes + _log_add(is_good + _HALF, is_bad + _HALF)
    return _Story(stays, comes, story.so_far + _log_add(is_good + _NO_BLIP, is_bad + _BLIP))


def _log_add(one: float, other: float) -> float:
    """Of two logarithms, of which `one` may be that of 0."""
    larger, smaller = (one, other) if one > other else (other, one)
    return larger + log(1.0 + exp(smaller - larger))


def _log_sum(logs: Sequence[float]) -> float:
    largest = max(logs)
    return largest if largest == _NEVER else largest + log(sum([exp(each - largest) for each in logs]))


@lru_cache(maxsize=64)
def _rates(level: float) -> tuple[_Rates, ...]:
    """For each A."""
    found, more = list[_Rates](), level
    while level + more < _HIGHEST_RATE:
        bad = level + more
        found.append(_Rates(log(level), log(1 - level), log(bad), log(1 - bad)))
        more *= _STEP
    return tuple(found)
