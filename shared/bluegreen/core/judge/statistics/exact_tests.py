"""Exact statements about failure rates from small counts: bounds on one rate.

Normal approximations are wrong here, where 0 of 50 and 2 of 400 are the usual counts.

The bounds (Clopper and Pearson, Biometrika 26, 1934). `upper_bound(x, n)` is the rate at which x failures or fewer in n
trials have a probability of 5 %. It lies below the true rate at most once in twenty times. The binomial sum is a value
of the beta distribution, so the bound is the 95 % quantile of Beta(x + 1, n - x); `lower_bound` mirrors it.
An example: 0 failures in 100 trials. (1 - p)^100 = 0.05 gives p = 2.95 %; 598 trials without a failure are needed to
state that fewer than 0.5 % fail.
"""

from functools import lru_cache
from math import exp, lgamma, log, log1p

CONFIDENCE = 0.95  # of each bound, one-sided
_BISECTIONS = 40  # for a precision of 1e-12
_TERMS = 300


@lru_cache(maxsize=65536)
def upper_bound(failures: int, trials: int) -> float:
    """On the failure rate; 1 where nothing was counted."""
    return 1.0 if failures >= trials else _quantile(failures + 1, trials - failures, CONFIDENCE)


@lru_cache(maxsize=4096)
def lower_bound(failures: int, trials: int) -> float:
    """On the failure rate; 0 where nothing was counted."""
    return 0.0 if failures == 0 else _quantile(failures, trials - failures + 1, 1 - CONFIDENCE)


@lru_cache(maxsize=65536)
def significantly_above(failures: int, trials: int, level: float) -> bool:
    """Whether `lower_bound` is above the level, without computing the bound: one probability instead of a bisection."""
    return failures > trials * level and _beta(failures, trials - failures + 1, level) < 1 - CONFIDENCE


def _quantile(a: float, b: float, probability: float) -> float:
    """Of the beta distribution, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if _beta(a, b, middle) < probability else (low, middle)
    return (low + high) / 2


def _beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b) (dlmf.nist.gov/8.17)."""
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1 - front * _fraction(b, a, 1 - x) / b


def _fraction(a: float, b: float, x: float) -> float:
    """Its continued fraction (dlmf.nist.gov/8.17.22), by Lentz's method."""
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _TERMS):
        even = a + 2 * m
        term = m * (b - m) * x / ((even - 1) * even)
        d = 1 / (1 + term * d)
        c = 1 + term / c
        value *= c * d
        term = -(a + m) * (a + b + m) * x / (even * (even + 1))
        d = 1 / (1 + term * d)
        c = 1 + term / c
        value *= c * d
        if abs(c * d - 1) < 1e-12:
            break
    return value
