"""Argo Rollouts' analysis after the promotion: ten measurements a minute apart, each of the last minute.

Source: https://github.com/argoproj/argo-rollouts/blob/master/docs/features/analysis.md (`interval: 60s`,
`successCondition: result[0] >= 0.95`). More than `failureLimit` failures, or more than four errors in a row
(`consecutiveErrorLimit`), abort the rollout, which switches traffic back. 0 of 0 is NaN, which is taken for a success
(`isNaN` in the condition); a source that cannot be asked is an error.
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

_MEASUREMENTS = 10
_LEAST = 0.95
_ERRORS_IN_A_ROW = 4


def rolls_back(users: Counts, bad: Counts, reported: Counts, failure_limit: int) -> Seconds:
    share_bad = share(summed(bad, MINUTE), summed(users, MINUTE))[:, :_MEASUREMENTS]
    known = whole(reported, share_bad.shape[1], MINUTE)
    failures = np.cumsum((1 - share_bad < _LEAST) & known, axis=1)
    errors = np.cumsum(~known, axis=1)  # a source that ends does not come back
    return first((failures > failure_limit) | (errors > _ERRORS_IN_A_ROW), MINUTE)
