"""How users' requests arrive: how many times the mean rate each interval has. Poisson counts are drawn around it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bluegreen.core.judge.evidence import INTERVAL_SECONDS

Weights = NDArray[np.float64]  # a row a run, a column an interval; 1 on the average
_Model = Callable[[np.random.Generator, int, int], Weights]
_TAIL = 1.5  # exponent of the Pareto law: the mean is finite, the variance is not
_MOST = 50.0
_PHASE = 60.0  # seconds
_RAMP = 1000.0  # times as many at the end as at the beginning


def _poisson(random: np.random.Generator, runs: int, intervals: int) -> Weights:
    return np.ones((runs, intervals))


def _pareto(random: np.random.Generator, runs: int, intervals: int) -> Weights:
    """Heavy-tailed: most intervals have a third of the mean, and some fifty times as much."""
    weights = np.minimum((1 + random.pareto(_TAIL, (runs, intervals))) / (_TAIL / (_TAIL - 1)), _MOST)
    return np.asarray(weights / weights.mean())


def _on_off(random: np.random.Generator, runs: int, intervals: int) -> Weights:
    """Twice as many or none, in phases of an exponential length."""
    changes = random.random((runs, intervals)) < INTERVAL_SECONDS / _PHASE
    on = (np.cumsum(changes, axis=1) + random.integers(0, 2, (runs, 1))) % 2
    return np.asarray(2.0 * on, dtype=np.float64)


def _ramp(random: np.random.Generator, runs: int, intervals: int) -> Weights:
    """From the first to the last interval 1,000 times as many, as in a morning."""
    weights = _RAMP ** np.linspace(0, 1, intervals)
    return np.broadcast_to(weights / weights.mean(), (runs, intervals))


def _diurnal(random: np.random.Generator, runs: int, intervals: int) -> Weights:
    phase = random.uniform(0, 2 * np.pi, (runs, 1))
    return np.asarray(1 + 0.9 * np.sin(2 * np.pi * np.arange(intervals) / intervals + phase))


ARRIVALS: dict[str, _Model] = {
    "poisson": _poisson,
    "pareto": _pareto,
    "on-off": _on_off,
    "ramp": _ramp,
    "diurnal": _diurnal,
}
