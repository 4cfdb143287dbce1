"""Cases that the authors of the first rule had not drawn, and by which it was found wrong in both directions."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.judge.drawn import (
    BACKGROUND,
    BAKE,
    INTERVALS,
    INTERVALS_BEFORE,
    Case,
    Draw,
    Rates,
    Sides,
    level,
    release,
    shared,
)
from bluegreen.core.judge.evidence import INTERVAL_SECONDS

AT = (np.arange(INTERVALS_BEFORE + INTERVALS) - INTERVALS_BEFORE) * float(INTERVAL_SECONDS)
MIDDLE = AT + INTERVAL_SECONDS / 2
_LATE = 1200


def share_of_interval(begins: NDArray[np.float64], lasts: NDArray[np.float64] | float) -> Rates:
    """Of each interval, how much of it lies between the two; a column of moments, one for each run."""
    overlap = np.minimum(AT + INTERVAL_SECONDS, begins + lasts) - np.maximum(AT, begins)
    return np.asarray(overlap.clip(0, INTERVAL_SECONDS) / INTERVAL_SECONDS)


def _users(draw: Draw, rate: float, begins: int = -BAKE) -> Sides:
    """Only what users ask for fails: probes meet nothing of it."""
    quiet = level(draw).baseline
    failing = np.where(begins <= AT, rate, quiet)
    return Sides(failing, quiet, quiet, failing[:, :INTERVALS_BEFORE])


def _diurnal(draw: Draw) -> Sides:
    """3 % of users' requests fail, a third more or less with the time of day."""
    sides = _users(draw, 0.03)
    rate = sides.candidate * (1 + 0.3 * np.sin(2 * np.pi * AT / BAKE + draw.random.uniform(0, 6.3, (draw.runs, 1))))
    return sides._replace(candidate=rate, before=rate[:, :INTERVALS_BEFORE])


