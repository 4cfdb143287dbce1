"""A store that does not come to an end holds nobody up."""

import threading

import pytest

from bluegreen.clients.store.journal import Journal
from bluegreen.core.environment import Environment
from bluegreen.core.errors import Corrupt, Refused, Unavailable
from bluegreen_emulator.memory_objects import MemoryObjects
from bluegreen_router.follow import Follower
from bluegreen_router.log import Log
from bluegreen_router.route import Route
from bluegreen_router.store import MOST_BYTES, Timely
from bluegreen_router.versions import journal_of

BLUE, GREEN = Environment.BLUE, Environment.GREEN


class Endless(MemoryObjects):
    """Every call waits while `stuck` is set, as one does whose answer drips in."""

    def __init__(self) -> None:
        super().__init__()
        self.well = threading.Event()
        self.asked = 0

    def get(self, key: str) -> bytes | None:
        self.asked += 1
        self.well.wait(60)
        return super().get(key)


@pytest.fixture
def endless():
    store = Endless()
    yield store
    store.well.set()


def test_what_comes_in_time_is_passed_on_with_its_faults():
    store = MemoryObjects()
    timely = Timely(store)
    timely.create("a/1", b"one")
    timely.put("a/2", b"two")

    assert (timely.get("a/1"), timely.get("b"), timely.keys("a/")) == (b"one", None, ["a/1", "a/2"])
    assert set(timely.ages("a/")) == {"a/1", "a/2"}

    def refuse(key: str) -> bytes:
        raise Refused("no")

    store.get = refuse
    with pytest.raises(Refused):
        timely.get("a/1")


def test_a_call_without_an_end_is_left_behind_and_the_caller_is_shown_to_live(endless):
    ticks = []
    timely = Timely(endless, 0.1, lambda: ticks.append(1))
    with pytest.raises(Unavailable, match="no end of it within"):
        timely.get("a")
    endless.well.set()

    assert ticks
    assert timely.get("a") is None


def test_no_more_than_a_few_are_left_behind(endless):
    timely = Timely(endless, 0.02)
    for _ in range(10):
        with pytest.raises(Unavailable):
            timely.get("a")

    assert endless.asked == 3


def test_what_is_too_large_for_a_version_is_not_looked_into():
    store = MemoryObjects()
    store.put("a", bytes(MOST_BYTES))
    store.put("b", bytes(MOST_BYTES + 1))

    assert Timely(store).get("a") is not None
    with pytest.raises(Corrupt, match="1048577 bytes"):
        Timely(store).get("b")


def test_a_follower_goes_on_when_the_store_has_come_to_itself(service, endless):
    service.journal = Journal(endless, "web", nonce=str)
    service.serve(GREEN)
    routes: list[Route] = []
    follower = Follower(journal_of(Timely(endless, 0.05), "web"), routes.append, Log("web", "r"))
    follower.look()
    stuck = list(routes)
    endless.well.set()
    follower.look()

    assert stuck == []
    assert [route.active for route in routes] == [GREEN]
