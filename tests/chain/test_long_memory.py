"""Whatever fails and in whatever order: a tag without an order is taken once, and is never in neither memory."""

import random

import pytest

from bluegreen.core import long_memory, orders
from bluegreen.core.admission import ReleaseRequest
from bluegreen.core.config.options import Options
from bluegreen.core.errors import Later, Unavailable
from bluegreen.core.record import PAST_KEPT
from bluegreen.ordering.placing import newest_or_adopted, place, place_announced
from bluegreen_emulator.memory_objects import MemoryObjects
from tests.chain.laptop import Laptop

TAGS = [f"night-{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(2 * PAST_KEPT + 5)]


class Unreliable(MemoryObjects):
    """Any call may fail; a write before or after it has landed."""

    def __init__(self, chance):
        super().__init__()
        self.chance, self.share = chance, 0.0

    def get(self, key):
        if self.chance.random() < self.share:
            raise Unavailable(f"{key} was not read")
        return super().get(key)

    def create(self, key, body):
        fails, landed = self.chance.random() < self.share, self.chance.random() < 0.5
        if not fails or landed:
            super().create(key, body)
        if fails:
            raise Unavailable(f"nobody knows whether {key} was written")


def push(cloud, tag, delivery):
    request = ReleaseRequest(tag, "a" * 40, Options(), "a push", delivery)
    placed = place_announced(cloud, f"{tag} pushed", request)
    return placed.written and placed.outcome.taken


def end(cloud):
    place(cloud, "over", lambda record, now: orders.abort(record, cloud.service, "a test", now))


def holds(cloud, tag):
    record = newest_or_adopted(cloud).record
    return bool(
        record.in_hand(tag)
        or any(past.tag == tag for past in record.past)
        or cloud.journal.recalled(long_memory.release_key(tag))
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_whatever_fails_a_tag_is_taken_once_and_never_forgotten(seed):
    chance = random.Random(seed)
    laptop = Laptop(tags={"pattern": "*", "scheme": "none"})
    laptop.state = store = laptop.shared.__dict__["state"] = Unreliable(chance)
    cloud, taken = laptop.cloud("test"), []
    newest_or_adopted(cloud)
    for step in range(300):
        store.share = 0.15
        try:
            tag = chance.choice(TAGS)
            taken += [tag] if push(cloud, tag, f"delivery-{step}") else []
            end(cloud)
        except Later:
            pass
        store.share = 0.0
        assert all(holds(cloud, tag) for tag in taken)
    assert len(taken) == len(set(taken)) > PAST_KEPT
