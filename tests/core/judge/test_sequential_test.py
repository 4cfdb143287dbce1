"""The test of all signals, interval by interval."""

import pytest

from bluegreen.core.judge.evidence import Interval, RunningCounts
from bluegreen.core.judge.hard_limits import Limits
from bluegreen.core.judge.leave_one_out import extended
from bluegreen.core.judge.signal_kinds import SIGNALS

LIMITS = Limits(
    tolerated=0.005, tolerated_slow=0.1, warning=0.01, critical=0.05, critical_slow=0.05, least=50, bake=3600
)


def test_no_single_interval_raises_an_alarm():
    intervals = [Interval(at=0, users=10_000, users_failed=9_000, baseline=1000)]
    assert extended(RunningCounts(), intervals, 5, LIMITS).alarm is None


def test_where_the_baseline_fails_most_of_the_time_nothing_is_learnt():
    intervals = [Interval(at, users=100, users_failed=90, baseline=25, baseline_failed=20) for at in range(0, 120, 5)]
    found = extended(RunningCounts(), intervals, 120, LIMITS)
    assert found.alarm is None
    assert found.counts.suffering == 120


def test_the_time_of_a_shared_outage_does_not_count_towards_the_proof():
    intervals = [Interval(at, users=100, users_failed=90, baseline=25, baseline_failed=20) for at in range(0, 60, 5)]
    counts = extended(RunningCounts(), intervals, 60, LIMITS).counts
    assert (counts.requests, counts.bad, counts.asked, counts.refused) == (1200, 1080, 0, 0)
    quiet = [Interval(at, users=100, baseline=25) for at in range(60, 90, 5)]
    assert extended(counts, quiet, 90, LIMITS).counts.asked == 200


def test_an_outage_that_no_probe_met_at_first_does_not_count_towards_the_proof_from_its_beginning():
    """Its first interval looks like the release's own fault, until the baseline fails as well."""
    quiet = [Interval(at, users=250, baseline=25) for at in range(0, 60, 5)]
    first = Interval(60, users=250, users_failed=75, baseline=25)
    shared = [Interval(at, users=250, users_failed=75, baseline=25, baseline_failed=8) for at in (65, 70)]
    well = [Interval(at, users=250, baseline=25) for at in range(75, 120, 5)]
    counts = extended(RunningCounts(), [*quiet, first, *shared, *well], 120, LIMITS).counts
    assert (counts.bad, counts.refused, counts.suffering) == (225, 0, 75)
    assert counts.asked == (9 + 5) * 250  # without the 20 s before it was seen, and the 20 s after its end


@pytest.mark.parametrize("looks", [1, 4, 24])
def test_the_proof_is_the_same_however_the_intervals_of_an_outage_are_spread_over_looks(looks):
    failed = {60: (75, 0), 65: (75, 8), 70: (75, 8)}
    intervals = []
    for at in range(0, 120, 5):
        users_failed, baseline_failed = failed.get(at, (0, 0))
        intervals.append(
            Interval(at, users=250, users_failed=users_failed, baseline=25, baseline_failed=baseline_failed)
        )
    counts = RunningCounts()
    size = len(intervals) // looks
    for begin in range(0, len(intervals), size):
        seen = intervals[begin : begin + size]
        counts = extended(counts, seen, seen[-1].end, LIMITS).counts
    assert (counts.asked, counts.refused) == (14 * 250, 0)


def test_the_signals_divide_alpha():
    assert sum(signal.alpha_share for signal in SIGNALS) == pytest.approx(1)
