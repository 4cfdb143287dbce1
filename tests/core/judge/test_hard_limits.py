"""Alarms that need no accumulated evidence."""

from bluegreen.core.judge.evidence import Interval
from bluegreen.core.judge.exact_tests import lower_bound
from bluegreen.core.judge.hard_limits import Limits, above_critical, no_probe_answered

LIMITS = Limits(
    tolerated=0.005, tolerated_slow=0.1, warning=0.01, critical=0.05, critical_slow=0.05, least=50, bake=3600
)


def two_intervals(**changes):
    counts = {"users": 100, "users_failed": 20, "probes": 25, "probes_failed": 5, "baseline": 25} | changes
    return [Interval(at, **counts) for at in (0, 5)]


def alarm(intervals):
    return above_critical(intervals, LIMITS, LIMITS.tolerated, LIMITS.tolerated_slow)


def test_the_example_of_the_module():
    assert round(lower_bound(50, 250), 3) == 0.159
    assert alarm(two_intervals()[:1]) is None
    found = alarm(two_intervals())
    assert (found.at, found.rule) == (10, "above the critical level")
    assert found.comparison.table[:2] == (250, 50)


def test_a_baseline_that_fails_or_was_not_asked_raises_no_alarm():
    assert alarm(two_intervals(baseline_failed=1)) is None
    assert alarm(two_intervals(baseline=0)) is None


def test_what_users_got_before_raises_the_level():
    assert above_critical(two_intervals(), LIMITS, 0.06, LIMITS.tolerated_slow) is None


def test_every_probe_has_to_fail_here_and_none_over_there():
    assert no_probe_answered(Interval(0, probes=3, probes_failed=3, baseline=3)) is not None
    assert no_probe_answered(Interval(0, probes=2, probes_failed=2, baseline=3)) is None
    assert no_probe_answered(Interval(0, probes=3, probes_failed=2, baseline=3)) is None
    assert no_probe_answered(Interval(0, probes=3, probes_failed=3, baseline=3, baseline_failed=1)) is None
