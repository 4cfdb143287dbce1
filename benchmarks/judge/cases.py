"""What happens in a bake, as the share of bad answers over time, on the active environment and on the other."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bluegreen.core.judge.evidence import INTERVAL_SECONDS

BAKE = 3600  # seconds
ROWS = BAKE // INTERVAL_SECONDS
BEFORE = 300 // INTERVAL_SECONDS  # rows before the switch
LEVELS = (0.05, 0.3, 1.0, 10.0, 100.0, 1000.0)  # users' requests a second
WITHIN = 3000.0  # seconds after the switch before which a shared outage begins

Shares = NDArray[np.float64]
Sides = tuple[Shares, Shares]  # ours and theirs, a row a run, from five minutes before the switch to the end

_BACKGROUND = 0.001
_BURST_EVERY = 600  # seconds, on the average
_BURST_SHARE = 0.05


class Draw(NamedTuple):
    """What shares are drawn from."""

    random: np.random.Generator
    runs: int
    within: float


class Case(NamedTuple):
    shares: Callable[[Draw], Sides]
    says: str
    fault: float | None = None  # seconds after the switch at which the release goes bad
    source_ends: bool = False
    by_name_only: bool = False  # measured when it is asked for


def _level(draw: Draw, share: float = _BACKGROUND) -> Sides:
    """The same on both sides."""
    return np.full((draw.runs, BEFORE + ROWS), share), np.full((draw.runs, BEFORE + ROWS), share)


def _clustered(draw: Draw) -> Sides:
    return _bursts(draw), _bursts(draw)


def _bursts(draw: Draw) -> Shares:
    """A gamma variate of mean 1 and variance 10 times the background, row by row, and bursts of one or two rows."""
    size = (draw.runs, BEFORE + ROWS)
    share = _BACKGROUND * draw.random.gamma(0.1, 10, size)
    begins = draw.random.random(size) < INTERVAL_SECONDS / _BURST_EVERY
    lasts = begins & (draw.random.random(size) < 0.5)
    begins[:, 1:] |= lasts[:, :-1]
    return np.where(begins, np.maximum(share, _BURST_SHARE), share).clip(max=0.9)


def _shared(draw: Draw, share: float, seconds: float, ramp: bool = False) -> Sides:
    """From a random moment on, for users and for the probes of both sides."""
    begins = draw.random.uniform(0, draw.within, (draw.runs, 1))
    at = (np.arange(BEFORE + ROWS) - BEFORE) * INTERVAL_SECONDS
    overlap = np.minimum(at + INTERVAL_SECONDS, begins + seconds) - np.maximum(at, begins)
    now = share * overlap.clip(0, INTERVAL_SECONDS) / INTERVAL_SECONDS
    if ramp:
        now *= ((at + INTERVAL_SECONDS / 2 - begins) / seconds).clip(0, 1)
    both = np.maximum(now, _BACKGROUND)
    return both, both


def _release(draw: Draw, share: float, begins: int = 0, lasts: int = BAKE) -> Sides:
    """Ours alone is bad."""
    ours, theirs = _level(draw)
    first = BEFORE + begins // INTERVAL_SECONDS
    ours[:, first : first + lasts // INTERVAL_SECONDS] = share
    return ours, theirs


def _faults() -> dict[str, Case]:
    found = {}
    for begins, when in ((0, ""), (1200, " late")):
        for percent in (2, 5, 20, 100):
            shares = partial(_release, share=percent / 100, begins=begins)
            says = f"{percent} % fail, from {'20 min after' if begins else ''} the switch on".replace("  ", " ")
            found[f"fault {percent}%{when}"] = Case(shares, says, begins)
    return found


CASES = {
    "clean": Case(_level, "0.1 % fail on both sides"),
    "tolerated": Case(partial(_level, share=0.004), "0.4 % fail on both sides"),
    "clustered": Case(
        _clustered, "0.1 % in clusters, and bursts of 5 % for 5 or 10 s every 10 min, on each side apart"
    ),
    "shared 30% 60s": Case(partial(_shared, share=0.3, seconds=60), "30 % fail on both sides for 60 s"),
    "shared 5% 300s": Case(partial(_shared, share=0.05, seconds=300), "5 % fail on both sides for 5 min"),
    "shared 100% 25s": Case(partial(_shared, share=1.0, seconds=25), "all fail on both sides for 25 s"),
    "shared ramp": Case(
        partial(_shared, share=0.2, seconds=180, ramp=True),
        "0 to 20 % fail on both sides, rising for 3 min, then over",
        by_name_only=True,
    ),
    "source outage": Case(_level, "clean, but nothing is told from a random moment on", source_ends=True),
    "cold start": Case(partial(_release, share=0.1, lasts=10), "10 % fail for the first 10 s, while caches fill"),
    **_faults(),
}
