"""Clients are made when they are first used, and say then which setting is missing."""

from functools import cached_property

import pytest

from bluegreen.cloud import Caller, Clients, cloud_for
from bluegreen.core.errors import Misconfigured
from bluegreen.entrypoints import ops_watch
from bluegreen.settings import load
from tests.build import written
from tests.chain.laptop import Laptop

LAZY = {name for name, value in vars(Clients).items() if isinstance(value, cached_property)}


@pytest.fixture
def laptop():
    return Laptop()


def test_an_idle_watch_makes_the_clients_of_the_journals_and_of_what_is_counted_and_no_others(laptop):
    laptop.minute()
    invocation = laptop.invocation(ops_watch.ENTRY_POINT, {"source": "schedule"})
    laptop.clock.sleep(60)
    laptop.clock.begin()
    ops_watch.run(invocation)
    counts = {"telemetry", "web", "digitalocean", "redaction"}
    assert vars(invocation.clients).keys() & LAZY == {"state", *counts}


@pytest.mark.parametrize(
    ("call", "setting"),
    [
        (lambda cloud: cloud.clients.digitalocean.app("an app"), "BLUEGREEN_DIGITALOCEAN_TOKEN"),
        (lambda cloud: cloud.clients.github.tags("holi-labs/holi"), "BLUEGREEN_GITHUB_TOKEN"),
        (lambda cloud: cloud.source.start(cloud.service.adopt.active, "c" * 40, ""), "BLUEGREEN_GITHUB_TOKEN"),
    ],
    ids=["digitalocean", "github", "source"],
)
def test_what_a_function_lacks_the_secret_for_is_named_when_it_is_called(laptop, call, setting):
    caller = Caller("status", "an activation", "https://functions.test")
    clients = Clients(load(written(), {}), laptop.shared, caller, laptop.clock)
    cloud = cloud_for(laptop.settings.service("web"), clients, caller, laptop.clock, lambda what, **facts: None)
    with pytest.raises(Misconfigured, match=f"{setting} is not set for this function"):
        call(cloud)


def test_without_secrets_nobody_is_notified_and_nobody_is_woken(laptop):
    caller = Caller("status", "an activation", "https://functions.test")
    clients = Clients(load(written(), {}), laptop.shared, caller, laptop.clock)
    cloud = cloud_for(laptop.settings.service("web"), clients, caller, laptop.clock, lambda what, **facts: None)
    assert cloud.notifiers == {}
    assert not clients.functions.can_wake
