"""Blocks of the sources as intervals since the switch."""

from bluegreen.core.judge.intervals import Period, SlowBounds, intervals, pre_switch
from bluegreen.core.judge.telemetry import Block, Counts
from tests.build import BLUE, GREEN, NOW, later

BOUNDS = SlowBounds(critical=2000, warning=1000, warm_up=30)
FAST, SLOW = (0, 9, 0, 0, 0, 0, 0, 0, 0, 0), (0, 0, 0, 0, 0, 0, 0, 0, 9, 0)


def block(seconds, users=None, probes=None):
    return Block(at=later(seconds), seconds=5, users=users or {}, probes=probes or {})


def counts(failed=0, buckets=FAST):
    return Counts(requests=10, failed=failed, buckets=buckets)


def test_users_are_the_active_environments_and_probes_those_of_both():
    blocks = [block(42, {GREEN: counts(1), BLUE: counts(9)}, {GREEN: counts(2), BLUE: counts(3)})]
    (found,) = intervals(blocks, GREEN, Period(NOW, NOW, later(60)), BOUNDS)
    assert (found.at, found.end) == (40, 45)
    assert (found.users, found.users_failed, found.probes_failed, found.baseline_failed) == (10, 1, 2, 3)


def test_no_more_failures_than_requests_are_held_against_a_release():
    odd = Counts(requests=2, failed=5)
    (found,) = intervals([block(0, {GREEN: odd}, {GREEN: odd, BLUE: odd})], GREEN, Period(NOW, NOW, later(60)), BOUNDS)
    assert (found.users_failed, found.probes_failed, found.baseline_failed) == (2, 2, 2)


def test_only_blocks_of_the_period_and_after_the_switch_count():
    blocks = [block(at, {GREEN: counts()}) for at in (-10, 0, 10, 20)]
    found = intervals(blocks, GREEN, Period(NOW, later(5), later(20)), BOUNDS)
    assert [each.at for each in found] == [10]


def test_slow_answers_count_after_the_warm_up_only():
    blocks = [block(at, {GREEN: counts(buckets=SLOW)}) for at in (0, 30)]
    found = intervals(blocks, GREEN, Period(NOW, NOW, later(60)), BOUNDS)
    assert [(each.users_timed, each.users_slow) for each in found] == [(0, 0), (9, 9)]


def test_before_the_switch_users_of_the_other_environment_count():
    blocks = [block(-10, {BLUE: counts(1, SLOW), GREEN: counts(5)}), block(10, {BLUE: counts(5)})]
    found = pre_switch(blocks, GREEN, NOW, BOUNDS)
    assert (found.users, found.failed, found.timed, found.slow) == (10, 1, 9, 9)
    assert pre_switch(blocks[1:], GREEN, NOW, BOUNDS) is None
