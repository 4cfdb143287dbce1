"""Whole releases, by every driver: live, taken back, taken back by a person, and through other people's changes."""

import pytest

from bluegreen.core.phases import Phase
from bluegreen_emulator.faults import Fault
from tests.build import BLUE, GREEN
from tests.chain.driven import BalancedLaptop, FollowedLaptop, NamedLaptop
from tests.chain.driven_ingress import IngressLaptop

pytestmark = pytest.mark.slow

KEPT = {"live", "unproven"}  # few requests are seen on a still clock
BROKEN = {"share": 1.0, "when": "production"}


MADE = {made.__name__: made for made in (FollowedLaptop, BalancedLaptop, IngressLaptop, NamedLaptop)}
# Where the journal is the setting nobody else can change it.
with_a_provider = pytest.mark.parametrize(
    "laptop", [name for name, made in MADE.items() if made is not FollowedLaptop], indirect=True
)


@pytest.fixture(params=MADE)
def laptop(request):
    laptop = MADE[request.param]()
    yield laptop
    assert laptop.digitalocean.violations == []


def serving(laptop):
    """Whom production's requests reach, and what answers there."""
    laptop.land()
    environment = laptop.led_to()
    return environment, laptop._program(environment).env["APP_VERSION"]


def test_good_releases_go_live_by_turns_and_the_one_before_stays(laptop):
    for tag, before, active in (("v1.3.0", "v1.2.0", GREEN), ("v1.4.0", "v1.3.0", BLUE)):
        laptop.push(tag)
        record = laptop.rest()
        assert laptop.outcome(tag) in KEPT
        assert record.active is active
        assert serving(laptop) == (active, tag)
        assert (record.on(active.other).tag, record.on(active.other).may_serve) == (before, True)


def test_a_release_that_fails_in_production_is_taken_back_by_itself(laptop):
    laptop.push("v1.3.0", fault=BROKEN)
    record = laptop.rest()
    assert laptop.outcome("v1.3.0") == "rolled back"
    assert record.active is BLUE
    assert serving(laptop) == (BLUE, "v1.2.0")
    assert "v1.3.0" in record.quarantine


def test_a_person_takes_a_release_back(laptop):
    laptop.push("v1.3.0")
    laptop.rest()
    answer = laptop.invoke("rollback")
    assert (answer["ok"], answer["active"], answer["tag"]) == (True, "blue", "v1.2.0")
    assert laptop.rest().active is BLUE
    assert serving(laptop) == (BLUE, "v1.2.0")
    assert laptop.outcome("v1.3.0") == "rolled back"


def test_a_person_takes_a_release_back_while_production_is_still_moving(laptop):
    laptop.push("v1.3.0")
    laptop.until(Phase.READY)
    laptop.clock.limit = 9.0  # the function has time to send, and none to wait
    laptop.invoke("switch", laptop.queue.popleft()[1])
    laptop.clock.limit = 70.0
    assert laptop.record().active is GREEN
    assert laptop.invoke("rollback")["ok"]
    assert laptop.rest().active is BLUE
    assert serving(laptop) == (BLUE, "v1.2.0")


def test_a_way_back_during_an_outage_of_the_provider_is_taken_when_it_is_over(laptop):
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.faults["digitalocean"].add(Fault(status=503, times=20))
    assert laptop.invoke("rollback")["ok"]
    assert laptop.rest().active is BLUE
    assert serving(laptop) == (BLUE, "v1.2.0")


@with_a_provider
def test_nothing_is_deployed_to_an_environment_that_somebody_has_pointed_production_at(laptop):
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.change(laptop.values()[BLUE])
    laptop.land()
    laptop.push("v1.4.0")
    laptop.invoke(*laptop.queue.popleft())
    release = laptop.record().release
    assert release.phase is Phase.REQUESTED
    assert "blue may still serve production" in release.reason
    laptop.rest()
    assert laptop.outcome("v1.4.0") in KEPT
    assert serving(laptop) == (BLUE, "v1.4.0")


@with_a_provider
def test_somebody_elses_change_under_a_fresh_release_is_set_right_and_the_release_stays(laptop):
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.change(laptop.values()[BLUE])
    laptop.land()
    for _ in range(4):
        laptop.minute()
    assert laptop.record().active is GREEN
    assert serving(laptop) == (GREEN, "v1.3.0")
    assert sum("not by Bluegreen" in text for text in laptop.told()) == 1


@pytest.mark.parametrize(
    ("made", "scopes"),
    [
        (FollowedLaptop, ()),
        (BalancedLaptop, ("load_balancer:read", "load_balancer:update", "tag:read")),
        (IngressLaptop, ("registry:read",)),
        (NamedLaptop, ("domain:read", "domain:update")),
    ],
)
def test_the_token_needs_no_more_than_the_page_on_traffic_says(made, scopes):
    laptop = made()
    laptop.digitalocean.settings.tokens = {"dop_v1_of-this-test": frozenset({"app:read", "app:update", *scopes})}
    laptop.push("v1.3.0")
    assert laptop.rest().active is GREEN
    assert laptop.invoke("rollback")["ok"]
    assert laptop.rest().active is BLUE
    assert serving(laptop) == (BLUE, "v1.2.0")
