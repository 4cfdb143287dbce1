"""What Envoy counts a moment apart comes together: a failure, and the request that it is one of."""

from bluegreen.core.environment import Environment
from bluegreen_router.engine.logs import ANSWERED, ENDED, FAILED, PREFIX
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
        ended = (f"{PREFIX}_{ENDED}", labels, requests)
        return [*buckets, ended, (f"{PREFIX}_{FAILED}", labels, failed)]


def test_a_failure_waits_for_its_request_and_is_not_held_against_others():
    envoy = Envoy()
    meter, found = Meter(envoy), []
    for totals in [(0, 0), (0, 3), (0, 4), (10, 4), (10, 4), (12, 5)]:
        envoy.totals = totals
        counts = meter.look().users.get(Environment.BLUE)
        found.append((counts.requests, counts.failed) if counts else None)

    assert found == [None, None, None, (10, 4), None, (2, 1)]
