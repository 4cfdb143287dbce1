"""DigitalOcean Insights as a signal: its PromQL is asked for with the API's own token, by region."""

import pytest

from bluegreen.core.judge.saturation import GaugeKind
from bluegreen.core.judge.telemetry import Counts, NoData
from bluegreen.core.phases import Phase
from bluegreen.settings import parse
from bluegreen.signals import Reading, first, gauges
from bluegreen_emulator.faults import Fault
from tests.build import BLUE, GREEN, written
from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import ENVIRONMENT

TOKEN = ENVIRONMENT["BLUEGREEN_DIGITALOCEAN_TOKEN"]
SIGNAL = {"kind": "prometheus", "insights": "fra1"}
CPU = 'do_apps_app_cpu_utilization{resource_urn="do:app:{app}"}'


@pytest.fixture
def asked():
    """Makes a laptop whose only signal is Insights, with these settings, and a function that counts on."""

    def made(**settings):
        laptop = Laptop(signals=[{**SIGNAL, **settings}])
        laptop.routers = 0
        laptop.invoke("status")
        return laptop

    return made


def served(laptop, environment, *totals, status="200", every=15, instance="a"):
    """An application's own counter, as it stood at each of the last times."""
    now = laptop.clock.now().timestamp()
    samples = [(now - every * back, float(total)) for back, total in enumerate(reversed(totals))]
    labels = {"environment": environment.value, "status": status, "instance": instance}
    laptop.digitalocean.insights.add("http_requests_total", samples, **labels)


def read(laptop):
    return first(laptop.cloud("test").signals, laptop.clock.now())


def counted(found, environment):
    assert isinstance(found, Reading), found
    return sum((block.users.get(environment, Counts()) for block in found.blocks), Counts())


def test_an_applications_counters_are_whole_requests(asked):
    laptop = asked()
    served(laptop, BLUE, 100, 130, 160)
    served(laptop, BLUE, 1, 1, 4, status="503")
    served(laptop, GREEN, 0, 5, 5)
    found = read(laptop)
    assert (counted(found, BLUE).requests, counted(found, BLUE).failed) == (63, 3)
    assert (counted(found, GREEN).requests, counted(found, GREEN).failed) == (5, 0)


@pytest.mark.parametrize(
    ("names", "query"),
    [
        ("either", CPU),
        ("underscores", CPU),
        ("either", CPU.replace("do_apps_app_cpu", "do.apps.app_cpu")),
        ("dots", CPU.replace("do_apps_app_cpu", "do.apps.app_cpu")),
    ],
)
def test_digitaloceans_own_metrics_of_an_app_are_found_by_its_id_and_by_either_way_of_writing(asked, names, query):
    laptop = asked(cpu=query)
    laptop.digitalocean.insights.names = names
    now = laptop.clock.now().timestamp()
    for environment, value in ((BLUE, 41.0), (GREEN, 93.5)):
        urn = f"do:app:{laptop.apps[environment]}"
        laptop.digitalocean.insights.add("do.apps.app_cpu_utilization", [(now - 40, value)], resource_urn=urn)
    found = gauges(laptop.cloud("test").signals, laptop.clock.now())
    assert {(gauge.environment, gauge.what, gauge.value) for gauge in found} == {
        (BLUE, GaugeKind.CPU, 41.0),
        (GREEN, GaugeKind.CPU, 93.5),
    }


def test_a_name_that_insights_does_not_take_is_no_data_and_quoted(asked):
    laptop = asked(cpu=CPU.replace("do_apps_app_cpu", "do.apps.app_cpu"))
    laptop.digitalocean.insights.names = "underscores"
    found = gauges(laptop.cloud("test").signals, laptop.clock.now())
    assert isinstance(found, NoData)
    assert "DigitalOcean Insights answered" in found.why
    assert "parse error" in found.why


@pytest.mark.parametrize(
    ("scopes", "said"),
    [
        ({"insights:read"}, ""),
        ({"app:read", "app:update", "monitoring:read"}, "the token lacks a permission"),
        (None, "the token is not accepted"),
    ],
)
def test_a_token_without_the_scope_is_no_data_that_says_so(asked, scopes, said):
    laptop = asked()
    served(laptop, BLUE, 1, 2)
    served(laptop, GREEN, 1, 2)
    laptop.digitalocean.settings.tokens = {} if scopes is None else {TOKEN: frozenset(scopes)}
    found = read(laptop)
    if said:
        assert isinstance(found, NoData)
        assert said in found.why
    else:
        assert counted(found, BLUE).requests == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_insights_that_does_not_answer_is_no_data_and_moves_nothing(asked, status):
    laptop = asked()
    served(laptop, BLUE, 1, 2)
    laptop.faults["digitalocean"].add(Fault(path="/v2/insights/", status=status, times=9))
    assert isinstance(read(laptop), NoData)


def test_a_region_without_insights_is_no_data(asked):
    laptop = asked()
    laptop.digitalocean.insights.regions = frozenset({"nyc3"})
    assert "404" in read(laptop).why


def test_a_release_whose_answers_fail_by_insights_numbers_is_taken_back():
    laptop = Laptop(signals=[SIGNAL])
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    totals = [100 * count for count in range(1, 30)]
    laptop.clock.sleep(60)
    served(laptop, GREEN, *totals, status="503", every=2)
    served(laptop, GREEN, *totals, every=2)
    served(laptop, BLUE, *totals, every=2)
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "rolled back"
    assert laptop.record().active is BLUE


@pytest.mark.parametrize(
    ("signal", "said"),
    [
        ({"insights": "fra1", "url": "https://p.test"}, "url (of a server), or insights (a region such as fra1"),
        ({"insights": ""}, "url (of a server), or insights"),
        ({"insights": "fra"}, "insights"),
        ({"insights": "fra1/../apps"}, "insights"),
        ({"insights": 7}, "insights"),
        ({"insights": "fra1", "cpu": "do_apps_app_cpu_utilization"}, "{app}"),
    ],
)
def test_settings_that_name_no_server_or_two_are_told(signal, said):
    found = written()
    found["services"]["web"]["signals"] = [{"kind": "prometheus", **signal}]
    _, faults = parse(found)
    assert said in "; ".join(faults)
