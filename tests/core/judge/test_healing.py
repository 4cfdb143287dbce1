"""A bad start that heals is given three minutes."""

from math import exp

import pytest

from bluegreen.core.judge.evidence import Interval, RunningCounts
from bluegreen.core.judge.leave_one_out import extended
from bluegreen.core.judge.signal_kinds import ANSWERS
from bluegreen.core.judge.statistics.healing import is_healing
from tests.core.judge.test_hard_limits import LIMITS


def falling(at):
    return 0.1 * exp(-(at + 2.5) / 30)


def rows(rate, until=600, n=1000):
    return [
        Interval(
            at, users=n, users_failed=round(n * rate(at)), probes=200, probes_failed=round(200 * rate(at)), baseline=200
        )
        for at in range(0, until, 5)
    ]


def alarm(rate):
    found = rows(rate)
    return extended(RunningCounts(), found, found[-1].end, LIMITS).alarm


def test_the_example_of_the_module():
    seen = rows(falling, 35)
    assert (round(sum(row.users_failed for row in seen[:3]) / 30, 1), is_healing(ANSWERS.metric, seen)) == (7.9, True)
    assert round(sum(row.users_failed for row in seen[-3:]) / 30, 1) == pytest.approx(4.0, abs=0.1)


def test_a_start_that_heals_takes_nothing_back():
    assert alarm(falling) is None


def test_a_fault_that_stays_or_grows_is_found_at_once():
    assert alarm(lambda at: 0.05).at <= 45
    assert alarm(lambda at: min(0.02 + at / 1000, 0.1)).at <= 60


def test_what_has_healed_in_part_only_is_found_in_the_end():
    assert 180 <= alarm(lambda at: 0.1 if at < 15 else 0.03).at <= 200


def test_a_fall_that_may_be_chance_is_no_healing():
    seen = [Interval(at, users=20, users_failed=2 if at < 15 else 1) for at in range(0, 60, 5)]
    assert not is_healing(ANSWERS.metric, seen)
