"""A Grafana alert: `avg_over_time` of the error rate over 1 % for five minutes, evaluated every 15 s.

Source: https://grafana.com/docs/grafana/latest/alerting/fundamentals/alert-rule-evaluation/ The average is that of the
requests of the last five minutes; before these are full it says nothing (so the earliest rollback is at 300 s).
0 of 0 is NaN, which is not over 1 %; "no data" is a state of its own and rolls nothing back.
"""

from benchmarks.judge.rivals.windows import (
    Counts,
    Seconds,
    first,
    share,
    trailing,
    whole,
)
from bluegreen.core.judge.evidence import INTERVAL_SECONDS

_WINDOW = 300
_EVERY = 15
_MOST = 0.01


def rolls_back(users: Counts, bad: Counts, reported: Counts) -> Seconds:
    over = share(trailing(bad, _WINDOW), trailing(users, _WINDOW)) > _MOST
    over &= whole(reported, over.shape[1], INTERVAL_SECONDS)
    asked = over[:, _WINDOW // INTERVAL_SECONDS - 1 :: _EVERY // INTERVAL_SECONDS]
    return first(asked, _EVERY, begin=_WINDOW - _EVERY)
