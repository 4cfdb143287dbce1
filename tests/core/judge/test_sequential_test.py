"""The test of all signals, interval by interval."""

import pytest

from bluegreen.core.judge.evidence import Interval, PreSwitch, RunningCounts
from bluegreen.core.judge.leave_one_out import extended
from bluegreen.core.judge.signal_kinds import SIGNALS
from tests.core.judge.test_hard_limits import LIMITS


def judged(intervals, before=None):
    return extended(RunningCounts(before=before), intervals, intervals[-1].end, LIMITS)


def every(seconds=600, **counts):
    return [Interval(at, **{"users": 100, "probes": 25, "baseline": 25} | counts) for at in range(0, seconds, 5)]


def test_no_single_interval_raises_an_alarm():
    assert judged([Interval(at=0, users=10_000, users_failed=9_000, baseline=1000)]).alarm is None


def test_a_fault_is_found_by_what_it_may_be_and_by_what_the_other_shows():
    found = judged(every(users_failed=5, probes_failed=1))
    assert found.alarm.at <= 45
    assert judged(every(users_failed=5, probes_failed=1, baseline_failed=1)).alarm is None
    assert judged(every(users_failed=5)).alarm is not None
    assert judged(every(users_failed=5), PreSwitch(6000, 300, usual_failed=0.08)).alarm is None


@pytest.mark.slow
def test_as_bad_as_the_other_is_never_the_release_s_fault():
    for share in (2, 5, 10, 20, 24):
        found = judged(every(3600, users_failed=4 * share, probes_failed=share, baseline_failed=share))
        assert found.alarm is None, share


def test_twice_as_bad_as_the_other_is():
    found = judged(every(users_failed=20, probes_failed=5, baseline=200, baseline_failed=16))
    assert found.alarm.at <= 150


def test_where_the_idle_environment_was_hardly_asked_the_release_is_judged_alone():
    few = [row._replace(baseline=1 if row.at % 10 == 0 else 0) for row in every(users_failed=4)]
    none = every(users_failed=4, baseline=0)
    assert judged(few).alarm.at == judged(none).alarm.at <= 60


def test_one_failure_of_those_few_is_no_proof_for_the_release():
    few = [row._replace(baseline=1, baseline_failed=int(row.at % 20 == 0)) for row in every(users_failed=4)]
    assert judged(few).alarm is None


def test_a_shared_outage_shown_ten_seconds_apart_takes_nothing_back():
    rows = [
        row._replace(
            users_failed=30 if 300 <= row.at < 360 else 0,
            probes_failed=8 if 300 <= row.at < 360 else 0,
            baseline_failed=8 if 310 <= row.at < 370 else 0,
        )
        for row in every()
    ]
    assert judged(rows).alarm is None


def test_where_nothing_is_shown_for_sure_it_is_in_doubt_since_when():
    rows = every(120, users=300, users_failed=21, baseline=8)
    counts = judged([row._replace(baseline_failed=int(row.at % 30 == 20)) for row in rows]).counts
    assert counts.doubt is not None
    assert (counts.doubt.since < 90, counts.doubt.until) == (True, 120)


def test_the_time_of_a_shared_outage_does_not_count_towards_the_proof():
    intervals = [Interval(at, users=100, users_failed=90, baseline=25, baseline_failed=23) for at in range(0, 60, 5)]
    counts = extended(RunningCounts(), intervals, 60, LIMITS).counts
    assert (counts.requests, counts.bad, counts.asked, counts.refused) == (1200, 1080, 0, 0)
    assert counts.suffering == 60
    quiet = [Interval(at, users=100, baseline=25) for at in range(60, 90, 5)]
    found = extended(counts, quiet, 90, LIMITS).counts
    assert (found.asked, found.proof) == (200, (200, 0))


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


def test_one_failure_of_the_idle_environment_in_a_minute_is_no_rate():
    """The comparison alone counts it, which costs an interval or two. Two add to what is tolerated."""
    faulty = [row._replace(baseline_failed=int(row.at == 0)) for row in every(users=50, users_failed=2)]
    two = [row._replace(baseline_failed=int(row.at in (0, 5))) for row in faulty]
    spared = [row._replace(baseline_failed=0) for row in faulty]
    assert judged(faulty).alarm.at <= judged(spared).alarm.at + 10
    assert judged(two).alarm.at >= judged(spared).alarm.at + 30


def test_what_few_requests_before_the_switch_excuse_is_in_doubt():
    """Five of them, none of which failed: nobody knows what was usual. Of 600 it is known."""
    rows = every(600, users=50, users_failed=3)
    few = judged(rows, PreSwitch(5, 0, usual_failed=0.6))
    assert (few.alarm, few.counts.doubt is not None) == (None, True)
    usual = judged(rows, PreSwitch(600, 36, usual_failed=0.09))
    assert (usual.alarm, usual.counts.doubt) == (None, None)
    sound = judged(every(600, users=50), PreSwitch(5, 0, usual_failed=0.6))
    assert sound.counts.doubt is None
