"""One schedule over many services: who follows which, and that none waits for another."""

import threading

import pytest

from benchmarks.cost.fleet import Fleet, Slow
from bluegreen.core.errors import Unavailable

LATER = 1  # minute: what was asked for is overdue by then


@pytest.fixture
def fleet():
    return Fleet(24, 0.0)


def handed_on(fleet):
    """For which services a watch was woken, watch by watch."""
    return [event["data"]["services"] for event in fleet.woken if event["function"] == "ops/watch"]


def test_releases_in_flight_are_handed_on_four_a_watch(fleet):
    for name in fleet.names[:20]:
        fleet.request(name)
    fleet.woken.clear()

    answer, _ = fleet.watch(minutes=LATER)

    assert answer["ok"], answer
    assert sorted(map(len, handed_on(fleet))) == [4] * 5
    assert sorted(name for names in handed_on(fleet) for name in names) == fleet.names[:20]


@pytest.mark.parametrize(("flying", "watches"), [(2, 0), (4, 0), (5, 2), (9, 3)])
def test_what_fits_into_one_watch_is_not_handed_on(flying, watches, fleet):
    for name in fleet.names[:flying]:
        fleet.request(name)
    fleet.woken.clear()

    fleet.watch(minutes=LATER)

    assert len(handed_on(fleet)) == watches


def test_one_alone_is_followed_by_the_overseer_itself(fleet):
    fleet.request(fleet.names[3])
    fleet.woken.clear()

    fleet.watch(minutes=LATER)

    assert handed_on(fleet) == []
    assert [event["function"] for event in fleet.woken] == ["deploy"]  # its caretaker, for it was overdue


def test_a_nudge_looks_at_the_services_that_it_is_about(fleet):
    for name in fleet.names[:2]:
        fleet.request(name)
    fleet.woken.clear()
    nudge = {"specversion": "1.0", "type": "bluegreen.release.watching", "subject": fleet.names[1]}

    fleet.watch(nudge, minutes=LATER)
    assert {event["subject"] for event in fleet.woken} == {fleet.names[1]}

    fleet.woken.clear()
    fleet.watch({**nudge, "subject": "nobody", "data": {"services": [fleet.names[0]]}}, minutes=LATER)
    assert {event["subject"] for event in fleet.woken} == {fleet.names[0]}


@pytest.mark.parametrize("data", [None, {}, {"services": "s0000"}, {"services": [1, None]}, []])
def test_a_nudge_about_nobody_looks_at_all(fleet, data):
    for name in fleet.names[:2]:
        fleet.request(name)
    fleet.woken.clear()

    nudge = {"specversion": "1.0", "type": "bluegreen.release.watching", "subject": "x", "data": data}
    fleet.watch(nudge, minutes=LATER)

    assert {event["subject"] for event in fleet.woken} == set(fleet.names[:2])


@pytest.mark.slow
def test_very_many_share_watches_and_none_is_left_out():
    fleet = Fleet(120, 0.0)
    for name in fleet.names:
        fleet.request(name)
    fleet.woken.clear()

    fleet.watch(minutes=LATER)

    assert len(handed_on(fleet)) == 24
    assert max(map(len, handed_on(fleet))) == 5
    assert sorted(name for names in handed_on(fleet) for name in names) == fleet.names


@pytest.mark.slow
def test_where_wake_ups_are_refused_the_overseer_takes_every_turn_itself(fleet):
    for name in fleet.names[:3]:
        fleet.request(name)
    fleet.refuses = True
    before = {name: fleet.newest(name).seq for name in fleet.names[:3]}

    fleet.watch(minutes=LATER)

    assert all(fleet.newest(name).seq > before[name] for name in before)


def test_a_journal_that_cannot_be_read_hides_no_other(fleet, monkeypatch):
    for name in fleet.names[:6]:
        fleet.request(name)
    fleet.woken.clear()
    read = Slow.get

    def get(self, key):
        if key.startswith(f"services/{fleet.names[0]}/"):
            raise Unavailable("it does not answer")
        return read(self, key)

    monkeypatch.setattr(Slow, "get", get)
    fleet.watch(minutes=LATER)

    assert sorted(name for names in handed_on(fleet) for name in names) == fleet.names[1:6]


def test_what_rests_is_read_side_by_side(fleet):
    """The first two reads meet, or the first waits for nothing."""
    meet, met = threading.Barrier(2, timeout=5), threading.Event()

    def wait(self):
        if not met.is_set() and not meet.broken:
            meet.wait()
            met.set()

    fleet.store.wait = wait.__get__(fleet.store)
    fleet.watch(minutes=LATER)

    assert met.is_set()
