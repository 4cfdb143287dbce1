"""Counts summed over windows, and the first moment at which something holds."""

import numpy as np
from numpy.typing import NDArray

from bluegreen.core.judge.evidence import INTERVAL_SECONDS

Counts = NDArray[np.int64]
Seconds = NDArray[np.float64]
Flags = NDArray[np.bool_]

MINUTE = 60


def summed(counts: Counts, seconds: int) -> Counts:
    """By windows that follow each other."""
    whole = counts.shape[1] * INTERVAL_SECONDS // seconds * seconds // INTERVAL_SECONDS
    found: Counts = counts[:, :whole].reshape(len(counts), -1, seconds // INTERVAL_SECONDS).sum(axis=2)
    return found


def trailing(counts: Counts, seconds: int) -> Counts:
    """The sum of the last seconds, at the end of each row; of fewer at the beginning."""
    total = np.cumsum(counts, axis=1)
    total[:, seconds // INTERVAL_SECONDS :] -= total[:, : -seconds // INTERVAL_SECONDS].copy()
    return total


def whole(told: Counts, windows: int, seconds: int) -> Flags:
    """The windows of which the source told all."""
    found: Flags = (np.arange(windows) + 1) * seconds <= told[:, None] * INTERVAL_SECONDS
    return found


def share(bad: Counts, n: Counts) -> Seconds:
    """NaN where nothing was counted: no comparison with it is true."""
    nothing = np.full(n.shape, np.nan)
    found: Seconds = np.divide(bad, n, out=nothing, where=n > 0)
    return found


def first(holds: Flags, seconds: int, begin: int = 0) -> Seconds:
    """The end of the first window in which it holds."""
    found: Seconds = np.where(holds.any(axis=1), begin + (holds.argmax(axis=1) + 1) * float(seconds), np.nan)
    return found
