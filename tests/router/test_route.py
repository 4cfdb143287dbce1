import json
from datetime import UTC, datetime

from bluegreen.core.environment import Environment
from bluegreen_router.engine.assignment import endpoints
from bluegreen_router.engine.clusters import ENVIRONMENTS, STREAMS
from bluegreen_router.route import Route, fallback
from bluegreen_router.serving import health
from bluegreen_router.settings import origin

BLUE, GREEN = Environment.BLUE, Environment.GREEN
ORIGINS = {BLUE: origin("https://blue.example"), GREEN: origin("https://green.example:8443")}
ADDRESSES = {BLUE: ("192.0.2.1",), GREEN: ("192.0.2.2", "2001:db8::2")}
PORTS = {BLUE: 5001, GREEN: 5002}
ROUTE = Route(service="web", seq=7, epoch=3, active=GREEN, tags={BLUE: "v1.2.0", GREEN: "v1.3.0"})


def told(cluster, route=ROUTE, addresses=ADDRESSES):
    """Of each endpoint: its address, its role, what its answers say."""
    found = {}
    for one in endpoints(route, ORIGINS, addresses, PORTS)[cluster]:
        address = one["endpoint"]["address"]["socket_address"]
        metadata = one["metadata"]["filter_metadata"]
        place = f"{address['address']}:{address['port_value']}"
        found[place] = (metadata["envoy.lb"]["role"], *metadata["bluegreen"].values())
    return found


def test_each_environment_has_its_role_and_its_label():
    assert told(ENVIRONMENTS) == {
        "192.0.2.1:443": ("idle", "blue", "v1.2.0"),
        "192.0.2.2:8443": ("active", "green", "v1.3.0"),
    }
    assert told(STREAMS) == {
        "127.0.0.1:5001": ("idle", "blue", "v1.2.0"),
        "127.0.0.1:5002": ("active", "green", "v1.3.0"),
    }


def test_an_environment_is_asked_by_its_own_name_at_any_of_its_addresses():
    (_, green) = endpoints(ROUTE, ORIGINS, ADDRESSES, PORTS)[ENVIRONMENTS]

    assert green["endpoint"]["hostname"] == "green.example:8443"
    assert green["endpoint"]["additional_addresses"] == [
        {"address": {"socket_address": {"address": "2001:db8::2", "port_value": 8443}}}
    ]


def test_without_a_route_nobody_serves_and_without_an_address_not_this_one():
    assert told(ENVIRONMENTS, None) == told(STREAMS, None) == {}
    assert list(told(ENVIRONMENTS, addresses={BLUE: ("192.0.2.1",)})) == ["192.0.2.1:443"]


def test_a_tag_that_no_header_may_carry_is_made_harmless():
    route = ROUTE.model_copy(update={"tags": {GREEN: "v1\r\nSet-Cookie: a=b"}})

    assert told(ENVIRONMENTS, route)["192.0.2.2:8443"][2] == "v1Set-Cookie:a=b"
    assert told(ENVIRONMENTS, route)["192.0.2.1:443"][2] == ""


def test_the_health_check_says_what_serves_and_when_the_journal_last_said_so():
    read = datetime(2026, 1, 1, 12, 0, 5, 999, tzinfo=UTC)
    never, said = (json.loads(health(ROUTE, "router-1", at)) for at in (None, read))

    assert said == {
        "instance": "router-1",
        "active": "green",
        "epoch": 3,
        "seq": 7,
        "journal_read": "2026-01-01T12:00:05+00:00",
    }
    assert never["journal_read"] is None


def test_the_fallback_is_older_than_any_version():
    assert fallback("web", BLUE).seq == 0
