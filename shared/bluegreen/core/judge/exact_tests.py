"""What counts say about shares: exact bounds on one, and whether two can be the same."""

from functools import lru_cache
from math import comb, exp, lgamma, log, log1p

CONFIDENCE = 0.95  # of each bound, one-sided
_STEPS = 40  # of the bisection: 1e-12
_TERMS = 300


@lru_cache(maxsize=65536)
def upper_bound(bad: int, n: int) -> float:
    """Clopper and Pearson's upper bound on a share (Biometrika 26, 1934); 1 where nothing was counted."""
    return 1.0 if bad >= n else _quantile(bad + 1, n - bad, CONFIDENCE)


@lru_cache(maxsize=4096)
def lower_bound(bad: int, n: int) -> float:
    """Clopper and Pearson's lower bound on a share; 0 where nothing was counted."""
    return 0.0 if bad == 0 else _quantile(bad, n - bad + 1, 1 - CONFIDENCE)


@lru_cache(maxsize=65536)
def significantly_above(bad: int, n: int, level: float) -> bool:
    """Whether the lower bound is above a level: what `lower` finds by forty steps, in one."""
    return bad > n * level and _beta(bad, n - bad + 1, level) < 1 - CONFIDENCE


@lru_cache(maxsize=4096)
def fisher_p_value(bad: int, n: int, their_bad: int, their_n: int) -> float:
    """The chance that they have so few bad ones if both have the same share (Fisher's exact test, 1922)."""
    total = bad + their_bad
    whole = _log_choose(n + their_n, total)
    least = max(0, total - n)
    chances = (
        exp(_log_choose(their_n, theirs) + _log_choose(n, total - theirs) - whole)
        for theirs in range(least, their_bad + 1)
    )
    return min(sum(chances), 1.0)


def _log_choose(n: int, k: int) -> float:
    return log(comb(n, k)) if n < 60 else lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _quantile(a: float, b: float, share: float) -> float:
    """Of the beta distribution, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _beta(a, b, middle) < share else (low, middle)
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
