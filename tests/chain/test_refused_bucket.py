"""A bucket that refuses us for good, and a journal that cannot be read: people are told past the journal."""

import pytest

from bluegreen.core.errors import Misconfigured, Unavailable
from bluegreen.core.phases import Phase
from bluegreen_emulator.memory_objects import MemoryObjects
from tests.chain.laptop import Laptop
from tests.chain.pair import Pair

REFUSED = "the state bucket is refused to us: nothing is watched, and nothing goes back by itself"
HALF_AN_HOUR, DAY = 30, 24 * 60


class Refusing(MemoryObjects):
    """What stands in `refused` is answered with an error; the rest is done."""

    def __init__(self, before):
        super().__init__()
        self._bodies, self.refused, self.error = before._bodies, set(), Misconfigured("QuotaExceeded")

    def _may(self, what):
        if what in self.refused:
            raise self.error

    def get(self, key):
        self._may("get")
        return super().get(key)

    def keys(self, prefix, after=""):
        self._may("get")
        return super().keys(prefix, after)

    def create(self, key, body):
        self._may("create")
        super().create(key, body)

    def put(self, key, body):
        self._may("put")
        super().put(key, body)


def watched(made, *refused):
    """A release in its bake, and a store that refuses from then on."""
    made.push("v1.3.0")
    made.until(Phase.WATCHING)
    made.queue.clear()
    made.state = made.shared.__dict__["state"] = Refusing(made.state)
    made.state.refused = set(refused)
    return made


def told_over(laptop, minutes):
    before = len(laptop.told())
    for _ in range(minutes):
        laptop.clock.sleep(60)
        laptop.invoke("ops/watch")
    return [text for text in laptop.told()[before:] if REFUSED in text]


@pytest.mark.bad_input(
    "settings",
    "the state bucket refuses every write, or every call: it is full or gone, the key was revoked, the clock is off",
    "people are told at once and once a day (twice an hour, where nothing at all can be written); production stays",
)
def test_where_the_journal_cannot_be_written_people_are_told_once_a_day():
    laptop = watched(Laptop(), "create")
    assert len(told_over(laptop, 5)) == 1
    message = next(each for each in laptop.slack.messages if REFUSED in each["payload"]["text"])
    assert "QuotaExceeded" in str(message)
    assert "bluegreen doctor" in str(message)
    assert "nobody has looked at v1.3.0 since 12:00 UTC: `bluegreen doctor` says why" in laptop.invoke("status")["what"]
    laptop.clock.sleep(DAY * 60)
    assert len(told_over(laptop, 2)) == 1


@pytest.mark.slow
def test_what_is_looked_at_is_not_said_to_be_looked_at_by_nobody():
    laptop = Laptop(watch={"checks": 10, "over": "60s", "bake": "20m", "every": "5s"})
    laptop.push("v1.3.0")
    for _ in range(15):
        assert "nobody has looked" not in laptop.invoke("status")["what"]
        laptop.minute()
    assert laptop.outcome("v1.3.0") == "live"


@pytest.mark.slow
@pytest.mark.parametrize("refused", [("create", "put"), ("get",), ("get", "create"), ("get", "create", "put")])
def test_where_nothing_can_be_noted_people_are_told_twice_an_hour(refused):
    laptop = watched(Pair(), *refused)
    assert len(told_over(laptop, 2 * HALF_AN_HOUR)) == 2


def test_a_bucket_that_is_busy_is_nobodys_matter():
    laptop = watched(Laptop(), "create", "get")
    laptop.state.error = Unavailable("InternalError")
    assert told_over(laptop, HALF_AN_HOUR) == []


def test_a_journal_that_cannot_be_read_is_told_with_the_object_that_is_spoilt():
    laptop = Laptop()
    laptop.invoke("ops/watch")
    seq = laptop.cloud("test").journal.newest().seq
    laptop.state.put(f"services/web/journal/{seq + 1:08d}.json", b'{"schema_version": 1}')
    for _ in range(3):
        laptop.clock.sleep(60)
        laptop.invoke("ops/watch")
    (text,) = [text for text in laptop.told() if "the journal cannot be read: nothing is watched" in text]
    message = next(each for each in laptop.slack.messages if text in each["payload"]["text"])
    assert f"{seq + 1:08d}.json does not parse" in str(message)
