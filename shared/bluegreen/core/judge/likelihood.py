"""How evidence grows, row by row: a mixture of likelihood ratios that starts anew at every row.

As long as the release is no worse than p0, the sum is a non-negative supermartingale, and reaches 1/alpha with a
probability of at most alpha however often one looks (Ville 1939; Shin, Ramdas and Rinaldo, arXiv:2203.03532).
"""

from functools import lru_cache
from math import exp, log

from bluegreen.core.judge.evidence import INTERVAL_SECONDS

ALTERNATIVES = (2, 4, 8, 16, 32, 64, 128)  # times p0
# Their parts of the mean: a fault of a few percent is the hardest to find in time, large ones make up for theirs.
_PARTS = (0.05, 0.15, 0.45, 0.20, 0.08, 0.04, 0.03)
NONE = (1.0,) * len(ALTERNATIVES)  # what a row without meaning adds
_HIGHEST = 0.97
# No single row convicts, whatever it holds: e^6.5 is less than any signal's bar.
_MOST_AT_ONCE = 6.5
AT_THE_SWITCH = 0.7  # of the start weight: most faults are there from the first request


def weight(at: int, bake: float) -> float:
    """The start weight of a row: the rest is spread evenly, so that a late fault is found as fast as an early one."""
    rest = (1 - AT_THE_SWITCH) * INTERVAL_SECONDS / max(bake, INTERVAL_SECONDS)
    return rest + AT_THE_SWITCH if at < INTERVAL_SECONDS else rest


@lru_cache(maxsize=65536)
def factors(n: int, bad: int, p0: float, scatter: float) -> tuple[float, ...]:
    """The likelihood ratio of each alternative to p0, tempered by the scatter."""
    good = n - bad
    return tuple([exp(min((bad * up + good * down) / scatter, _MOST_AT_ONCE)) for up, down in _logarithms(p0)])


@lru_cache(maxsize=1024)
def _logarithms(p0: float) -> tuple[tuple[float, float], ...]:
    """Of the ratio of the chances of a bad one and of a good one, for each alternative."""
    shares = [min(p0 * times, _HIGHEST) for times in ALTERNATIVES]
    return tuple((log(p1 / p0), log((1 - p1) / (1 - p0))) if p1 > p0 else (0.0, 0.0) for p1 in shares)


def grown(before: tuple[float, ...], start: float, factors: tuple[float, ...]) -> tuple[float, ...]:
    """What the evidence for each alternative becomes with one more row, at which it also starts anew."""
    # Written out: a loop takes four times as long, and this is done for every signal of every row.
    a, b, c, d, e, f, g = before
    p, q, r, s, t, u, v = factors
    a, b, c, d = (a + start) * p, (b + start) * q, (c + start) * r, (d + start) * s
    return a, b, c, d, (e + start) * t, (f + start) * u, (g + start) * v


def mass(grown: tuple[float, ...], unspent: float) -> float:
    """The supermartingale: the mean over the alternatives, and the start weight that is left."""
    return sum([part * one for part, one in zip(_PARTS, grown, strict=True)]) + unspent
