"""Evidence that a release fails more often than it may: a mixture of likelihood ratios.

The quantity. In each interval the candidate answers n trials, x of them failures. Null hypothesis: its failure rate is
at most p0. Alternatives: since some interval k it has been p1 = 1.5·p0, 2·p0, 4·p0, … 32·p0. An interval's ratio is

    L = ((p1 / p0)^x · ((1 - p1) / (1 - p0))^(n - x))^c

and the e-value after interval t is the mean over all alternatives j (prior `PRIOR`) and all starting points k (prior
weights w, see `start_weight`) of the product of the ratios since k:

    M(t) = sum over j of prior_j · sum over k <= t of w_k · L_j(k) · … · L_j(t)

The last alternative is a fault that comes and goes: in each interval by itself p1 = 8·p0 with a probability of 1/4, and
p0 otherwise. Its ratio is 3/4 + L/4. So a quiet interval costs it a quarter at most, where a steady fault of the same
size would all but lose what it had gathered. Beyond 32·p0 nothing is needed: an interval may add 3 (`allowance`), and
one failure that is 32 times likelier says more.

The inequality. While the failure rate is at most p0, an interval's expected ratio is at most 1, so M and the weight
of the starting points to come are together a non-negative supermartingale that begins at 1. Hence P(M ever reaches
1/alpha) <= alpha, however often one looks (Ville 1939). Summing tests that begin anew at each moment is the
e-detector of Shin, Ramdas and Rinaldo (arXiv:2203.03532); there each weighs 1, while here the weights sum to 1.

Two changes make M smaller and keep the inequality (by Jensen's): the exponent c = 1 / (1 + (n - 1)·r), by which n
answers that resemble each other with the intraclass correlation r count as n·c independent ones, and the cap on what
an interval may add (`allowance`). r is at least 1/150 for small alternatives, and 1/30 for those of 8·p0 and more: a
fault of ten percent is then weighed as if it had been seen in 30 answers an interval, however many there were. So
what matters is how long it lasts. Slow answers are tolerated ten times as often as failed ones (5 %), so the same
scatter is a tenth of their level: 1/1000.

An example: p0 = 0.5 %, 20 trials an interval, one failure in each (5 %). For 8·p0 = 4 % the ratio without the exponent
would be 8 · (0.96 / 0.995)^19 = 4.05 an interval; with c = 1 / (1 + 19 / 30) = 0.612 it is 2.36.
"""

from functools import lru_cache
from math import exp, log
from typing import NamedTuple

from bluegreen.core.judge.evidence import INTERVAL_SECONDS

ALTERNATIVES = (1.5, 2, 4, 8, 16, 32, 8)  # times p0; the last comes and goes
SMALL = 3  # so many of them are small
PRIOR = (0.1, 0.15, 0.2, 0.25, 0.1, 0.05, 0.15)
SLOW_PRIOR = (0.7, 0.15, 0.08, 0.04, 0.03, 0.0, 0.0)  # of 5 % or more, 16 times as many and beyond are no rates
_CORRELATION = (1 / 150,) * SMALL + (1 / 30,) * (len(ALTERNATIVES) - SMALL)
_SLOW_CORRELATION = (1 / 1000,) * SMALL + (1 / 30,) * (len(ALTERNATIVES) - SMALL)
CRITICAL_ALTERNATIVES = (2, 3, 6)  # times the critical level
_CRITICAL_CORRELATION = (1 / 40,) * len(CRITICAL_ALTERNATIVES)
_COMES = 0.25  # in so many of the intervals, where it comes and goes
_HIGHEST_RATE = 0.97
_MOST = 1e250  # more is as good, and would overflow
_BEYOND = 100.0  # more than any allowance has


class Weighed(NamedTuple):
    """One interval for each alternative, as logarithms and as ratios; `most`: the largest logarithms."""

    logs: tuple[float, ...]
    ratios: tuple[float, ...]
    most_small: float  # of the small alternatives …
    most_large: float  # … and of the others


def start_weight(at: int, bake: float, first: float, is_first: bool) -> float:
    """Prior weight of a fault that begins in this interval: all but the first weigh the same, and all sum to 1.

    The first is the first that has any trials: which one that is does not depend on what fails.
    """
    later = (1 - first) * INTERVAL_SECONDS / max(bake, INTERVAL_SECONDS) if at < bake else 0.0
    return later + first if is_first else later


@lru_cache(maxsize=65536)
def weighed(trials: int, failures: int, p0: float, correlation: float) -> Weighed:
    """Of one interval, for each alternative to p0."""
    *logs, comes = _log_ratios(trials, failures, p0, correlation, ALTERNATIVES, _CORRELATION)
    return _weighed((*logs, log(1 - _COMES + _COMES * exp(min(comes, _BEYOND)))), SMALL)


@lru_cache(maxsize=65536)
def slow_weighed(trials: int, failures: int, p0: float, correlation: float) -> Weighed:
    """The same of slow answers, of which ten times as many are tolerated."""
    return _weighed(_log_ratios(trials, failures, p0, correlation, ALTERNATIVES, _SLOW_CORRELATION), SMALL)


@lru_cache(maxsize=65536)
def critical_weighed(trials: int, failures: int, p0: float, correlation: float) -> Weighed:
    """Of one interval, for each alternative to the critical level: none of them is small."""
    return _weighed(_log_ratios(trials, failures, p0, correlation, CRITICAL_ALTERNATIVES, _CRITICAL_CORRELATION), 0)


def _weighed(logs: tuple[float, ...], small: int) -> Weighed:
    most = max(logs[small:])
    ratios = tuple([exp(min(each, _BEYOND)) for each in logs])
    return Weighed(logs, ratios, max(logs[:small], default=most), most)


def _log_ratios(
    trials: int,
    failures: int,
    p0: float,
    correlation: float,
    alternatives: tuple[float, ...],
    least: tuple[float, ...],
) -> tuple[float, ...]:
    passes, more = trials - failures, max(trials - 1, 0)
    return tuple(
        [
            (failures * on_failure + passes * on_pass) / (1 + more * max(correlation, low))
            for (on_failure, on_pass), low in zip(_of_one(p0, alternatives), least, strict=True)
        ]
    )


@lru_cache(maxsize=4096)
def _of_one(p0: float, alternatives: tuple[float, ...]) -> tuple[tuple[float, float], ...]:
    """What one failure and one pass add to the logarithm of the ratio, for each alternative."""
    rates = [min(p0 * times, _HIGHEST_RATE) for times in alternatives]
    return tuple([(log(p1 / p0), log((1 - p1) / (1 - p0))) if p1 > p0 else (0.0, 0.0) for p1 in rates])


def accumulated(sums: tuple[float, ...], start: float, ratios: tuple[float, ...]) -> tuple[float, ...]:
    """For each alternative: the inner sum of M, with one more interval, which is also one more starting point."""
    found = [(value + start) * ratio for value, ratio in zip(sums, ratios, strict=True)]
    return tuple(found) if max(found) <= _MOST else tuple([min(each, _MOST) for each in found])


def mixture(sums: tuple[float, ...], priors: tuple[float, ...] = PRIOR) -> float:
    """M: the mean over the alternatives."""
    return sum([prior * value for prior, value in zip(priors, sums, strict=True)])


def mean(sums: tuple[float, ...]) -> float:
    return sum(sums) / len(sums)
