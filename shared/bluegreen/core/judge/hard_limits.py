"""What a release may have, and the one alarm that needs no accumulated evidence: production answers (almost) nobody.

Total outage: of users' requests and of probes, whichever are asked, at least 90 % fail for about nine seconds, while
the idle environment, asked at the same time, is well. Intervals have five seconds, and an outage rarely begins with
one. So the shares that failed are added up over two or three intervals in a row: 1.7 intervals' worth, one of them
whole. An outage of 7 s reaches 1.4 and is a restart; one of 10 s reaches 2.

A share is the smaller one of users and probes: a path that only probes ask, or one client, is no total outage.

The newest interval need not be complete: after 3 of its 5 seconds the share that failed so far counts 0.6 times. Then
probes have to be asked too, since no test without a single client is made of it.

An example: an outage begins 2 s before the end of an interval. The shares are 40 %, 100 % and, after 2 s of the third,
0.4 times 100 %; the sum passes 1.7, 9 s after the beginning.

A level far above the tolerance, the critical one, is no test of its own: it is one more alternative of `signal_test`.
"""

from collections.abc import Sequence
from typing import NamedTuple

from bluegreen.core.judge.evidence import INTERVAL_SECONDS, Interval
from bluegreen.core.judge.signal_kinds import ANSWERS, Signal
from bluegreen.core.judge.statistics.side_by_side import Comparison, trailing, window_table

LEAST_FAILURES = 3
MINUTE = 60
_ALMOST_ALL = 0.9
_WORTH = 1.7  # intervals
_WELL = 0.2  # of the idle environment's answers at most fail


class Limits(NamedTuple):
    """Failure rates between 0 and 1."""

    tolerated: float  # of failed answers
    tolerated_slow: float
    warning: float  # of failed answers, from the thresholds table …
    critical: float  # … like this
    critical_slow: float
    bake: float  # seconds

    def tolerance(self, signal: Signal) -> float:
        """Users' p95 is above the critical response time as soon as more than 5 % are slower than that."""
        if signal.slow:
            return self.critical_slow if signal.from_users else self.tolerated_slow
        return self.tolerated


class Alarm(NamedTuple):
    """The signal and the window that show it, and when, in seconds since the switch."""

    signal: Signal
    comparison: Comparison
    at: int
    rule: str  # in words, where it is not the test of the signal
    alone: bool = False  # the idle environment was hardly asked in the last minute: nothing was compared


def total_outage(intervals: Sequence[Interval], elapsed: int = INTERVAL_SECONDS) -> Alarm | None:
    """`elapsed`: how many seconds of the newest interval are counted."""
    newest, missing = intervals[-1], INTERVAL_SECONDS - elapsed
    if _share(newest) == 0.0:
        return None
    rows = [row for row in trailing(intervals, 3 * INTERVAL_SECONDS) if row.users or row.probes]
    if missing and not all(row.probes for row in rows):
        return None
    shares = [*map(_share, rows[:-1]), _share(newest) * elapsed / INTERVAL_SECONDS]
    if len(rows) < 2 or not _is_total(shares):
        return None
    seconds = INTERVAL_SECONDS * (2 if _is_total(shares[-2:]) else 3)
    table = window_table(ANSWERS.metric, intervals, seconds)
    if table.failures < LEAST_FAILURES or not _idle_is_well(trailing(intervals, seconds)):
        return None
    at, looked_at = newest.end - missing, seconds - missing
    return Alarm(ANSWERS, Comparison(looked_at, table), at, "almost nothing is answered")


def _is_total(shares: Sequence[float]) -> bool:
    two = shares[-2] + shares[-1]
    return two >= _WORTH or (len(shares) > 2 and sum(shares) >= _WORTH and shares[-2] >= _ALMOST_ALL)


def _share(row: Interval) -> float:
    """That failed, of users and of probes: the smaller."""
    users = row.users_failed / row.users if row.users else 1.0
    probes = row.probes_failed / row.probes if row.probes else 1.0
    return min(users, probes)


def _idle_is_well(rows: Sequence[Interval]) -> bool:
    """Over all of the rows, and in the newest: what is shared may be shown a few seconds later."""
    trials, failures = sum([row.baseline for row in rows]), sum([row.baseline_failed for row in rows])
    newest = rows[-1]
    return trials >= LEAST_FAILURES and failures < _WELL * trials and newest.baseline_failed < _WELL * newest.baseline
