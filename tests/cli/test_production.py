"""What the doctor says about where production is led today."""

import pytest
import yaml
from werkzeug.wrappers import Response

from bluegreen_cli.doctor import traffic
from bluegreen_cli.doctor.findings import Result, doubt, fine
from bluegreen_cli.doctor.patient import Paths, Patient
from bluegreen_cli.stage import ROOT
from bluegreen_emulator.digitalocean.web import create_app
from bluegreen_emulator.wire import Server
from tests.build import written
from tests.chain.driven import NamedLaptop
from tests.cli.clinic import SETTINGS


@pytest.fixture
def asked(tmp_path):
    """`asked(file)`: what is said of the setting that leads production."""
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in SETTINGS.items()))

    def ask(file):
        (tmp_path / "bluegreen.yml").write_text(yaml.safe_dump(file))
        return list(traffic.setting(Patient(Paths(tmp_path / "bluegreen.yml", tmp_path / ".env", ROOT, "default"))))

    return ask


@pytest.fixture
def examined(asked):
    """`examined(ttl, traffic)`: of a service whose switch is a record with this TTL."""
    laptop = NamedLaptop()
    api, silent = Server(create_app(laptop.digitalocean)), Server(Response("", 200))

    def run(ttl=60, **traffic):
        laptop._record["ttl"] = ttl
        file = written()
        web = file["services"]["web"]
        web["traffic"] = {**laptop._settled(), "url": silent.url, **traffic}
        return asked({**file, "apis": {"digitalocean": api.url}})

    yield run
    api.close()
    silent.close()


def test_a_setting_that_can_be_read_is_said_and_a_silent_production_is_a_doubt(examined):
    said, doubted = examined()
    assert said == fine("traffic of web: the A record says 203.0.113.1")
    why = "does not say which environment answers: status 200 without x-bluegreen-environment"
    assert (doubted.result, why in doubted.what) == (Result.DOUBT, True)


def test_a_long_ttl_is_a_doubt(examined):
    assert any(
        found == doubt(found.what) and "TTL of 1800 s is above 300 s" in found.what for found in examined(ttl=1800)
    )


def test_a_setting_that_is_not_there_is_a_fault(examined):
    [found] = examined(name="shop")
    assert found.result is Result.FAULT
    assert "zone holilabs.com has no A record shop.holilabs.com" in found.what


def test_with_the_router_there_is_nothing_to_ask(asked):
    assert asked(written()) == []
