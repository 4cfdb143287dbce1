"""Cases drawn by models that nobody had when the rule was made: random phases, retries, caches, unprobed paths."""

from functools import partial
from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from benchmarks.judge.drawn import BACKGROUND, INTERVALS, INTERVALS_BEFORE, Case, Draw, Rates, Sides, level, shared
from benchmarks.judge.second import AT, MIDDLE, share_of_interval

_EVERY = INTERVALS_BEFORE + INTERVALS
_COLD = 20.0  # times as long, right after the switch
_USUAL_MS, _SPREAD = 80.0, 0.7  # median and logarithmic standard deviation of a response time
_SLOW_MS = 2000.0
_TOLERATED = 0.005


def _any_phase(draw: Draw) -> Sides:
    """Pulses that do not begin with an interval."""
    sides = level(draw)
    phase, failing = draw.random.uniform(0, 20, (draw.runs, 1)), np.zeros((draw.runs, _EVERY))
    for begins in range(-20, int(AT[-1]) + 20, 20):
        failing += share_of_interval(begins + phase, 5)
    return sides._replace(candidate=np.where(AT >= 0, np.maximum(0.1 * failing, sides.candidate), sides.candidate))


def _on_off(draw: Draw, rate: float, on: float, off: float) -> Sides:
    """A fault that comes and goes, in phases of exponential length."""
    sides, failing = level(draw), np.zeros((draw.runs, _EVERY))
    begins = np.zeros((draw.runs, 1))
    while (begins < AT[-1]).any():
        lasts = draw.random.exponential(on, (draw.runs, 1))
        failing += share_of_interval(begins, lasts)
        begins = begins + lasts + draw.random.exponential(off, (draw.runs, 1))
    return sides._replace(candidate=np.maximum(sides.candidate, rate * failing))


def _any_second(draw: Draw, rate: float) -> Sides:
    """From a moment within the interval that begins ten minutes after the switch."""
    sides = level(draw)
    failing = share_of_interval(draw.random.uniform(600, 605, (draw.runs, 1)), 1e6)
    return sides._replace(candidate=np.maximum(sides.candidate, rate * failing))


def _unprobed(draw: Draw, rate: float, seconds: float) -> Sides:
    """A shared outage of paths that no probe asks for: both sides' answers to users' requests show it."""
    both, quiet = shared(draw, rate, seconds).candidate, level(draw).baseline
    return Sides(both, quiet, quiet, quiet[:, :INTERVALS_BEFORE], mirrored=both)


def _unprobed_fault(draw: Draw, rate: float) -> Sides:
    """The release alone fails, on paths that no probe asks for."""
    quiet = level(draw).baseline
    return Sides(np.where(AT >= 0, rate, quiet), quiet, quiet, quiet[:, :INTERVALS_BEFORE], mirrored=quiet)


def _tenant_seen(draw: Draw) -> Sides:
    """Half of the minutes 6 % of users' requests fail, before and after; of the five before at least one."""
    on = draw.random.random((draw.runs, _EVERY // 12)) < 0.5
    on[np.arange(draw.runs), draw.random.integers(0, INTERVALS_BEFORE // 12, draw.runs)] = True
    quiet = level(draw).baseline
    rate = np.where(np.repeat(on, 12, axis=1), 0.06, quiet)
    return Sides(rate, quiet, quiet, rate[:, :INTERVALS_BEFORE])


def _above_tolerance(draw: Draw) -> Sides:
    """Users of one path fail, all of them: between 1.5 and 20 times what is tolerated, a rate for each run."""
    times = np.exp(draw.random.uniform(np.log(1.5), np.log(20), (draw.runs, 1)))
    quiet = level(draw).baseline
    return Sides(np.where(AT >= 0, _TOLERATED * times, quiet), quiet, quiet, quiet[:, :INTERVALS_BEFORE])


def _share_above(milliseconds: NDArray[np.float64]) -> Rates:
    """Of answers above 2 s, where the median is this: log-normal."""
    z = np.log(_SLOW_MS / milliseconds) / _SPREAD
    return np.asarray(0.5 * np.vectorize(erfc)(z / sqrt(2)))


def _cold_evenly(draw: Draw) -> Rates:
    times = 1 + (_COLD - 1) * (1 - MIDDLE / 90).clip(0)
    return np.broadcast_to(_share_above(_USUAL_MS * np.where(AT >= 0, times, 1.0)), (draw.runs, _EVERY))


def _cold_slowly(draw: Draw) -> Rates:
    times = 1 + (_COLD - 1) * np.exp(-MIDDLE.clip(0) / 30)
    return np.broadcast_to(_share_above(_USUAL_MS * np.where(AT >= 0, times, 1.0)), (draw.runs, _EVERY))


def _storm(draw: Draw) -> Sides:
    """Blips of a shared dependency, 20 % for 15 s every ten minutes; what fails is asked again (`retries`)."""
    both = np.full((draw.runs, _EVERY), BACKGROUND)
    first = draw.random.uniform(-300, 300, (draw.runs, 1))
    for number in range(7):
        both = np.maximum(both, 0.2 * share_of_interval(first + 600.0 * number, 15))
    return Sides(both, both.copy())


_B = BACKGROUND
THIRD = {
    "usual tenant seen": Case(
        _tenant_seen, "in half of the minutes 6 % of users' requests fail, in one of the five before at least"
    ),
    "retry storm": Case(
        _storm, "20 % fail for 15 s every 10 min on both sides, and users ask three times for what failed", retries=3
    ),
    "cold cache": Case(level, "answers take 20 times as long, falling evenly to once in 90 s", slow_rates=_cold_evenly),
    "cold cache slowly": Case(
        level, "answers take 20 times as long, falling by a factor of e in 30 s", slow_rates=_cold_slowly
    ),
    "unprobed 30% 60s": Case(
        partial(_unprobed, rate=0.3, seconds=60),
        "30 % of users' requests fail for 60 s, on both sides, on paths without probes; 5 % are mirrored",
        mirror=0.05,
    ),
    "unprobed 5% 300s": Case(
        partial(_unprobed, rate=0.05, seconds=300),
        "5 % of users' requests fail for 5 min, on both sides, on paths without probes; 5 % are mirrored",
        mirror=0.05,
    ),
    "unmirrored 30% 60s": Case(
        partial(_unprobed, rate=0.3, seconds=60),
        "the same with nothing mirrored: it cannot be known",
        by_name_only=True,
    ),
    "above tolerance": Case(
        _above_tolerance, "0.75 to 10 % of users' requests fail, all on one path without probes", 0, by_name_only=True
    ),
    "mirrored users only 10%": Case(
        partial(_unprobed_fault, rate=0.1),
        "10 % of users' requests fail, not on the idle side; 5 % are mirrored",
        0,
        mirror=0.05,
    ),
    "pulsing 10% any phase": Case(_any_phase, "10 % fail for 5 s of every 20, which begin anywhere", 0),
    "on and off 10%": Case(
        partial(_on_off, rate=0.1, on=15, off=45), "10 % fail for 15 s, not for 45 s (exponential)", 0
    ),
    "fault 5% any second": Case(
        partial(_any_second, rate=0.05), "5 % fail, from anywhere between 600 and 605 s on", 602, steady=(0.05, _B)
    ),
}
