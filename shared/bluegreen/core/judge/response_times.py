"""How long users wait, as a gauge: the 95th percentile of the last twenty seconds, a sample every ten.

Like CPU it warns people and moves no traffic; that more than a twentieth of the answers is above the critical level is
a signal of the test, which does. A percentile is the upper bound of the histogram's bucket that it falls into, or twice
the last bound: 1.07 s shows as 2,000 ms and is above a warning level of 1,000.

A sample is dated to the last full ten seconds, so that looks every three seconds write one of them once.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from operator import add

from bluegreen.core.environment import Environment
from bluegreen.core.judge.current import p95
from bluegreen.core.judge.saturation import Gauge, GaugeKind
from bluegreen.core.judge.telemetry import BUCKETS_MS, Block, Counts

_EVERY = 10
_WINDOW = timedelta(seconds=20)
_LEAST = 20  # answers: fewer have no 95th percentile


def response_times(blocks: Iterable[Block], active: Environment, since: datetime, until: datetime) -> tuple[Gauge, ...]:
    """Of the active environment. `since`: the switch."""
    at = until.replace(second=until.second - until.second % _EVERY, microsecond=0)
    begin = max(at - _WINDOW, since)
    waits = [block.users[active] for block in blocks if active in block.users and begin <= block.at < at]
    counts = reduce(add, waits, Counts())
    if sum(counts.buckets) < _LEAST:
        return ()
    found = p95(counts)
    return (Gauge(active, GaugeKind.RESPONSE_TIME, float(2 * BUCKETS_MS[-1] if found is None else found), at),)
