"""Somebody else's hand on the setting, again and again; and a setting that is gone, or that nobody may read."""

import pytest

from bluegreen_emulator.faults import Fault
from tests.chain.driven import BalancedLaptop, NamedLaptop

pytestmark = pytest.mark.slow

DAY = 24 * 60 * 60


@pytest.fixture(params=[BalancedLaptop, NamedLaptop], ids=["load_balancer", "dns_record"])
def laptop(request):
    """v1.3.0 has been released, so the setting is Bluegreen's own."""
    made = request.param()
    made.push("v1.3.0")
    made.rest()
    return made


def told(laptop, words="not by Bluegreen"):
    return [text for text in laptop.told() if words in text]


def pointed_back(laptop, refused=0):
    """Terraform puts back what its state says, and the watch sets it right."""
    for environment, value in laptop.values().items():
        if environment is laptop.record().idle:
            laptop.change(value)
    laptop.land()
    if refused:
        laptop.faults["digitalocean"].add(Fault(method="PUT|PATCH", status=500, times=refused))
    for _ in range(3):
        laptop.minute()
    laptop.land()
    assert laptop.led_to() is laptop.record().active


def test_what_is_set_each_time_is_told_twice_and_then_only_once_it_is_another_or_a_day_later(laptop):
    for _ in range(5):
        pointed_back(laptop)
    first, again = told(laptop)
    assert "was pointed at blue, not by Bluegreen; set right" in first
    assert "was pointed at blue again, not by Bluegreen; set right" in again
    [message] = [str(each) for each in laptop.slack.messages if "blue again" in str(each["payload"]["text"])]
    assert "something sets it each time (Terraform, a pipeline, a script)" in message

    laptop.clock.sleep(DAY + 60)
    pointed_back(laptop)
    assert told(laptop)[2:] == [first]


def test_each_one_that_cannot_be_set_right_is_told(laptop):
    for _ in range(3):
        pointed_back(laptop)
    pointed_back(laptop, refused=2)
    assert "blue, not by Bluegreen; not set right" in told(laptop)[2]


def gone(laptop):
    if isinstance(laptop, NamedLaptop):
        laptop.digitalocean.domains.remove("holilabs.com", laptop._record["id"])
    else:
        del laptop.digitalocean.load_balancers.all[laptop.balancer]


def unreadable(laptop):
    laptop.faults["digitalocean"].add(Fault(status=401, message={"message": "Unable to authenticate you"}, times=999))


@pytest.mark.parametrize("happens", [gone, unreadable])
def test_a_setting_that_cannot_be_seen_any_more_is_told_once_with_what_to_do(laptop, happens):
    happens(laptop)
    for _ in range(4):
        laptop.minute()
    assert len(told(laptop, "where production goes cannot be seen, nor set right: a person is needed")) == 1
    assert laptop.record().strayed.startswith("it cannot be seen: ")
    [message] = [str(each) for each in laptop.slack.messages if "cannot be seen" in each["payload"]["text"]]
    assert "a switch or a rollback would fail until then" in message


def test_once_it_is_seen_again_all_is_well(laptop):
    unreadable(laptop)
    laptop.minute()
    laptop.faults["digitalocean"].clear()
    laptop.minute()
    assert laptop.record().strayed == ""


def test_an_outage_of_the_provider_is_told_to_nobody(laptop):
    laptop.faults["digitalocean"].add(Fault(status=503, times=999))
    for _ in range(3):
        laptop.minute()
    assert not told(laptop, "cannot be seen")
