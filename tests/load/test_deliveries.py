"""Webhooks by the hundred over many services; `make simulate ARGS=--load` delivers ten thousand."""

import pytest

from tests.load.deliveries import load

pytestmark = pytest.mark.slow

DELIVERIES = 500


@pytest.fixture(scope="module")
def told():
    return load(DELIVERIES)


def test_each_tag_is_deployed_once_in_order_and_none_is_lost(told):
    assert told.deliveries == DELIVERIES
    assert told.faults == []


def test_what_is_lost_on_its_way_is_taken_up_by_the_watch(told):
    assert told.lost > 0
    assert told.missed > 0
