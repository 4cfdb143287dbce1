"""Looks that a router paces: cheaper than a watch that stays, as fast, and nobody relies on a beat that does not come.

On the virtual clock of `make bench-scale`.
"""

from itertools import pairwise

import pytest

from benchmarks.scale.namespace import Namespace
from benchmarks.scale.services import Latencies
from bluegreen.core.inbound.nudges import from_outside, nudge, said_by
from bluegreen.core.phases import Phase
from bluegreen.watch import beats
from tests.build import NOW

pytestmark = pytest.mark.slow

EVERY, MINUTE = 3.0, 60.0
GIB = 0.25


def looks(fleet, seconds):
    """When production was asked for the first service."""
    found = []
    fleet.world.asked = lambda service: found.append(fleet.time.t) if service == fleet.names[0] else None
    fleet.run(seconds)
    return found


def gaps(found, since):
    return [later - earlier for earlier, later in pairwise(found) if later > since]


def an_hour(fleet):
    """GiB-seconds: of the minutes after the first."""
    fleet.time.at(MINUTE + 30, lambda: setattr(fleet, "billed", 0.0))
    fleet.run(4 * MINUTE + 30)
    return fleet.billed * GIB * 20


def test_an_hours_bake_costs_a_third_of_staying_awake():
    awake, paced = an_hour(Namespace(1, 1, nudges=False)), an_hour(Namespace(1, 1))

    assert awake > 700
    assert paced <= 300


@pytest.mark.parametrize("services", [1, 5])
def test_looks_are_as_frequent_as_those_of_a_watch_that_stays(services):
    fleet = Namespace(services, 1)
    found = gaps(looks(fleet, 4 * MINUTE), since=0)

    assert fleet.record("s0000").release.beat is not None
    assert max(found) < EVERY + 1
    assert sorted(found)[len(found) // 2] < EVERY


def test_bad_releases_are_taken_back_as_fast():
    faults, took = (131.0, 145.7, 158.4), []
    for nudges in (False, True):
        fleet = Namespace(3, 3, nudges=nudges)
        fleet.world.moved.clear()
        fleet.world.fails.update(zip(fleet.names, faults, strict=True))
        fleet.run(faults[-1] + 45)
        took.append([fleet.world.moved[name] - since for name, since in fleet.world.fails.items()])

    assert sum(took[1]) <= sum(took[0]) + 3, took


def test_where_nobody_can_nudge_a_watch_stays():
    for fleet in (Namespace(1, 1, nudges=False), Namespace(1, 1, key=False)):
        found = looks(fleet, 4 * MINUTE)

        assert fleet.record("s0000").release.beat is None
        assert max(gaps(found, since=0)) < 8  # without a key from one minute's watch to the next


def test_beats_that_never_arrive_are_not_relied_on():
    fleet = Namespace(1, 1)
    fleet.world.mute.add("s0000")
    found = looks(fleet, 4 * MINUTE)

    assert fleet.record("s0000").release.beat is not None
    assert max(gaps(found, since=0)) < EVERY + 1


def test_beats_that_stop_are_missed_within_a_minute_and_not_twice():
    fleet = Namespace(1, 1)
    fleet.time.at(2 * MINUTE + 15, lambda: fleet.world.mute.add("s0000"))
    found = looks(fleet, 6 * MINUTE)

    assert 30 < max(gaps(found, since=2 * MINUTE)) < MINUTE
    assert max(gaps(found, since=3 * MINUTE + 10)) < EVERY + 1


def test_an_instance_that_is_gone_is_replaced():
    fleet = Namespace(1, 1)
    fleet.time.at(2 * MINUTE + 15, lambda: setattr(fleet.world, "instance", "two"))
    found = looks(fleet, 6 * MINUTE)

    assert fleet.record("s0000").release.beat.instance == "two"
    assert max(gaps(found, since=3 * MINUTE + 10)) < EVERY + 1
    assert fleet.began[5] > 30  # beats again


def test_more_than_a_few_are_not_paced_and_share_watches():
    fleet = Namespace(6, 2)
    fleet.run(2 * MINUTE + 30)
    assert all(fleet.record(name).release.beat for name in fleet.baking)

    for name in fleet.names[2:]:
        fleet.bake(name)
    fleet.run(3 * MINUTE + 30)

    assert [name for name in fleet.names if fleet.record(name).release.beat] == []
    assert len(fleet.names) > beats.FEW


def test_a_slow_app_does_not_make_the_platform_run_too_much_at_once():
    fleet = Namespace(3, 3, Latencies(web=9.0))
    fleet.run(5 * MINUTE)

    assert fleet.most_at_once <= 60
    assert all(fleet.record(name).release.phase is Phase.WATCHING for name in fleet.names)


def test_who_sent_a_nudge_is_a_name_and_nothing_else():
    event = nudge("web", None, Phase.DEPLOYING, "hooks/deployment", NOW)

    assert from_outside(event) is None
    assert from_outside(said_by(event, "one")) == "one"
    assert len(from_outside(said_by(event, "x" * 10_000))) == 200
    for odd in (None, 7, {"a": 1}, ["one"]):
        assert from_outside(said_by(event, odd)) == ""
    for data in (None, [], "x", {"from_outside": "yes", "instance": "one"}):
        assert from_outside({**event, "data": data}) is None
    assert from_outside({"data": {"from_outside": True, "instance": "one"}}) is None
