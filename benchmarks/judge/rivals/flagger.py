"""Flagger: the success rate of each minute; under 99 % is a failed check, and five of them, added up, roll back.

Source: https://docs.flagger.app/usage/how-it-works (`interval: 1m`, `threshold: 5`, `request-success-rate`, `min: 99`)
and pkg/controller/scheduler_metrics.go: a query that fails is a failed check too, so a source that ends rolls back.
0 of 0 is NaN, which compares as not under 99. The analysis goes on for the whole bake.
"""

import numpy as np

from benchmarks.judge.rivals.windows import (
    MINUTE,
    Counts,
    Seconds,
    first,
    share,
    summed,
    whole,
)

_LEAST = 0.99
_THRESHOLD = 5


def rolls_back(users: Counts, bad: Counts, reported: Counts) -> Seconds:
    share_bad = share(summed(bad, MINUTE), summed(users, MINUTE))
    failed = (1 - share_bad < _LEAST) | ~whole(reported, share_bad.shape[1], MINUTE)
    return first(np.cumsum(failed, axis=1) >= _THRESHOLD, MINUTE)
