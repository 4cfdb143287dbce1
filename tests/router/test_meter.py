"""What Envoy counts a moment apart comes together: a failure, and the request that it is one of."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from bluegreen.core.environment import Environment
from bluegreen_router.engine.logs import ANSWERED, FAILED, PREFIX
from bluegreen_router.engine.routes import USERS
from bluegreen_router.meter import Meter


class Envoy:
    """Tells the totals that it is given: requests, of which so many failed."""

    def __init__(self):
        self.totals = (0, 0)

    def samples(self, pattern):
        labels = {"route": USERS, "environment": "blue"}
        requests, failed = self.totals
        buckets = [(f"{PREFIX}_{ANSWERED}_bucket", labels | {"le": le}, requests) for le in ("10", "+Inf")]
        return [*buckets, (f"{PREFIX}_{FAILED}", labels, failed)]


def test_a_failure_waits_for_its_request_and_is_not_held_against_others():
    envoy = Envoy()
    meter, found = Meter(envoy), []
    for totals in [(0, 0), (0, 3), (0, 4), (10, 4), (10, 4), (12, 5)]:
        envoy.totals = totals
        counts = meter.look().users.get(Environment.BLUE)
        found.append((counts.requests, counts.failed) if counts else None)

    assert found == [None, None, None, (10, 4), None, (2, 1)]


def test_a_failure_whose_request_is_never_counted_is_one_by_itself():
    envoy, now = Envoy(), iter([0, 0, 3, 9, 11, 12, 12])
    meter, found = Meter(envoy, lambda: next(now)), []
    for totals in [(0, 3), (0, 3), (0, 3), (10, 3)]:
        envoy.totals = totals
        counts = meter.look().users.get(Environment.BLUE)
        found.append((counts.requests, counts.failed) if counts else None)

    assert found == [None, None, (3, 3), (10, 0)]


def test_two_looks_at_once_count_once():
    both, envoy = threading.Barrier(2), Envoy()
    envoy.totals = (10, 3)
    samples = envoy.samples

    def slowly(pattern):
        with suppress(threading.BrokenBarrierError):
            both.wait(0.2)  # until the other has asked too, if it may
        return samples(pattern)

    envoy.samples = slowly
    meter = Meter(envoy)
    with ThreadPoolExecutor(2) as looking:
        news = [each.result().users for each in [looking.submit(meter.look) for _ in range(2)]]

    assert sum(counts.requests for users in news for counts in users.values()) == 10
