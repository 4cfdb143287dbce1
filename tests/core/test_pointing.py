"""Pointing production elsewhere: what serves, what is idle, and which epoch it is."""

from bluegreen.core.environment import Status
from bluegreen.core.phases import Phase
from bluegreen.core.pointing import point_at, point_back
from tests.build import BLUE, COMMIT, GREEN, NOW, first, in_phase


def test_production_that_is_pointed_elsewhere_begins_an_epoch_and_remembers_what_it_served():
    record = point_at(first().model_copy(update={"apart": "shop/v1.2.0"}), GREEN, NOW)
    assert (record.active, record.epoch, record.apart) == (GREEN, first().epoch + 1, "")
    assert (record.on(GREEN).status, record.on(BLUE).status) == (Status.ACTIVE, Status.IDLE)
    assert [*record.served] == ["v1.2.0", "v1.1.0"]


def test_where_production_is_already_nothing_changes():
    assert point_at(first(), BLUE, NOW) == first()


def test_what_production_is_pointed_back_from_is_unfit():
    record = point_back(in_phase(Phase.WATCHING), NOW)
    assert record.active is BLUE
    assert (record.on(GREEN).status, record.on(GREEN).proven) == (Status.UNFIT, False)
    assert record.served["v1.3.0"] == COMMIT
    assert point_back(record, NOW) == record
