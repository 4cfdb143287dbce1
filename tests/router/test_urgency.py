"""Twin probes are multiplied while the release under watch fails its users, and no longer than told."""

from datetime import UTC, datetime, timedelta

import pytest

from bluegreen.core.environment import Environment
from bluegreen.core.judge.telemetry import Block, Counts
from bluegreen.core.phases import Phase
from bluegreen_router.route import Route
from bluegreen_router.urgency import Urgency, failing
from tests.waiting import until

BLUE, GREEN = Environment.BLUE, Environment.GREEN
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
OFTEN = {"BLUEGREEN_PROBES_PER_SECOND": "1", "BLUEGREEN_TELEMETRY_SECONDS": "0.5"}


def route(phase: Phase | None = Phase.WATCHING) -> Route:
    return Route(service="web", seq=2, epoch=2, active=GREEN, tags={}, phase=phase)


def block(requests: int, failed: int, age: float = 1, environment: Environment = GREEN) -> Block:
    users = {environment: Counts(requests=requests, failed=failed)}
    return Block(at=NOW - timedelta(seconds=age), seconds=1, users=users)


@pytest.mark.parametrize(
    ("blocks", "phase", "found"),
    [
        ((block(100, 2),), Phase.WATCHING, True),
        ((block(50, 1), block(50, 1)), Phase.WATCHING, True),
        ((block(100, 1),), Phase.WATCHING, False),  # one is chance
        ((block(1000, 5),), Phase.WATCHING, False),  # tolerated
        ((block(100, 50, age=11),), Phase.WATCHING, False),
        ((block(100, 50, environment=BLUE),), Phase.WATCHING, False),
        ((), Phase.WATCHING, False),
        ((block(100, 50),), None, False),
        ((block(100, 50),), Phase.ROLLING_BACK, False),  # decided
        ((block(100, 50),), Phase.SWITCHING, False),
    ],
)
def test_what_counts_as_failing(blocks, phase, found):
    assert failing(route(phase), blocks, NOW) is found


def test_without_a_route_nothing_fails():
    assert not failing(None, (block(100, 50),), NOW)


def test_it_lasts_no_longer_than_told_and_then_there_is_a_pause():
    urgency = Urgency(None, 120)
    asked = {
        seconds: urgency.may(NOW + timedelta(seconds=seconds)) for seconds in (0, 60, 119, 120, 400, 719, 720, 839, 840)
    }

    assert [seconds for seconds, may in asked.items() if may] == [0, 60, 119, 720, 839]


def test_a_clock_that_is_set_back_begins_anew():
    urgency = Urgency(None, 120)
    urgency.may(NOW)

    assert urgency.may(NOW - timedelta(hours=1))


def probed(router, environment: Environment) -> int:
    return sum(one.probes[environment].requests for one in router.telemetry().blocks if environment in one.probes)


@pytest.mark.slow
def test_both_environments_are_probed_more_often_until_it_is_decided(start, service, green):
    """One probe in five seconds is usual: forty more of each would take more than three minutes."""
    usual = {**OFTEN, "BLUEGREEN_PROBES_PER_SECOND": "0.2"}
    router = start(**usual, BLUEGREEN_URGENT_PROBES="50")
    router.follows(service.serve(GREEN, Phase.WATCHING))
    green.status = 500
    until(lambda: router.get() and router.agent._urgency.on, what="more probes are sent")
    began = {one: probed(router, one) for one in Environment}
    until(lambda: all(probed(router, one) > began[one] + 40 for one in Environment), what="40 more of each")
    router.follows(service.serve(BLUE, Phase.ROLLING_BACK))
    until(lambda: not router.agent._urgency.on, what="no more than usual")


@pytest.mark.slow
@pytest.mark.parametrize("more", [{"BLUEGREEN_URGENT_PROBES": "1"}, {"BLUEGREEN_PROBES_PER_SECOND": "0"}], ids=str)
def test_it_can_be_switched_off(start, service, green, look, more):
    router = start(**{**OFTEN, **more})
    router.follows(service.serve(GREEN, Phase.WATCHING))
    green.status = 500
    until(lambda: router.get() and router.agent._ledger.blocks and failing_now(router), what="it fails")
    look()

    assert not router.agent._urgency.on


def failing_now(router) -> bool:
    return failing(router.agent.route, router.agent._ledger.blocks, datetime.now(UTC))
