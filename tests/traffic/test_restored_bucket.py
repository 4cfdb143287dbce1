"""A bucket restored from an older copy, where a provider's setting leads production and no router can tell."""

import pytest

from bluegreen_cli import recover
from tests.build import BLUE, GREEN
from tests.chain.driven import BalancedLaptop, NamedLaptop
from tests.chain.driven_ingress import IngressLaptop

MADE = {made.__name__: made for made in (BalancedLaptop, IngressLaptop, NamedLaptop)}


@pytest.fixture(params=MADE)
def laptop(request):
    """v1.5.0 is live on green; the bucket says that v1.4.0 on blue is, and v1.3.0 on green."""
    made = MADE[request.param]()
    for tag in ("v1.3.0", "v1.4.0"):
        made.push(tag)
        made.rest()
    copy = {key: made.state.get(key) for key in made.state.keys("")}
    made.push("v1.5.0")
    assert made.rest().active is GREEN
    made.land()
    made.state._bodies.clear()
    for key, body in copy.items():
        made.state.put(key, body)
    return made


@pytest.mark.slow
@pytest.mark.bad_input(
    "settings",
    "the bucket is restored from an older copy, where a provider's setting leads production",
    "production is not moved where the journal says; people are told, and nothing moves before `recover`",
)
def test_production_is_not_sent_where_an_older_copy_says(laptop):
    before = len(laptop.told())
    for _ in range(3):
        laptop.minute()
    laptop.land()
    assert laptop.led_to() is GREEN
    record = laptop.record()
    assert "production is on green, which does not run v1.3.0, as the journal says" in record.lost
    assert len([text for text in laptop.told()[before:] if "the journal lost its newest versions" in text]) == 1
    answer = laptop.invoke("rollback")
    assert answer["ok"] is False
    assert "bluegreen recover --service web" in answer["next"]
    laptop.land()
    assert laptop.led_to() is GREEN


@pytest.mark.slow
def test_a_person_says_where_production_is_and_releases_go_on(laptop):
    """What `bluegreen recover --active green` writes."""
    laptop.minute()
    cloud = laptop.cloud("test")

    def said(record, now):
        return recover.recovered(record, cloud.service, GREEN, record.epoch, now, 0)

    cloud.journal.update(cloud.journal.newest(), said, "bluegreen recover", "a person says so", laptop.clock.now)
    laptop.minute()
    assert (laptop.record().lost, laptop.record().active) == ("", GREEN)
    laptop.push("v1.6.0")
    assert laptop.rest().active is BLUE
    laptop.land()
    assert laptop.led_to() is BLUE
