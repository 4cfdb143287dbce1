"""What users got before the switch: the rate that is not held against the release.

A service of which 8 % fail anyway would lose every release to a judge that asks probes only. But users may also have
met an outage just before the switch, and a hotfix that is deployed in an incident must not be allowed to fail like
it. So the rate is a robust one. The five minutes are cut into at most ten parts of at least twenty requests. The
usual rate is that of the better parts (the third best of ten); a part that is far worse, above 3 times that rate and
20 % more, is an outage and set aside, with its neighbours where they are above 3 times that rate and 2 % more. Where
even the better parts fail more than 20 %, nothing usual was seen, and all is set aside.

Of what is left, x failures of n, the release may have

    level = 1.5 · x/n + 3 · sqrt(x) / n + the parts' scatter beyond chance,   and 3 / n where x = 0

which is the 95 % bound for no failure, and for others three standard errors, a half for what drifts, and the
scatter: the variance of the parts' rates less what chance makes of a steady rate; and at least what the worst part had:
a tenant that has its bad minutes had them before, too. One failure by itself is no such minute.

A half, for rates change with the time of day. The nearest alternative, 1.5 times the level, gains nothing up to 1.23
times that (0.5 / ln 1.5), so a rate may grow to 1.85 times what it was: from 30 % below its mean to 30 % above it.

Where no failure of 300 was seen, a rate of 1.5 % is left with a probability of 1 %; a release that stays at it is held
to 1 %, which it exceeds too little to be convicted within an hour.

An example: 240 of 3,000 requests failed, in ten parts of 300 with a standard deviation of 2.2 %, of which chance makes
1.6 %: the level is 12 % + 1.5 % + 1.5 % = 15.0 %. With a part in which all 300 failed, instead of 24, the level stays
(about) what it was.
"""

from collections.abc import Sequence
from itertools import pairwise, takewhile
from math import sqrt
from statistics import pvariance
from typing import NamedTuple

from bluegreen.core.judge.evidence import INTERVAL_SECONDS, PreSwitch

_PARTS = 10
_INTERVALS = 60 // INTERVAL_SECONDS  # of a minute
_LEAST = 20  # requests of a part
_BETTER = 0.3  # of the parts
_OUTAGE, _SCATTER = 0.2, 0.02  # beyond three times the better rate
_DRIFT = 1.5
_BOUND = 3.0  # -ln(5 %)


class Usual(NamedTuple):
    level: float  # 0: nothing is known
    set_aside: float  # share of the time that was an outage


def before_the_switch(rows: Sequence[tuple[int, int, int, int]]) -> PreSwitch | None:
    """Intervals in the order of time: requests, failed, timed and slow ones. None: nobody asked."""
    users, failed, timed, slow = (sum([row[column] for row in rows]) for column in range(4))
    if not users:
        return None
    of_failed, of_slow = usual([row[:2] for row in rows]), usual([row[2:] for row in rows])
    aside = round(of_failed.set_aside * len(rows) * INTERVAL_SECONDS)
    minutes = tuple(_minutes([row[:2] for row in rows]))
    return PreSwitch(users, failed, timed, slow, 1.0, of_failed.level, of_slow.level, aside, minutes)


def usual(counts: Sequence[tuple[int, int]]) -> Usual:
    """`counts`: requests and failures of intervals, in the order of time."""
    parts = [part for part in _parts(counts) if part[0]]
    if not parts:
        return Usual(0.0, 0.0)
    kept = _without_outages(parts)
    return Usual(_level(kept), 1 - len(kept) / len(parts))


def _minutes(counts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The last of them ends with the switch. Of one that an outage fell into, what it left: half of it at least."""
    first = len(counts) % _INTERVALS
    rows = [counts[at : at + _INTERVALS] for at in range(first, len(counts), _INTERVALS)]
    asked = [minute for minute in rows if _sum(minute)[0]]
    sums = [_sum(minute) for minute in asked]
    outages, raised = _outages(sums)
    if len(outages) == len(sums):
        return []
    left = [_ends(minute, raised) if place in outages else minute for place, minute in enumerate(asked)]
    return [_sum(minute) for minute in left if 2 * len(minute) >= _INTERVALS]


def _ends(minute: Sequence[tuple[int, int]], raised: float) -> list[tuple[int, int]]:
    """The intervals before the first one that fails more, and behind the last."""
    ends = (takewhile(lambda row: row[1] <= raised * row[0], side) for side in (minute, reversed(minute)))
    return [row for end in ends for row in end]


def _without_outages(parts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    outages, _ = _outages(parts)
    return [part for place, part in enumerate(parts) if place not in outages]


def _outages(parts: Sequence[tuple[int, int]]) -> tuple[set[int], float]:
    """Which parts they fell into, and the rate above which one is raised. An outage rarely begins with a part: its
    neighbours go with it where they, too, are raised."""
    rates = [failures / requests for requests, failures in parts]
    better = sorted(rates)[int(_BETTER * (len(rates) - 1))] if rates else 0.0
    most = 3 * better + _SCATTER
    if better > _OUTAGE:
        return set(range(len(parts))), most
    outages = {place for place, rate in enumerate(rates) if rate > 3 * better + _OUTAGE}
    beside = {place + step for place in outages for step in (-1, 1)}
    return outages | {place for place, rate in enumerate(rates) if rate > most and place in beside}, most


def _sum(rows: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum([row[0] for row in rows]), sum([row[1] for row in rows])


def _parts(counts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    number = max(1, min(_PARTS, len(counts), sum([requests for requests, _ in counts]) // _LEAST))
    bounds = [len(counts) * place // number for place in range(number + 1)]
    return [_sum(counts[a:b]) for a, b in pairwise(bounds)]


def _level(parts: Sequence[tuple[int, int]]) -> float:
    requests, failures = _sum(parts)
    if not requests:
        return 0.0
    if not failures:
        return min(_BOUND / requests, 1.0)
    worst = max([part[1] / part[0] for part in parts if part[1] > 1], default=0.0)
    level = _DRIFT * failures / requests + 3 * sqrt(failures) / requests + _scatter(parts, failures / requests)
    return min(max(level, worst), 1.0)


def _scatter(parts: Sequence[tuple[int, int]], rate: float) -> float:
    """Standard deviation of the parts' rates beyond what chance makes of a steady one."""
    if len(parts) < 3:
        return 0.0
    by_chance = rate * (1 - rate) * sum([1 / part[0] for part in parts]) / len(parts)
    return sqrt(max(pvariance([part[1] / part[0] for part in parts]) - by_chance, 0.0))
