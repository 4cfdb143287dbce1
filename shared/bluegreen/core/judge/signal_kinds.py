"""The signals that are tested. Each is a yes/no question about an answer, counted as trials and failures.

The chance of a false alarm, alpha, is divided among them (Bonferroni): whichever of them raises the alarm, all together
keep to it.
"""

from operator import itemgetter
from typing import NamedTuple

from bluegreen.core.judge.evidence import Interval
from bluegreen.core.judge.statistics.side_by_side import Metric, Selector


class Signal(NamedTuple):
    metric: Metric
    alpha_share: float  # between 0 and 1; the shares of all signals sum to 1
    slow: bool  # a failure is a slow answer; else 5xx, or none
    from_users: bool  # what users got before the switch is part of the null hypothesis
    pooled: bool = False  # users and probes together

    @property
    def only_probes(self) -> bool:
        """Both environments were asked the same: of what users ask the idle one, which serves nobody, gets nothing."""
        return not self.from_users


def _columns(trials: str, failures: str) -> Selector:
    return itemgetter(Interval._fields.index(trials), Interval._fields.index(failures))


def _users_and_probes(interval: Interval) -> tuple[int, int]:
    return interval[1] + interval[5], interval[2] + interval[6]


_USERS = _columns("users", "users_failed")
_PROBES = _columns("probes", "probes_failed")
_BASELINE = _columns("baseline", "baseline_failed")
_SLOW = _columns("users_timed", "users_slow"), _columns("baseline_timed", "baseline_slow")
_ABOVE_P95 = _columns("probes_timed", "probes_slow"), _columns("baseline_timed", "baseline_above_p95")

# Users and probes counted together detect a fault of 5 % at one request a second a sixth sooner than either alone.
SIGNALS = (
    Signal(Metric("failed", _users_and_probes, _BASELINE), 0.43, slow=False, from_users=True, pooled=True),
    Signal(Metric("requests failed", _USERS, _BASELINE), 0.2, slow=False, from_users=True),
    Signal(Metric("probes failed", _PROBES, _BASELINE), 0.05, slow=False, from_users=False),
    Signal(Metric("requests were slow", *_SLOW), 0.29, slow=True, from_users=True),
    Signal(Metric("probes were slow", *_ABOVE_P95), 0.03, slow=True, from_users=False),
)
ANSWERS, REQUESTS, PROBES, SLOW, _ = SIGNALS
FAILURES = itemgetter(
    *(Interval._fields.index(f"{of}_{what}") for of in ("users", "probes") for what in ("failed", "slow"))
)
BASELINES = tuple(dict.fromkeys(signal.metric.baseline for signal in SIGNALS))  # signals share them
