"""What the doctor says about where production is led today."""

import pytest
from werkzeug.wrappers import Response

from bluegreen_cli import production
from bluegreen_emulator.digitalocean.web import create_app
from bluegreen_emulator.wire import Server
from tests.build import written
from tests.chain.driven import NamedLaptop

TOKEN = {"BLUEGREEN_DIGITALOCEAN_TOKEN": "dop_v1_example"}


@pytest.fixture
def examined():
    """`examined(ttl, traffic)`: the words on a service whose switch is a record with this TTL."""
    laptop = NamedLaptop()
    api, silent = Server(create_app(laptop.digitalocean)), Server(Response("", 200))

    def run(ttl=60, **traffic):
        laptop._record["ttl"] = ttl
        file = written()
        web = file["services"]["web"]
        web["traffic"] = {**laptop._settled(), "url": silent.url, **traffic}
        return list(production.examine({**file, "apis": {"digitalocean": api.url}}, TOKEN))

    yield run
    api.close()
    silent.close()


def test_a_setting_that_can_be_read_is_said_and_a_silent_production_is_a_doubt(examined):
    fine, doubt = examined()
    assert fine == ("fine", "traffic of web: the A record says 203.0.113.1")
    assert doubt[0] == "doubt"
    assert "does not say which environment answers: status 200 without x-bluegreen-environment" in doubt[1]


def test_a_long_ttl_is_a_doubt(examined):
    assert any(word == "doubt" and "TTL of 1800 s is above 300 s" in what for word, what in examined(ttl=1800))


def test_a_setting_that_is_not_there_is_a_fault(examined):
    [(word, what)] = examined(name="shop")
    assert word == "fault"
    assert "zone holilabs.com has no A record shop.holilabs.com" in what


def test_with_the_router_there_is_nothing_to_ask():
    assert list(production.examine(written(), TOKEN)) == []
