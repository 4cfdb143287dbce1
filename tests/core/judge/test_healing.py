"""A bad start that heals is given three minutes."""

from math import exp

import pytest

from bluegreen.core.judge.evidence import Interval, RunningCounts
from bluegreen.core.judge.leave_one_out import extended
from bluegreen.core.judge.signal_kinds import ANSWERS, SLOW
from bluegreen.core.judge.statistics import healing
from bluegreen.core.judge.statistics.healing import is_healing, stays_factor
from tests.core.judge.test_hard_limits import LIMITS
from tests.core.judge.test_theory import PAGE


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


@pytest.mark.parametrize(("failures", "factor"), [((6, 5, 5, 4, 3, 3, 2, 2, 1), "0.0351"), ((4,) * 9, "16.7")])
def test_the_examples_of_the_module_and_the_page(failures, factor):
    found = stays_factor([(5 * place, 75, failed) for place, failed in enumerate(failures)], LIMITS.tolerated)
    assert f"{exp(found):.3g}" == factor
    assert f"B is {factor}" in " ".join(healing.__doc__.split())
    assert f"give {factor}" in PAGE


def test_a_start_that_heals_takes_nothing_back():
    assert alarm(falling) is None


def test_a_fault_that_stays_or_grows_is_found_at_once():
    assert alarm(lambda at: 0.05).at <= 45
    assert alarm(lambda at: min(0.02 + at / 1000, 0.1)).at <= 60


def test_what_has_healed_in_part_only_is_found_in_the_end():
    assert alarm(lambda at: 0.1 if at < 15 else 0.03).at <= 180


def test_a_fall_that_may_be_chance_is_no_healing():
    seen = [Interval(at, users=20, users_failed=2 if at < 15 else 1) for at in range(0, 90, 5)]
    assert not is_healing(ANSWERS.metric, seen, LIMITS.tolerated)


def test_after_three_minutes_nothing_is_excused():
    assert is_healing(ANSWERS.metric, rows(falling, 180), LIMITS.tolerated)
    assert not is_healing(ANSWERS.metric, rows(falling, 185), LIMITS.tolerated)


def test_a_watch_that_did_not_see_the_start_excuses_nothing():
    assert not is_healing(ANSWERS.metric, rows(falling, 60)[1:], LIMITS.tolerated)


def test_slow_answers_after_the_warm_up_are_not_excused_a_second_time():
    """8 % where 5 % are allowed: too little for telling within 90 s whether it falls."""
    warm = [
        Interval(at, users=50, users_timed=50, users_slow=4, baseline=25, baseline_timed=25)
        if at >= 90
        else Interval(at, users=50, baseline=25)
        for at in range(0, 600, 5)
    ]
    assert not is_healing(SLOW.metric, warm[: 180 // 5], LIMITS.tolerance(SLOW))
    found = extended(RunningCounts(), warm, 600, LIMITS).alarm
    assert found.signal is SLOW
    assert found.at - 90 <= 135


def test_slow_answers_from_the_switch_on_are_asked():
    slow = [Interval(at, users=50, users_timed=50, users_slow=4) for at in range(0, 180, 5)]
    assert is_healing(SLOW.metric, slow[:12], LIMITS.tolerance(SLOW))
