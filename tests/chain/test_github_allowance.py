"""GitHub is asked for the tags of all services in turn, and no more often than its allowance lets all of them."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from bluegreen.watch.missed_tags import due, minutes_between

DAY = 24 * 60


def asked(services, minutes_long=DAY, every=5):
    """How often each is asked for, and how many are asked for in each minute."""
    each, minutes = Counter(), Counter()
    file = SimpleNamespace(services=dict.fromkeys(f"s{number:04d}" for number in range(services)))
    clients = SimpleNamespace(settings=SimpleNamespace(file=file))
    for minute in range(minutes_long):
        clock = SimpleNamespace(now=lambda at=minute: datetime(2026, 11, 23, tzinfo=UTC) + timedelta(minutes=at))
        for name in file.services:
            service = SimpleNamespace(name=name, tags=SimpleNamespace(ask_every=every))
            if due(SimpleNamespace(clock=clock, service=service, clients=clients)):
                each[name] += 1
                minutes[minute] += 1
    return each, minutes


def test_one_service_is_asked_for_as_often_as_its_settings_say():
    assert asked(1)[0] == {"s0000": DAY / 5}


def test_services_are_asked_for_in_turn():
    each, minutes = asked(20)

    assert set(each.values()) == {DAY / 5}
    assert set(minutes.values()) == {4}


@pytest.mark.parametrize("services", [1, 20, 166, 167, 1000, 5000])
@pytest.mark.parametrize("wanted", [1, 5, 60])
def test_all_of_them_stay_within_half_of_the_allowance(services, wanted):
    assert services * 60 / minutes_between(wanted, services) <= 2500
    assert minutes_between(wanted, services) >= wanted


def test_a_thousand_are_not_asked_for_at_once():
    assert max(asked(1000, 12)[1].values()) < 40
