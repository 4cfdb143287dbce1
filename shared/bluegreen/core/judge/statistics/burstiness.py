"""How much failures come in bursts that only one environment has, learned from the bake itself; it fades.

The quantity. The intraclass correlation r: answers of one interval resemble each other more than independent ones. With
rate p and r, the failures of n answers have a variance of n·p·(1 - p)·(1 + (n - 1)·r), so that

    r is estimated by   mean of ((x - n·p)^2 - n·p) / n^2,   over the mean of p

of both environments. What they share is left out: p is the larger of its own long-term rate and of the other
environment's rate in the neighbouring intervals, and intervals in which both are above 1 % teach nothing. So a shared
outage leaves no deafness behind.

Only intervals that are two minutes old teach: a fault must not excuse itself before it can be found. They weigh half
after ten minutes.

An example: 10 % fail for 20 s every ten minutes, and nothing else does: p = 0.33 %, r = 0.1 - 0.0033 = 0.097. It is an
estimate and guarantees nothing: what is left of the false alarms is measured (`make bench-judge`, cases "apart").
"""

from collections.abc import Sequence
from typing import NamedTuple

from bluegreen.core.judge.evidence import Bursts, Interval

AGE = 120  # seconds
_FADING = 0.5 ** (1 / 120)
_NEIGHBOURS = 2  # intervals to either side
_SHARED = 0.01
_PRIOR_WEIGHT, _PRIOR_RATE = 8.0, 0.005
_LEAST_RATE = 0.002


class _Side(NamedTuple):
    trials: int
    failures: int
    near: float  # the rate of the interval and its neighbours

    @property
    def rate(self) -> float:
        return self.failures / self.trials if self.trials else 0.0


def correlation(bursts: Bursts) -> float:
    if bursts.squares <= 0.0:
        return 0.0
    rate = (_rate(bursts.rates, bursts.weight) + _rate(bursts.other_rates, bursts.weight)) / 2
    return round(bursts.squares / bursts.weight / max(rate, _LEAST_RATE), 3)


def taught(bursts: Bursts, intervals: Sequence[Interval], index: int) -> Bursts:
    """With one interval that is old enough."""
    near = intervals[max(0, index - _NEIGHBOURS) : index + _NEIGHBOURS + 1]
    interval = intervals[index]
    here = _Side(interval.users + interval.probes, _failed(interval), _near(near, other=False))
    there = _Side(interval.baseline, interval.baseline_failed, _near(near, other=True))
    if min(here.near, there.near) > _SHARED:
        return bursts
    kept = Bursts(*[each * _FADING for each in bursts])
    weight = kept.weight + 1
    rates, other_rates = kept.rates + here.rate, kept.other_rates + there.rate
    excess = _excess(here, max(_rate(rates, weight), there.near))
    excess += _excess(there, max(_rate(other_rates, weight), here.near))
    return Bursts(weight, kept.squares + excess / 2, rates, other_rates)


def _excess(side: _Side, rate: float) -> float:
    if not side.trials:
        return 0.0
    expected = side.trials * rate
    return ((side.failures - expected) ** 2 - expected) / side.trials**2


def _rate(rates: float, weight: float) -> float:
    """The mean of the intervals. A mean of trials would be biased where a router probes more while it is in doubt."""
    return (rates + _PRIOR_WEIGHT * _PRIOR_RATE) / (weight + _PRIOR_WEIGHT)


def _failed(interval: Interval) -> int:
    return interval.users_failed + interval.probes_failed


def _near(intervals: Sequence[Interval], other: bool) -> float:
    if other:
        failures, trials = sum([i.baseline_failed for i in intervals]), sum([i.baseline for i in intervals])
    else:
        failures, trials = sum([_failed(i) for i in intervals]), sum([i.users + i.probes for i in intervals])
    return failures / trials if trials else 0.0
