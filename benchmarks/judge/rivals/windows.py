"""Counts summed over windows, and the first window in which a condition holds."""

import numpy as np
from numpy.typing import NDArray

from bluegreen.core.judge.evidence import INTERVAL_SECONDS

Counts = NDArray[np.int64]
Seconds = NDArray[np.float64]
Flags = NDArray[np.bool_]

MINUTE = 60


def summed(counts: Counts, seconds: int) -> Counts:
    """In windows that follow each other."""
    whole = counts.shape[1] * INTERVAL_SECONDS // seconds * seconds // INTERVAL_SECONDS
    sums: Counts = counts[:, :whole].reshape(len(counts), -1, seconds // INTERVAL_SECONDS).sum(axis=2)
    return sums


def trailing(counts: Counts, seconds: int) -> Counts:
    """The sum of the last seconds, at the end of each interval; of fewer at the beginning."""
    total = np.cumsum(counts, axis=1)
    total[:, seconds // INTERVAL_SECONDS :] -= total[:, : -seconds // INTERVAL_SECONDS].copy()
    return total


def whole(reported: Counts, windows: int, seconds: int) -> Flags:
    """The windows that the source reported completely."""
    complete: Flags = (np.arange(windows) + 1) * seconds <= reported[:, None] * INTERVAL_SECONDS
    return complete


def share(bad: Counts, n: Counts) -> Seconds:
    """NaN where nothing was counted: no comparison with it is true."""
    nothing = np.full(n.shape, np.nan)
    shares: Seconds = np.divide(bad, n, out=nothing, where=n > 0)
    return shares


def first(holds: Flags, seconds: int, begin: int = 0) -> Seconds:
    """The end of the first window in which it holds."""
    seconds_of_first: Seconds = np.where(holds.any(axis=1), begin + (holds.argmax(axis=1) + 1) * float(seconds), np.nan)
    return seconds_of_first
