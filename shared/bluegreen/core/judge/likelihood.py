"""Evidence that a release fails more often than it may: a mixture of likelihood ratios.

The quantity. In each interval the candidate answers n trials, x of them failures. Null hypothesis: its failure rate is
at most p0. Alternatives: it has been p1 = 2·p0, 4·p0, … 128·p0 since some interval k. An interval's likelihood ratio is

    L = (p1 / p0)^x · ((1 - p1) / (1 - p0))^(n - x)

and the evidence after interval t is the mean over all alternatives j (prior `_PRIOR`) and all starting points k (prior
weights w, see `start_weight`) of the product of the ratios since k:

    M(t) = sum over j of prior_j · sum over k <= t of w_k · L_j(k) · … · L_j(t)  +  sum over k > t of w_k

The inequality. While the failure rate is at most p0, an interval's expected ratio is at most 1, so M is a non-negative
supermartingale with M(0) = 1. Hence P(M ever reaches 1/alpha) <= alpha, however often one looks (Ville 1939). Summing
tests that begin anew at each moment is the e-detector of Shin, Ramdas and Rinaldo (arXiv:2203.03532); there each weighs
1, which bounds the mean time to a false alarm, while here the weights sum to 1, which bounds its probability.

p0 may change from interval to interval, as long as the interval's own trials have no part in it. Two changes make M
smaller and keep the inequality: the exponent 1/dispersion (by Jensen's inequality; `dispersion` says what for), and the
cap on a single interval's ratio.

An example: p0 = 0.5 %, 20 trials an interval, one failure in each (5 %). For the alternative 8·p0 = 4 % the ratio is
8 · (0.96 / 0.995)^19 = 4.05 an interval. After seven intervals its term of M, begun at the switch, is
0.7 · 0.45 · 4.05^7 = 5,643. M itself passes the threshold 1 / (0.001 · 0.65) = 1,538 in the sixth, after 30 seconds.
"""

from functools import lru_cache
from math import exp, log

from bluegreen.core.judge.evidence import INTERVAL_SECONDS

ALTERNATIVES = (2, 4, 8, 16, 32, 64, 128)  # times p0
# Most weight lies on faults of a few percent, which are the hardest to detect in time; large faults need little.
_PRIOR = (0.05, 0.15, 0.45, 0.20, 0.08, 0.04, 0.03)
UNINFORMATIVE = (1.0,) * len(ALTERNATIVES)  # the ratios of an interval that says nothing
_HIGHEST_RATE = 0.97
# e^6.5 = 665 is less than any signal's threshold: no single interval raises an alarm, whatever it holds.
_LARGEST_LOG_RATIO = 6.5
AT_THE_SWITCH = 0.7  # prior weight of a fault that is there from the first request, as most are


def start_weight(at: int, bake: float) -> float:
    """Prior weight of a fault that begins in this interval: all but the first weigh the same, and all sum to 1."""
    later = (1 - AT_THE_SWITCH) * INTERVAL_SECONDS / max(bake, INTERVAL_SECONDS)
    return later + AT_THE_SWITCH if at < INTERVAL_SECONDS else later


@lru_cache(maxsize=65536)
def likelihood_ratios(trials: int, failures: int, p0: float, dispersion: float) -> tuple[float, ...]:
    """Of one interval, for each alternative."""
    passes = trials - failures
    return tuple(
        [
            exp(min((failures * on_failure + passes * on_pass) / dispersion, _LARGEST_LOG_RATIO))
            for on_failure, on_pass in _log_ratios(p0)
        ]
    )


@lru_cache(maxsize=1024)
def _log_ratios(p0: float) -> tuple[tuple[float, float], ...]:
    """What one failure and one pass add to the logarithm of the ratio, for each alternative."""
    rates = [min(p0 * times, _HIGHEST_RATE) for times in ALTERNATIVES]
    return tuple((log(p1 / p0), log((1 - p1) / (1 - p0))) if p1 > p0 else (0.0, 0.0) for p1 in rates)


def accumulated(sums: tuple[float, ...], start: float, ratios: tuple[float, ...]) -> tuple[float, ...]:
    """For each alternative: the inner sum of M, with one more interval, which is also one more starting point."""
    # Unrolled: a loop takes four times as long, and this runs for every signal of every interval.
    a, b, c, d, e, f, g = sums
    p, q, r, s, t, u, v = ratios
    a, b, c, d = (a + start) * p, (b + start) * q, (c + start) * r, (d + start) * s
    return a, b, c, d, (e + start) * t, (f + start) * u, (g + start) * v


def mixture(sums: tuple[float, ...], unspent: float) -> float:
    """M: the mean over the alternatives, and the prior weight of the starting points to come."""
    return sum([prior * value for prior, value in zip(_PRIOR, sums, strict=True)]) + unspent
