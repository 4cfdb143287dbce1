"""A release that nobody has in hand: its wake-up is on its way, is lost, or was never sent: a hook may have no key."""

from datetime import timedelta

import pytest

from bluegreen.core.orders import Outcome
from bluegreen.core.phases import Phase
from bluegreen.ordering.placing import place
from tests.chain.laptop import Laptop

SCHEDULE = {"source": "schedule"}


def pushed():
    """Noted by the hook, and nobody has come since."""
    laptop = Laptop()
    laptop.push("v1.3.0")
    return laptop, laptop.queue.pop()


@pytest.mark.slow
def test_the_watch_that_begins_right_after_the_push_has_its_caretaker_woken_before_it_ends():
    laptop, _ = pushed()
    begun = laptop.clock.now()

    laptop.invoke("ops/watch", SCHEDULE)

    assert [function for function, _ in laptop.queue] == ["deploy"]
    assert laptop.clock.now() - begun < timedelta(seconds=20)  # and it does not stay its minute
    laptop.rest(6)
    assert laptop.outcome("v1.3.0") == "live"


def test_a_caretaker_that_is_on_its_way_is_not_woken_again(monkeypatch):
    laptop, wake_up = pushed()
    sleep, coming = laptop.clock.sleep, [wake_up]

    def arrives(seconds):
        sleep(seconds)
        if coming:
            laptop.invoke(*coming.pop())

    monkeypatch.setattr(laptop.clock, "sleep", arrives)
    laptop.invoke("ops/watch", SCHEDULE)

    assert laptop.record().in_flight.phase is not Phase.REQUESTED
    assert [line for line in laptop.lines if line["what"].startswith("overdue")] == []


def test_a_turn_that_is_put_off_is_not_waited_for():
    laptop, _ = pushed()
    cloud, later = laptop.cloud("deploy"), laptop.clock.now() + timedelta(seconds=8)
    place(cloud, "put off", lambda record, now: Outcome(True, record.with_release(wake_at=later), "put off"))
    begun = laptop.clock.now()

    laptop.invoke("ops/watch", SCHEDULE)

    assert (laptop.clock.now(), [*laptop.queue]) == (begun, [])
