"""The yes/no signals that are weighed: what is bad, of how many, here and over there."""

from operator import itemgetter
from typing import NamedTuple

from bluegreen.core.judge.evidence import Interval
from bluegreen.core.judge.side_by_side import Metric, Selector


class Signal(NamedTuple):
    """`part` of alpha is its own; `limit` names its tolerance; `users`: what users got before the switch counts."""

    kind: Metric
    part: float
    limit: str
    users: bool


def _columns(n: str, bad: str) -> Selector:
    return itemgetter(Interval._fields.index(n), Interval._fields.index(bad))


def _both(row: Interval) -> tuple[int, int]:
    return row[1] + row[5], row[2] + row[6]


_USERS = _columns("users", "users_bad")
_PROBES = _columns("probes", "probes_bad")
_THEIRS = _columns("theirs", "their_bad")
_SLOW_SIDES = _columns("users_timed", "users_slow"), _columns("their_timed", "their_slow")
_SLOWER_SIDES = _columns("probes_timed", "probes_slow"), _columns("their_timed", "their_slower")

# Users and probes together find a fault of 5 % at a request a second a sixth sooner than either alone.
SIGNALS = (
    Signal(Metric("failed", _both, _THEIRS), 0.65, "failed", True),
    Signal(Metric("requests failed", _USERS, _THEIRS), 0.15, "failed", True),
    Signal(Metric("probes failed", _PROBES, _THEIRS), 0.1, "failed", False),
    Signal(Metric("requests were slow", *_SLOW_SIDES), 0.05, "slow", True),
    Signal(Metric("probes were slow", *_SLOWER_SIDES), 0.05, "slow", False),
)
ANSWERS, REQUESTS, PROBES, SLOW, _ = SIGNALS
SIDES = tuple(dict.fromkeys(signal.kind.theirs for signal in SIGNALS))  # the ways to look at the other environment