def _heavy_tenant(draw: Draw) -> Sides:
    """Half of the minutes 6 % of users' requests fail, before and after."""
    quiet = level(draw).baseline
    on = np.repeat(draw.random.random((draw.runs, (INTERVALS_BEFORE + INTERVALS) // 12)) < 0.5, 12, axis=1)
    rate = np.where(on, 0.06, quiet)
    return Sides(rate, quiet, quiet, rate[:, :INTERVALS_BEFORE])


def _apart(draw: Draw, rate: float, lasts: float, every: float) -> Sides:
    """Bursts of exponential length that either side has by itself."""
    ours, theirs = _exponential(draw, rate, lasts, every), _exponential(draw, rate, lasts, every)
    return Sides(ours, theirs, ours, theirs[:, :INTERVALS_BEFORE])


def _exponential(draw: Draw, rate: float, lasts: float, every: float) -> Rates:
    found, most = level(draw).candidate, int(4 * (BAKE + 300) / every)
    begins = np.cumsum(draw.random.exponential(every, (draw.runs, most)), axis=1) - 300
    length = draw.random.exponential(lasts, (draw.runs, most))
    for place in range(most):
        found = np.maximum(found, rate * share_of_interval(begins[:, [place]], length[:, [place]]))
    return found


def _regular(draw: Draw, rate: float, lasts: float, every: float) -> Sides:
    """What the service always has, before and after: bursts that the idle environment, which serves nobody, has not."""
    found, first = level(draw).candidate, draw.random.uniform(-300, every - 300, (draw.runs, 1))
    for number in range(int((BAKE + 300) / every) + 1):
        found = np.maximum(found, rate * share_of_interval(first + number * every, lasts))
    return Sides(found, level(draw).baseline, found, found[:, :INTERVALS_BEFORE])


def _decaying(draw: Draw, rate: float, seconds: float) -> Sides:
    """From the switch on, falling evenly to nothing."""
    sides = level(draw)
    extra = np.where(AT >= 0, rate * (1 - MIDDLE / seconds).clip(0), 0)
    return sides._replace(candidate=np.maximum(sides.candidate, extra))


def _exponential_start(draw: Draw) -> Sides:
    sides = level(draw)
    extra = np.where(AT >= 0, 0.1 * np.exp(-MIDDLE.clip(0) / 30), 0)
    return sides._replace(candidate=np.maximum(sides.candidate, extra))


def _outage(draw: Draw, seconds: float) -> Sides:
    """Everything fails on the candidate, 2 s into an interval ten minutes after the switch."""
    sides = level(draw)
    failing = np.maximum(sides.candidate, share_of_interval(np.full((draw.runs, 1), 602.0), seconds))
    return sides._replace(candidate=failing)


def _dead_probes(draw: Draw) -> Sides:
    sides = level(draw)
    probes, place = sides.candidate.copy(), draw.random.integers(INTERVALS_BEFORE, INTERVALS, draw.runs)
    probes[np.arange(draw.runs), place] = 1.0
    return sides._replace(probes=probes)


def _lagging(draw: Draw, rate: float, seconds: float) -> Sides:
    """Shared, but shown 10 s later by the other side."""
    both = shared(draw, rate, seconds).candidate
    lag = 10 // INTERVAL_SECONDS
    return Sides(both, np.concatenate([both[:, :1]] * lag + [both[:, :-lag]], axis=1))


def _against(draw: Draw, rate: float, other: float, begins: int = 0) -> Sides:
    """The release fails, and something unrelated on the idle side, too."""
    return Sides(release(draw, rate, begins).candidate, release(draw, other, begins).candidate)


def _after_outage(draw: Draw, rate: float, at: int, seconds: float, worst: float, begins: int = 0) -> Sides:
    """An outage of both, and later a fault of the release."""
    extra = worst * share_of_interval(np.full((draw.runs, 1), float(at)), seconds)
    sides = release(draw, rate, begins)
    return Sides(np.maximum(sides.candidate, extra), np.maximum(sides.baseline, extra))


def _pulsing(draw: Draw) -> Sides:
    sides = level(draw)
    failing = np.where((AT >= 0) & (AT % 20 < INTERVAL_SECONDS), 0.1, sides.candidate)
    return sides._replace(candidate=failing)


_B = BACKGROUND
SECOND = {
    "usual 8%": Case(partial(_users, rate=0.08), "8 % of users' requests fail, before and after; no probe does"),
    "both 8%": Case(partial(level, rate=0.08), "8 % fail on both sides"),
    "usual slow 10%": Case(level, "10 % of users' answers are slow, before and after", slow=(0.1, 0.1)),
    "usual diurnal": Case(_diurnal, "2 to 4 % of users' requests fail, with the time of day; no probe does"),
    "usual tenant": Case(_heavy_tenant, "in half of the minutes 6 % of users' requests fail, before and after"),
    "shared lagging": Case(
        partial(_lagging, rate=0.3, seconds=60), "30 % fail on both sides for 60 s, 10 s later on the other one"
    ),
    "start decaying": Case(
        partial(_decaying, rate=0.1, seconds=30), "10 % fail at the switch, falling evenly to nothing in 30 s"
    ),
    "start decaying slowly": Case(_exponential_start, "10 % fail at the switch, falling by a factor of e in 30 s"),
    "regular bursts": Case(
        partial(_regular, rate=0.25, lasts=10, every=600), "25 % fail for 10 s every 10 min, before and after"
    ),
    "dead probes": Case(_dead_probes, "all probes fail for 5 s, no request of users does"),
    "restart 7s": Case(partial(_outage, seconds=7), "everything fails for 7 s"),
    "apart 20s": Case(
        partial(_apart, rate=0.1, lasts=20, every=600),
        "10 % fail for 20 s every 10 min (exponential), on each side apart",
    ),
    "apart 10s": Case(
        partial(_apart, rate=0.1, lasts=10, every=300),
        "10 % fail for 10 s every 5 min (exponential), on each side apart",
    ),
    "outage 10s": Case(partial(_outage, seconds=10), "everything fails for 10 s", 602),
    "5% against 1%": Case(partial(_against, rate=0.05, other=0.01), "5 % fail, 1 % over there", 0, steady=(0.05, 0.01)),
    "20% against 10%": Case(partial(_against, rate=0.2, other=0.1), "20 % fail, 10 % over there", 0, steady=(0.2, 0.1)),
    "100% against 50%": Case(partial(_against, rate=1.0, other=0.5), "all fail, half over there", 0, steady=(1.0, 0.5)),
    "10% against 5%": Case(partial(_against, rate=0.1, other=0.05), "10 % fail, 5 % over there", 0, steady=(0.1, 0.05)),
    "users only 5%": Case(
        partial(_users, rate=0.05, begins=0), "5 % of users' requests fail", 0, steady=(0.05, _B), of_users_only=True
    ),
    "users only 10%": Case(
        partial(_users, rate=0.1, begins=0), "10 % of users' requests fail", 0, steady=(0.1, _B), of_users_only=True
    ),
    "outage, then 10%": Case(
        partial(_after_outage, rate=0.1, at=-120, seconds=30, worst=1.0), "all fail from -120 to -90 s, then 10 %", 0
    ),
    "shared, then 3%": Case(
        partial(_after_outage, rate=0.03, at=300, seconds=60, worst=0.3, begins=_LATE),
        "30 % fail on both sides for 60 s after 5 min, and 3 % from 20 min on",
        _LATE,
    ),
    "fault 3% late": Case(
        partial(release, rate=0.03, begins=_LATE), "3 % fail, from 20 min on", _LATE, steady=(0.03, _B)
    ),
    "pulsing 10%": Case(_pulsing, "10 % fail for 5 s of every 20", 0),
    "slow 8%": Case(level, "8 % of users' answers are slow, none before", 90, slow=(0.0, 0.08)),
}
