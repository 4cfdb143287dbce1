"""Whose requests fail, in numbers that tell of nobody."""

import json
from itertools import product

import pytest

from bluegreen.core.judge.client_paths import KEPT, KEYS, ClientPath
from bluegreen_router.heavy_hitters import HeavyHitters, Numbers, Who, client_of, path_class

NUMBERS = Numbers("secret-of-spaces", "web")
BAD = Who("198.51.100.7", "/broken")


def told(*whos: Who, numbers: Numbers = NUMBERS, epoch: int = 3) -> tuple[ClientPath, ...]:
    hitters = HeavyHitters()
    for who in whos:
        hitters.note(who)
    return hitters.told(numbers, epoch)


def test_the_client_that_fails_most_comes_first():
    others = [Who(f"203.0.113.{n}", "/broken") for n in range(200)]
    found = told(*others[:100], *[BAD] * 30, *others[100:])
    assert len(found) == KEPT
    assert found[0] == told(BAD)[0]._replace(failed=30)
    assert found[1].failed == 1


def test_another_client_or_another_path_is_another_number():
    asked = [Who(*each) for each in product(("198.51.100.7", "198.51.100.8", "2001:db8::1"), ("/broken", "/orders"))]
    assert len({told(who)[0].key for who in asked}) == len(asked)


@pytest.mark.parametrize(
    "path",
    ["/broken?x=1", "/broken/", "//broken", "/bro%6ben", "/broken?" + "y" * 100_000],
)
def test_one_url_is_one_path(path: str):
    assert told(BAD, Who(BAD.client, path))[0].failed == 2


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/", ""),
        ("/orders/17", "orders/*"),
        ("/orders/7/items/a1b2c3d4", "orders/*/items/*"),
        ("/users/123e4567-e89b-12d3-a456-426614174000/photo", "users/*/photo"),
        ("/api/v1/orders", "api/v1/orders"),
        ("/api/v12/page1", "api/v12/page1"),
        ("/oauth2/token", "oauth2/token"),
        ("/t/" + "a" * 40, "t/*"),
        ("/caf%C3%A9", "*"),
        ("/a/b/c/d/e/f", "a/b/c/d"),
        ("/" + "%ff" * 9, "*"),
        ("", ""),
    ],
)
def test_what_looks_like_an_identifier_is_one_path(path: str, found: str):
    assert path_class(path) == found


def test_a_machine_is_one_client_however_it_changes_its_ipv6_address():
    assert client_of("2001:db8:1:2:aaaa::1") == client_of("2001:db8:1:2:bbbb:c:d:e")
    assert client_of("2001:db8:1:2::1") != client_of("2001:db8:1:3::1")
    assert client_of("::ffff:198.51.100.7") == client_of("198.51.100.7")


@pytest.mark.parametrize("address", ["", "unknown", "198.51.100.7, 203.0.113.1", "198.51.100.7:4711", "x" * 9000])
def test_what_is_no_address_is_nobody(address: str):
    assert told(Who(address, "/broken")) == ()


@pytest.mark.parametrize("address", ["10.1.2.3", "127.0.0.1", "::ffff:192.168.1.1", "100.64.0.9", "fd00::1", "::1"])
def test_behind_a_trusted_hop_may_be_everybody(address: str):
    """A proxy that does not say for whom it asks: the judge decides as where nothing is known of clients."""
    assert told(Who(address, "/broken")) == ()


def test_all_instances_agree_and_no_other_service_or_release_does():
    first = told(BAD)
    assert told(BAD, numbers=Numbers("secret-of-spaces", "web")) == first
    assert told(BAD, epoch=4) != first
    assert told(BAD, numbers=Numbers("secret-of-spaces", "api")) != first
    assert told(BAD, numbers=Numbers("another-secret", "web")) != first


def test_nothing_that_anybody_typed_is_told():
    said = json.dumps(told(Who("198.51.100.7", "/reset/marie@example.com/geheim?token=hush")))
    assert all(word not in said for word in ("198", "reset", "marie", "hush"))
    assert [0 <= key < KEYS for key, _ in json.loads(said)] == [True]


@pytest.mark.slow
def test_a_flood_of_clients_takes_no_memory_and_hides_nobody_who_was_there():
    hitters = HeavyHitters()
    for n in range(50_000):
        hitters.note(Who(f"11.{n >> 16}.{n >> 8 & 255}.{n & 255}", "/broken"))
        if n < 10 or n > 49_000:
            hitters.note(BAD)
    assert len(hitters._failures) <= 1024
    assert hitters.told(NUMBERS, 3)[0] == told(BAD)[0]._replace(failed=1009)
