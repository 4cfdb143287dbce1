"""Does a bad start heal? Pools fill, caches warm, workers come up. A start that heals is not taken back.

The quantity. Of a start that heals the failure rate falls by a factor of e in 30 s; of a fault it stays:

    heals:  p(t) = level + A · exp(-t / 30 s)          stays:  p(t) = level + A

with t since the switch and the level that is tolerated. A is unknown, so both are averaged over the same prior: A is
one of 1, 1.6, 1.6^2, … times the level, each as likely. The Bayes factor

    B = mean over A of P(failures | stays) / mean over A of P(failures | heals)

is, for a start that heals, a non-negative martingale that begins at 1, on the average over how bad starts are. So it
reaches 10 with a probability of at most 10 %, over all looks (Ville 1939). By that time the other statements have to
be refuted too: an alarm in the first three minutes wants all of it. What falls faster than e in 30 s reaches it even
less often. What is found within 30 s does not wait. Three minutes after the switch, where a bad start has healed, its
evidence is dropped and the test begins anew (`is_over`): it would stand above its threshold for minutes. From then on
nothing is excused any more.

Not asked of what was first counted 90 s after the switch or later, as slow answers are after the warm-up: of a start
that heals e^-3, a twentieth, is left by then. The warm-up has excused it already, and nothing is left to tell by.

An example: 75 answers in each interval. Failures 6, 5, 5, 4, 3, 3, 2, 2, 1 speak for a start that heals: after 45 s B
is 0.0351. Of 4 failures in each of nine intervals B is 16.7: it stays.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import exp, log

from bluegreen.core.judge.evidence import INTERVAL_SECONDS, Interval
from bluegreen.core.judge.statistics.side_by_side import Metric

_BEGINS, _ENDS = 30, 180  # seconds
_FALLS = 30.0  # by a factor of e
_HEALED = 3 * _FALLS  # but for a twentieth
_STEP = 1.6
_HIGHEST_RATE = 0.97
_WANTED = 10.0


def is_over(intervals: Sequence[Interval]) -> bool:
    """Whether the newest interval is the first after which nothing is excused."""
    return intervals[-1].end >= _ENDS and (len(intervals) < 2 or intervals[-2].end < _ENDS)


def is_healing(metric: Metric, intervals: Sequence[Interval], level: float) -> bool:
    """Whether that is not refuted."""
    end = intervals[-1].end
    if not _BEGINS <= end <= _ENDS or intervals[0].at >= INTERVAL_SECONDS:
        return False
    rows = [(row.at, *metric.candidate(row)) for row in intervals]
    if next((at for at, trials, _ in rows if trials), 0) >= _HEALED:
        return False
    return stays_factor(rows, level) < log(_WANTED)


def stays_factor(rows: Sequence[tuple[int, int, int]], level: float) -> float:
    """The logarithm of B. `rows`: seconds since the switch, trials, failures."""
    stays, heals = _likelihood(rows, level, falls=False), _likelihood(rows, level, falls=True)
    return stays - heals


def _likelihood(rows: Sequence[tuple[int, int, int]], level: float, falls: bool) -> float:
    """The logarithm of its mean over A."""
    sums = [0.0] * len(_extra(level))
    for at, trials, failures in rows:
        passes = trials - failures
        for place, (on_failure, on_pass) in enumerate(_of_one(level, at + INTERVAL_SECONDS / 2 if falls else 0.0)):
            sums[place] += failures * on_failure + passes * on_pass
    largest = max(sums)
    return largest + log(sum([exp(each - largest) for each in sums]))


@lru_cache(maxsize=64)
def _extra(level: float) -> tuple[float, ...]:
    """A."""
    found = [level]
    while found[-1] * _STEP + level < _HIGHEST_RATE:
        found.append(found[-1] * _STEP)
    return tuple(found)


@lru_cache(maxsize=1024)
def _of_one(level: float, fallen_for: float) -> tuple[tuple[float, float], ...]:
    """Logarithms of the probabilities of a failure and of a pass, for each A."""
    share = exp(-fallen_for / _FALLS)
    rates = [min(level + more * share, _HIGHEST_RATE) for more in _extra(level)]
    return tuple([(log(rate), log(1 - rate)) for rate in rates])
