"""The DNS record: which one it is, what its TTL means, and who may still be sent to the old environment."""

import pytest

from bluegreen.core.errors import NotFound, Refused
from bluegreen.core.phases import Phase
from tests.build import BLUE, GREEN, service
from tests.chain.driven import NamedLaptop

CNAMES = {"blue": "blue.holi.example", "green": "Green.holi.example."}


@pytest.fixture
def laptop():
    return NamedLaptop()


def driver(laptop):
    return laptop.cloud("test").traffic


def verified(laptop, environment):
    return driver(laptop).verify(environment, 1, laptop.clock.now())


def test_the_words_say_how_long_the_old_answer_may_live(laptop):
    driver(laptop).send(GREEN, 1)
    laptop.clock.sleep(61)
    seen = verified(laptop, GREEN)
    assert seen.followed
    assert "resolvers may keep the old answer for up to 60 s: both environments must stay up for that long" in seen.says
    assert driver(laptop).doubts() == []


def test_a_long_ttl_is_warned_about(laptop):
    laptop._record["ttl"] = 1800
    [doubt] = driver(laptop).doubts()
    assert "TTL of 1800 s is above 300 s" in doubt
    assert doubt in verified(laptop, BLUE).says


def test_the_record_alone_proves_nothing_while_users_are_still_answered_by_the_old_one(laptop):
    driver(laptop).current()
    driver(laptop).send(GREEN, 1)
    seen = verified(laptop, GREEN)
    assert not seen.followed
    assert "production answers as blue, not green" in seen.says


def test_each_look_takes_a_connection_of_its_own_as_an_open_one_stays_where_it_is(laptop):
    asked = []
    laptop.shared.http.event_hooks = {"request": [asked.append]}
    driver(laptop).current()
    assert [request.headers["connection"] for request in asked] == ["close"]


@pytest.mark.slow
def test_nothing_is_deployed_to_the_old_environment_before_resolvers_have_forgotten_it(laptop):
    laptop._record["ttl"] = 300
    laptop.push("v1.3.0", fault={"share": 1.0, "when": "production"})
    laptop.rest()
    laptop.push("v1.4.0")
    laptop.invoke(*laptop.queue.popleft())
    release = laptop.record().release
    assert release.phase is Phase.REQUESTED
    assert "green may still serve production: resolvers may keep the old answer for" in release.reason
    assert laptop.rest().active is GREEN


def test_a_name_is_written_with_its_dot_and_read_without(laptop):
    domains = laptop.digitalocean.domains
    record = domains.add("holilabs.com", {"type": "CNAME", "name": "www", "data": "blue.holi.example.", "ttl": 60})
    laptop._traffic = {"type": "CNAME", "name": "www", "values": CNAMES}
    laptop.settings = laptop._settings({}, {})
    laptop.settings = laptop.settings._replace(secrets=NamedLaptop().settings.secrets)
    assert driver(laptop).setting().environment is BLUE
    driver(laptop).send(GREEN, 1)
    assert record["data"] == "green.holi.example."
    assert driver(laptop).setting()[:2] == (GREEN, "the CNAME record says green.holi.example")
    assert laptop.digitalocean.violations == []


def test_of_several_records_of_a_name_one_has_to_be_named():
    laptop = NamedLaptop()
    other = laptop.digitalocean.domains.add("holilabs.com", {"type": "A", "name": "@", "data": "203.0.113.9"})
    with pytest.raises(Refused, match=f"has 2 A records holilabs.com .*{other['id']}.* name one as `record`"):
        driver(laptop).setting()
    laptop = NamedLaptop(traffic={"record": laptop._record["id"], "name": ""})
    laptop.digitalocean.domains.add("holilabs.com", {"type": "A", "name": "@", "data": "203.0.113.9"})
    driver(laptop).send(GREEN, 1)
    assert laptop.setting == "203.0.113.2"


def test_a_record_that_is_not_there_or_of_another_type_is_said_so():
    with pytest.raises(NotFound, match=r"zone holilabs\.com has no A record www"):
        driver(NamedLaptop(traffic={"name": "www"})).setting()
    laptop = NamedLaptop()
    mail = next(one["id"] for one in laptop.digitalocean.domains.zone("holilabs.com") if one["type"] == "MX")
    with pytest.raises(Refused, match=f"record {mail} of zone holilabs.com is of type MX, not A"):
        driver(NamedLaptop(traffic={"record": mail})).setting()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"values": {"blue": "203.0.113.1", "green": "203.0.113.1"}}, "one each, not the same"),
        ({"values": {"blue": "203.0.113.1"}}, "one for blue and one for green"),
        ({"name": ""}, "name or record is wanted"),
        ({"type": "MX"}, "'A' or 'CNAME'"),
    ],
)
def test_settings_that_cannot_work_are_refused_and_say_what_is_wanted(change, said):
    values = {"blue": "203.0.113.1", "green": "203.0.113.2"}
    traffic = {"kind": "dns_record", "url": "https://holilabs.com", "zone": "holilabs.com", "type": "A", "name": "@"}
    with pytest.raises(AssertionError, match=said):
        service(traffic={**traffic, "values": values, **change})


def test_records_of_the_name_that_no_switch_moves_are_named(laptop):
    """A user with IPv6 asks for the other kind, and would stay where it says."""
    add = laptop.digitalocean.domains.add
    add("holilabs.com", {"type": "AAAA", "name": "@", "data": "2001:db8::1"})
    add("holilabs.com", {"type": "AAAA", "name": "www", "data": "2001:db8::2"})
    assert driver(laptop).doubts() == [
        "the name has another AAAA record (2001:db8::1), which no switch moves: users with IPv6 stay there"
    ]
    named = NamedLaptop(traffic={"record": laptop._record["id"]})
    named.digitalocean.domains.add("holilabs.com", {"type": "A", "name": "@", "data": "203.0.113.9"})
    assert driver(named).doubts() == [
        "the name has another A record (203.0.113.9), which no switch moves: a part of the users stay there"
    ]
