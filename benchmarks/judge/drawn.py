"""What happens in a bake, as the failure rate over time: the shapes that the first rule was built on."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bluegreen.core.judge.evidence import INTERVAL_SECONDS

BAKE = 3600  # seconds
INTERVALS = BAKE // INTERVAL_SECONDS
INTERVALS_BEFORE = 300 // INTERVAL_SECONDS  # intervals before the switch
LEVELS = (0.05, 0.3, 1.0, 10.0, 100.0, 1000.0)  # users' requests a second
WITHIN = 3000.0  # seconds after the switch before which a shared outage begins

Rates = NDArray[np.float64]  # a row a run, a column an interval from five minutes before the switch to the end


class Sides(NamedTuple):
    """Users of the candidate, and the baseline; where they differ, its probes, and users before the switch."""

    candidate: Rates
    baseline: Rates
    probes: Rates | None = None
    before: Rates | None = None  # five minutes
    mirrored: Rates | None = None  # the idle side's answers to users' requests, where these are mirrored


BACKGROUND = 0.001
_BURST_EVERY = 600  # seconds, on the average
_BURST_RATE = 0.05


class Draw(NamedTuple):
    """What failure rates are drawn with."""

    random: np.random.Generator
    runs: int
    within: float


class Case(NamedTuple):
    rates: Callable[[Draw], Sides]
    says: str
    fault: float | None = None  # seconds after the switch at which the release begins to fail
    source_ends: bool = False
    one_client: float = 0.0  # requests a second, from the switch on, of one client on one path, which all fail
    by_name_only: bool = False  # measured when it is asked for
    steady: tuple[float, float] | None = None  # of a steady fault: the rates of both sides, for the oracle
    of_users_only: bool = False  # probes do not meet the fault
    slow: tuple[float, float] = (0.0, 0.0)  # share of users' answers above 2 s, before and after the switch
    slow_rates: Callable[[Draw], Rates] | None = None  # the same, interval by interval
    retries: int = 0  # how often users ask again, an interval later, for what failed
    mirror: float = 0.0  # share of users' requests that the idle environment is sent as well


def level(draw: Draw, rate: float = BACKGROUND) -> Sides:
    """The same on both sides."""
    both = np.full((draw.runs, INTERVALS_BEFORE + INTERVALS), rate)
    return Sides(both, both.copy())


def clustered(draw: Draw) -> Sides:
    return Sides(_bursts(draw), _bursts(draw))


def _bursts(draw: Draw) -> Rates:
    """For each interval the background times a gamma variate (mean 1, variance 10); and bursts of 5 or 10 seconds."""
    size = (draw.runs, INTERVALS_BEFORE + INTERVALS)
    rate = BACKGROUND * draw.random.gamma(0.1, 10, size)
    begins = draw.random.random(size) < INTERVAL_SECONDS / _BURST_EVERY
    lasts = begins & (draw.random.random(size) < 0.5)
    begins[:, 1:] |= lasts[:, :-1]
    return np.where(begins, np.maximum(rate, _BURST_RATE), rate).clip(max=0.9)


def shared(draw: Draw, rate: float, seconds: float, ramp: bool = False) -> Sides:
    """The same on both sides, from a random moment on."""
    begins = draw.random.uniform(0, draw.within, (draw.runs, 1))
    at = (np.arange(INTERVALS_BEFORE + INTERVALS) - INTERVALS_BEFORE) * INTERVAL_SECONDS
    overlap = np.minimum(at + INTERVAL_SECONDS, begins + seconds) - np.maximum(at, begins)
    now = rate * overlap.clip(0, INTERVAL_SECONDS) / INTERVAL_SECONDS
    if ramp:
        now *= ((at + INTERVAL_SECONDS / 2 - begins) / seconds).clip(0, 1)
    both = np.maximum(now, BACKGROUND)
    return Sides(both, both)


def release(draw: Draw, rate: float, begins: int = 0, lasts: int = BAKE) -> Sides:
    """The candidate alone fails."""
    candidate, baseline, *_ = level(draw)
    first = INTERVALS_BEFORE + begins // INTERVAL_SECONDS
    candidate[:, first : first + lasts // INTERVAL_SECONDS] = rate
    return Sides(candidate, baseline)


def _faults() -> dict[str, Case]:
    cases = {}
    for begins, when in ((0, ""), (1200, " late")):
        for percent in (2, 5, 20, 100):
            rates = partial(release, rate=percent / 100, begins=begins)
            says = f"{percent} % fail, from {'20 min after' if begins else ''} the switch on".replace("  ", " ")
            cases[f"fault {percent}%{when}"] = Case(rates, says, begins, steady=(percent / 100, BACKGROUND))
    return cases


FIRST = {
    "clean": Case(level, "0.1 % fail on both sides"),
    "tolerated": Case(partial(level, rate=0.004), "0.4 % fail on both sides"),
    "clustered": Case(clustered, "0.1 % in clusters, and bursts of 5 % for 5 or 10 s every 10 min, on each side apart"),
    "shared 30% 60s": Case(partial(shared, rate=0.3, seconds=60), "30 % fail on both sides for 60 s"),
    "shared 5% 300s": Case(partial(shared, rate=0.05, seconds=300), "5 % fail on both sides for 5 min"),
    "shared 100% 25s": Case(partial(shared, rate=1.0, seconds=25), "all fail on both sides for 25 s"),
    "shared ramp": Case(
        partial(shared, rate=0.2, seconds=180, ramp=True),
        "0 to 20 % fail on both sides, rising for 3 min, then over",
        by_name_only=True,
    ),
    "one client": Case(
        level,
        "0.1 % fail on both sides, and one client asks once a second a URL that fails in every release",
        one_client=1.0,
        by_name_only=True,
    ),
    "source outage": Case(level, "clean, but nothing is reported from a random moment on", source_ends=True),
    "cold start": Case(partial(release, rate=0.1, lasts=10), "10 % fail for the first 10 s, while caches fill"),
    **_faults(),
}
