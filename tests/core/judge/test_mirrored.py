"""Users' own requests, sent to both environments, as the strata of paths that no probe asks for."""

from math import exp

import pytest

from bluegreen.core.finding import Verdict
from bluegreen.core.judge.evidence import Interval, RunningCounts
from bluegreen.core.judge.intervals import Period, intervals
from bluegreen.core.judge.leave_one_out import extended
from bluegreen.core.judge.statistics import mirrored
from bluegreen.core.judge.statistics.strata import PROBES, USERS, e_value
from bluegreen.core.judge.statistics.twins import log_ratios
from tests.build import BLUE, GREEN, NOW, later
from tests.core.judge.test_hard_limits import LIMITS
from tests.core.judge.test_intervals import BOUNDS, block, counts
from tests.core.judge.test_verdict import interval, look, watched


def rows(failed, over_there=0, sent=3, probes_failed=0, until=600):
    """50 users' requests in each interval, of which so many fail from 300 s on, and so many of those mirrored do."""
    return [
        Interval(
            at,
            users=50,
            users_failed=failed * (at >= 300),
            probes=25,
            probes_failed=probes_failed * (at >= 300),
            baseline=25,
            mirrored=sent,
            mirrored_failed=over_there * (at >= 300),
        )
        for at in range(0, until, 5)
    ]


def alarm_at(found):
    alarm = extended(RunningCounts(), found, found[-1].end, LIMITS).alarm
    return alarm.at if alarm else None


def test_the_example_of_the_module():
    said = " ".join(mirrored.__doc__.split())
    assert f"L is {exp(log_ratios(50, 15, 3, 0)[1]):.2f} for t = 4" in said
    assert f"it is {exp(log_ratios(50, 15, 3, 1)[1]):.2f}." in said


def test_a_shared_outage_of_a_path_without_probes_takes_nothing_back():
    assert alarm_at(rows(15, over_there=1)) is None
    assert alarm_at(rows(15, sent=0)) <= 330  # nothing was mirrored: it cannot be known


def test_a_fault_that_the_other_side_does_not_show_takes_it_back():
    assert 300 < alarm_at(rows(15)) <= 340
    assert 300 < alarm_at(rows(5)) <= 500


def test_the_trouble_s_beginning_costs_nothing_to_find():
    """Four quiet minutes before it, in each of which one answer failed, change E little."""
    trouble = [Interval(at, users=50, users_failed=5, mirrored=3) for at in range(300, 360, 5)]
    quiet = [Interval(at, users=50, users_failed=int(at % 60 == 0), mirrored=3) for at in range(60, 300, 5)]
    alone = e_value((USERS, PROBES), trouble, LIMITS.tolerated)
    assert e_value((USERS, PROBES), quiet + trouble, LIMITS.tolerated) == pytest.approx(alone, rel=0.2)
    assert alone > 8


def test_where_nothing_is_in_trouble_e_is_one():
    assert (
        e_value((USERS, PROBES), [Interval(at, users=500, mirrored=25) for at in range(0, 60, 5)], LIMITS.tolerated)
        == 1
    )


def test_without_a_difference_e_is_one_on_the_average():
    """Over all ways to deal one failure an interval among 50 requests and 3 mirrored, over two intervals."""
    total = 0.0
    for first in (0, 1):
        for second in (0, 1):
            seen = [
                Interval(5 * place, users=50, users_failed=1 - lost, mirrored=3, mirrored_failed=lost)
                for place, lost in enumerate((first, second))
            ]
            chance = (3 / 53) ** (first + second) * (50 / 53) ** (2 - first - second)
            total += chance * e_value((USERS, PROBES), seen, LIMITS.tolerated)
    assert total == pytest.approx(1)


def test_a_fault_that_probes_see_waits_for_nothing():
    mirroring, without = (alarm_at(rows(5, sent=sent, probes_failed=3)) for sent in (3, 0))
    assert mirroring == without <= 360


@pytest.mark.parametrize("sent", [0, 1])
def test_few_that_are_mirrored_are_not_asked_and_protect_nobody(sent):
    """One in 20 s is 15 in five minutes."""
    few = [row._replace(mirrored=sent * (row.at % 20 == 0)) for row in rows(5)]
    assert alarm_at(few) == alarm_at(rows(5, sent=0))


def test_what_is_mirrored_is_counted_of_the_other_environment():
    block_ = block(0, {GREEN: counts(1)}).model_copy(update={"mirrored": {GREEN: counts(3), BLUE: counts(2)}})
    (found,) = intervals([block_], GREEN, Period(NOW, NOW, later(60)), BOUNDS)
    assert (found.mirrored, found.mirrored_failed) == (10, 2)
    assert found.plus(found)[-2:] == (20, 4)


def test_the_message_says_what_became_of_users_own_requests():
    found = watched(
        lambda at: look([interval(at, users_failed=30, mirrored=10, mirrored_failed=3)]),
        until=90,
    )
    assert found.finding.verdict is Verdict.HOLD
    assert "9 of 30 of users' own requests, which blue was sent as well" in found.finding.says
    assert found.finding.says.endswith("both fail, green no more than blue: nothing speaks for going back")


def test_rows_are_stored_as_before_where_nothing_is_mirrored():
    stored = RunningCounts(rows=(Interval(0, users=1), Interval(5, mirrored=2, mirrored_failed=1))).model_dump()
    assert [len(row) for row in stored["rows"]] == [14, 17]
    again = RunningCounts.model_validate_json(RunningCounts(rows=(Interval(5, mirrored=2),)).model_dump_json())
    assert again.rows[0].mirrored == 2
