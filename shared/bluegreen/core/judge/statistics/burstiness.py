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

from bluegreen.core.judge.evidence import Bursts, Interval

AGE = 120  # seconds
_FADING = 0.5 ** (1 / 120)
_NEIGHBOURS = 2  # intervals to either side
_SHARED = 0.01
_PRIOR_WEIGHT, _PRIOR_RATE = 8.0, 0.005
_LEAST_RATE = 0.002


def correlation(bursts: Bursts) -> float:
    if bursts.squares <= 0.0:
        return 0.0
    rate = (_rate(bursts.rates, bursts.weight) + _rate(bursts.other_rates, bursts.weight)) / 2
    return round(bursts.squares / bursts.weight / max(rate, _LEAST_RATE), 3)


def taught(bursts: Bursts, intervals: Sequence[Interval], index: int) -> Bursts:
    """With one interval that is old enough."""
    trials, failures, others, other_failures = _sums(intervals[index : index + 1])
    near = _sums(intervals[max(0, index - _NEIGHBOURS) : index + _NEIGHBOURS + 1])
    near_here, near_there = _share(near[1], near[0]), _share(near[3], near[2])
    if min(near_here, near_there) > _SHARED:
        return bursts
    weight = bursts.weight * _FADING + 1
    rates = bursts.rates * _FADING + _share(failures, trials)
    other_rates = bursts.other_rates * _FADING + _share(other_failures, others)
    excess = _excess(trials, failures, max(_rate(rates, weight), near_there))
    excess += _excess(others, other_failures, max(_rate(other_rates, weight), near_here))
    return Bursts(weight, bursts.squares * _FADING + excess / 2, rates, other_rates)


def _sums(intervals: Sequence[Interval]) -> tuple[int, int, int, int]:
    """Answers of the release and those that failed, of users and probes; the same of the other environment."""
    trials = failures = others = other_failures = 0
    for row in intervals:
        trials += row.users + row.probes
        failures += row.users_failed + row.probes_failed
        others += row.baseline
        other_failures += row.baseline_failed
    return trials, failures, others, other_failures


def _excess(trials: int, failures: int, rate: float) -> float:
    if not trials:
        return 0.0
    expected = trials * rate
    return ((failures - expected) ** 2 - expected) / trials**2


def _rate(rates: float, weight: float) -> float:
    """The mean of the intervals. A mean of trials would be biased where a router probes more while it is in doubt."""
    return (rates + _PRIOR_WEIGHT * _PRIOR_RATE) / (weight + _PRIOR_WEIGHT)


def _share(failures: int, trials: int) -> float:
    return failures / trials if trials else 0.0
