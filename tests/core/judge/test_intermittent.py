"""What only users meet, and what comes and goes with them, is not the release's fault."""

from math import exp

import pytest

from bluegreen.core.judge.evidence import Interval, PreSwitch, RunningCounts
from bluegreen.core.judge.leave_one_out import extended
from bluegreen.core.judge.statistics import intermittent
from bluegreen.core.judge.statistics.intermittent import KEPT, comes_and_goes, stays_factor
from bluegreen.core.judge.statistics.usual import before_the_switch
from tests.core.judge.test_hard_limits import LIMITS
from tests.core.judge.test_theory import PAGE

GOOD = ((60, 0),) * 5
BEFORE = PreSwitch(users=3000, usual_failed=0.001, minutes=((600, 0),) * 5)


def rows(is_bad, until=3600, failed=4, probes_failed=0, **counts):
    """Ten requests a second; in the minutes that are bad so many of 50 fail in each interval."""
    return [
        Interval(
            at,
            users=50,
            users_failed=failed * is_bad(at // 60),
            probes=25,
            probes_failed=probes_failed * is_bad(at // 60),
            baseline=25,
            **counts,
        )
        for at in range(0, until, 5)
    ]


def result(found, before=BEFORE):
    return extended(RunningCounts(before=before), found, found[-1].end, LIMITS)


def alarm_at(found, before=BEFORE):
    alarm = result(found, before).alarm
    return alarm.at if alarm else None


@pytest.mark.parametrize(
    ("since", "factor"), [([(60, 4)], "12.1"), ([(60, 4)] * 2, "31.8"), ([(60, 4), (60, 0)], "2.33")]
)
def test_the_examples_of_the_module(since, factor):
    assert f"{exp(stays_factor(GOOD, since, 0.01)):.3g}" == factor
    assert factor in " ".join(intermittent.__doc__.split())


def test_what_five_clear_minutes_tell():
    clear = exp(stays_factor(((6000, 0),) * 5, [(6000, 300)], 0.005))
    assert f"after it B is {clear:.3g}" in " ".join(intermittent.__doc__.split())
    assert f"B is {clear:.3g}" in PAGE


@pytest.mark.slow
def test_bad_minutes_that_begin_by_and_by_take_nothing_back():
    """The first one is a short one; the five before the switch were good."""
    shorter = [
        row._replace(users_failed=4 * (row.at < 20)) if row.at < 60 else row for row in rows(lambda m: m % 3 == 0)
    ]
    assert alarm_at(shorter) is None
    assert alarm_at(shorter, before=None) is not None
    assert result(shorter).counts.doubt is not None


@pytest.mark.parametrize("begins", [0, 1, 3, 20])
def test_a_fault_that_stays_is_found_in_its_second_minute_at_the_latest(begins):
    found = alarm_at(rows(lambda minute: minute >= begins))
    assert 60 * begins < found <= 60 * begins + 70
    if begins == 0:
        assert found == alarm_at(rows(lambda minute: True), before=None)


def test_a_blip_long_ago_protects_nobody():
    assert alarm_at(rows(lambda minute: minute == 5 or minute >= 20, failed=3)) <= 1270


def test_a_fault_that_probes_meet_is_not_asked():
    by_turns = rows(lambda minute: minute % 2 == 0, probes_failed=2)
    assert alarm_at(by_turns) == alarm_at(by_turns, before=None) <= 60


def test_users_own_requests_are_asked_instead_where_they_are_mirrored():
    by_turns = rows(lambda minute: minute in (2, 4, 5), failed=6, mirrored=10)
    assert alarm_at(by_turns) is not None
    assert alarm_at([row._replace(mirrored_failed=row.users_failed // 5) for row in by_turns]) is None


def test_where_too_few_asked_before_the_switch_it_is_no_question():
    assert not comes_and_goes(((29, 0),) * 5, [(60, 4)], 0.01)
    assert not comes_and_goes(GOOD[:3], [(60, 4)], 0.01)
    assert comes_and_goes(GOOD, [(60, 4), (60, 0)], 0.01)


def test_an_outage_before_the_switch_is_no_bad_minute():
    seen = before_the_switch([(50, 50 if 24 <= place < 36 else 0, 0, 0) for place in range(60)])
    assert seen.minutes == ((600, 0),) * 4


def test_minutes_are_kept_over_looks_and_written():
    whole = result(rows(lambda minute: False, until=4200)).counts
    counts = RunningCounts(before=BEFORE)
    for row in rows(lambda minute: False, until=4200):
        counts = extended(counts, [row], row.end, LIMITS).counts
    assert counts.minutes == whole.minutes == ((600, 0),) * KEPT
    assert RunningCounts.model_validate_json(whole.model_dump_json()) == whole


def test_the_time_of_a_shared_outage_is_no_bad_minute():
    shared = [
        row._replace(baseline_failed=8, probes_failed=8) if row.users_failed else row
        for row in rows(lambda minute: minute == 3, until=600, failed=15)
    ]
    assert sum(failed for _, failed in result(shared).counts.minutes) == 0
