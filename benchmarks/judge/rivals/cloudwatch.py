"""A CloudWatch alarm on 5xx over requests: periods of a minute, 2 of 3 over 5 %.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html and
…/alarms-and-missing-data.html. A minute without requests, or without a source, is missing, and is treated as missing
(the default): the newest three that are there, of the last five, decide. 5 % is the thresholds table's critical level.
"""

import numpy as np

from benchmarks.judge.rivals.windows import (
    MINUTE,
    Counts,
    Flags,
    Seconds,
    first,
    share,
    summed,
    whole,
)

_MOST = 0.05
_TO_ALARM = 2
_OF = 3
_RANGE = 5  # periods in which those with requests are looked for


def rolls_back(users: Counts, bad: Counts, reported: Counts) -> Seconds:
    requests = summed(users, MINUTE)
    there = (requests > 0) & whole(reported, requests.shape[1], MINUTE)
    breaching = (share(summed(bad, MINUTE), requests) > _MOST) & there
    alarms = [_alarm(breaching, there, at) for at in range(requests.shape[1])]
    return first(np.stack(alarms, axis=1), MINUTE)


def _alarm(breaching: Flags, there: Flags, at: int) -> Flags:
    newest_first = slice(at, at - _RANGE if at >= _RANGE else None, -1)
    counts = np.cumsum(there[:, newest_first], axis=1) <= _OF
    alarm: Flags = (breaching[:, newest_first] & counts).sum(axis=1) >= _TO_ALARM
    return alarm
