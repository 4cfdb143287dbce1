"""A provider that was asked too often says when it may be asked again: what people are told of a long wait."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from bluegreen_emulator.faults import Fault
from tests.chain.laptop import Laptop

MESSAGE = {"id": "too_many_requests", "message": "API rate limit exceeded."}


class Refusing(Laptop):
    """DigitalOcean takes no request for so many seconds, and says so by a number or by a date."""

    def __init__(self, seconds, dated=False):
        super().__init__()
        self.until, self.dated = self.clock.now() + timedelta(seconds=seconds), dated
        self.faults["digitalocean"].take = self._take

    def _take(self, method, path):
        left = (self.until - self.clock.now()).total_seconds()
        if left <= 0:
            return None
        dates = {"date": format_datetime(self.clock.now(), usegmt=True)}
        says = format_datetime(self.until, usegmt=True) if self.dated else str(int(left))
        return Fault(status=429, message=MESSAGE, headers={"retry-after": says, **(dates if self.dated else {})})


def told(laptop, words):
    return [str(each) for each in laptop.slack.messages if words in each["payload"]["text"]]


@pytest.mark.slow
@pytest.mark.parametrize("dated", [False, True])
def test_a_wait_that_ends_in_time_is_told_at_once_and_the_release_goes_on(dated):
    laptop = Refusing(400, dated)
    laptop.push("v1.3.0")
    laptop.drain()
    [message] = told(laptop, "nobody can be asked for 7 min while requested")
    assert "it is tried again by itself, until 12:10 UTC" in message
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"
    assert not told(laptop, "no progress")


@pytest.mark.slow
def test_one_that_ends_after_the_deadline_is_told_at_once_with_what_will_become_of_the_release():
    laptop = Refusing(1500)
    laptop.push("v1.3.0")
    laptop.drain()
    [message] = told(laptop, "nobody can be asked for 25 min while requested")
    assert "that is after its deadline (deadlines.requested): it is tried once more at 12:10 UTC" in message
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "rejected"
    assert [text for text in laptop.told() if "requested" in text or "rejected" in text] == [
        "web v1.3.0: nobody can be asked for 25 min while requested",
        "web v1.3.0: rejected; production is untouched",
    ]


def test_one_that_is_over_at_the_deadline_goes_on_by_the_last_try():
    laptop = Refusing(599)
    laptop.push("v1.3.0")
    laptop.drain()
    laptop.minute()
    for _ in range(10):
        laptop.minute()
    assert "v1.3.0" in (laptop.record().on(laptop.record().active).tag, laptop.record().on(laptop.record().idle).tag)
