"""Webhooks by the hundred over many services; `make simulate ARGS=--load` delivers ten thousand."""

from tests.load.deliveries import load

DELIVERIES = 1000


def test_each_tag_is_deployed_once_in_order_and_none_is_lost():
    told = load(DELIVERIES)
    assert told.faults == []


def test_what_is_lost_on_its_way_is_taken_up_by_the_watch():
    told = load(DELIVERIES)
    assert told.deliveries == DELIVERIES
    assert told.lost > 0
    assert told.missed > 0
    assert not [fault for fault in told.faults if "rested" in fault or "deployed" in fault or "refused" in fault]
