"""Section `traffic`: what cannot work, or would be led by two services at once, is refused beforehand."""

import copy

import pytest

from bluegreen.settings import parse
from tests.build import written

BALANCED = {"kind": "load_balancer", "load_balancer": "4de7ac8b", "tags": {"blue": "a", "green": "b"}}
ADDRESSES = {"blue": "203.0.113.1", "green": "203.0.113.2"}
HOSTS = {"blue": "blue.example.com", "green": "green.example.com."}
NAMED = {"kind": "dns_record", "zone": "holilabs.com", "type": "A", "name": "@", "values": ADDRESSES}


def settings(**services):
    """bluegreen.yml with these services: each has apps and addresses of its own, but for what is given."""
    whole = written()
    web = whole["services"]["web"]
    whole["services"] = {}
    for name, given in services.items():
        one = copy.deepcopy(web)
        one["tags"]["pattern"] = f"{name}-v*"
        one["environments"] = {
            e: {"app": f"{name}-{e}", "url": f"https://{name}-{e}.example.com"} for e in ("blue", "green")
        }
        one["environments"] |= given.pop("environments", {})
        one["traffic"] = {"url": f"https://{name}.holilabs.com", **(given.pop("traffic", None) or {"kind": "router"})}
        whole["services"][name] = one | given
    return parse(whole)[1]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"values": {"blue": "2001:db8::1", "green": "2001:db8::2"}}, "an IPv4 address is wanted"),
        ({"values": {"blue": "203.0.113.300", "green": "203.0.113.2"}}, "values.blue: an IPv4 address is wanted"),
        ({"values": HOSTS}, "an IPv4 address is wanted, for the record is of type A"),
        ({"type": "CNAME", "name": "www"}, "a host's name is wanted, for the record is of type CNAME"),
        ({"type": "CNAME", "values": HOSTS}, "A is wanted for `@`, or another name"),
        ({"name": "www.holilabs.com"}, "'www' is wanted, without holilabs.com"),
        ({"name": "holilabs.com"}, "'@' is wanted"),
        ({"type": "CNAME", "name": "w", "values": {"blue": "a.b.de", "green": "A.b.de."}}, "one each, not the same"),
    ],
)
def test_a_record_that_dns_would_not_take_is_refused(change, says):
    [fault] = settings(web={"traffic": NAMED | change})
    assert says in fault


@pytest.mark.parametrize("traffic", [NAMED, NAMED | {"type": "CNAME", "name": "www", "values": HOSTS}, BALANCED])
def test_what_works_is_taken(traffic):
    assert settings(web={"traffic": traffic}) == []


def test_a_tag_of_droplets_that_is_none_is_refused():
    [fault] = settings(web={"traffic": BALANCED | {"tags": {"blue": "a", "green": "../apps"}}})
    assert "'../apps' is no tag: letters, digits" in fault


def ingress(*components):
    one = {e: {"app": "one", "url": f"https://one.example/__{components[n]}"} for n, e in enumerate(("blue", "green"))}
    traffic = {
        "kind": "app_ingress",
        "url": "https://one.example",
        "components": dict(zip(ADDRESSES, components, strict=True)),
    }
    return {
        "environments": one,
        "traffic": traffic,
        "source": {"kind": "image", "registry": "holi", "repository": components[0]},
    }


@pytest.mark.parametrize(
    ("api", "shop", "says"),
    [
        ({"traffic": BALANCED}, {"traffic": BALANCED}, "traffic.load_balancer: is the load balancer of api already"),
        ({"traffic": NAMED}, {"traffic": NAMED | {"values": HOSTS, "type": "A"}}, "an IPv4 address"),
        ({"traffic": NAMED}, {"traffic": NAMED}, "traffic.name: is the record of api already"),
        (
            {"traffic": {"kind": "router", "url": "https://holilabs.com"}},
            {"traffic": {"kind": "router", "url": "https://Holilabs.com"}},
            "traffic.url: is the public address of api already: one of its own is wanted",
        ),
        (
            {},
            {"environments": {"green": {"app": "api-green", "url": "https://shop-green.example.com"}}},
            "environments.green.app: is the app of api already",
        ),
        (ingress("a-blue", "a-green"), ingress("a-blue", "b-green"), "components: is the component of api already"),
    ],
)
def test_what_two_services_would_both_lead_is_refused(api, shop, says):
    [fault] = settings(api=api, shop=shop)
    assert says in fault


def test_components_of_one_app_may_belong_to_two_services():
    assert settings(api=ingress("a-blue", "a-green"), web=ingress("b-blue", "b-green")) == []


def test_each_environment_is_checked_at_an_address_of_its_own():
    url = "https://web-blue.example.com"
    [fault] = settings(web={"environments": {"green": {"app": "web-green", "url": f"{url}/"}}})
    assert "blue and green need a url each" in fault
