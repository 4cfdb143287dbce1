"""Against a real Prometheus (Debian's package): what is counted is exactly what was served."""

import re
import shutil
from datetime import UTC, datetime

import httpx
import pytest

from bluegreen.core.config.signals import PrometheusSignal
from bluegreen.core.judge.saturation import GaugeKind
from bluegreen.core.judge.telemetry import Counts, NoData
from bluegreen.signals import Reading
from bluegreen.signals.prometheus import PrometheusSignals
from tests.build import BLUE, GREEN
from tests.signals.prometheus_server import Pages, client, now, prometheus
from tests.waiting import until

pytestmark = pytest.mark.skipif(
    shutil.which("prometheus") is None, reason="Prometheus is not installed (apt install prometheus)"
)

OK = 'http_requests_total{status="200"}'
BAD = 'http_requests_total{status="503"}'
FAST, SLOW, ALL = (f'http_request_duration_seconds_bucket{{le="{le}"}}' for le in ("0.1", "2.5", "+Inf"))
CPU = "app_cpu_percent"
NEVER = datetime.min.replace(tzinfo=UTC)
BEHIND, WORDS = "behind_requests_total", "words_requests_total"  # of several processes; with words for statuses


@pytest.fixture(scope="module")
def pages():
    found = Pages()
    for name, served in {"blue-1": 1000, "blue-2": 50, "green-1": 10}.items():
        found.counters[name] = {OK: served, FAST: served, SLOW: served, ALL: served, CPU: 20}
    found.counters["green-2"] = {}
    found.behind["green-2"] = [{f'{BEHIND}{{status="503"}}': bad} for bad in (40, 1)]
    found.counters["blue-3"] = {f'{WORDS}{{status="error"}}': 5}
    yield found
    found.close()


@pytest.fixture(scope="module")
def url(pages, tmp_path_factory):
    with prometheus(tmp_path_factory.mktemp("prometheus"), pages) as found:
        yield found


@pytest.fixture(scope="module")
def source(url):
    """Makes the source from settings; the first scrapes are there."""
    with httpx.Client(trust_env=False) as http:

        def made(url=url, **settings):
            return PrometheusSignals(PrometheusSignal(kind="prometheus", url=url, **settings), client(url, http))

        until(lambda: len({*[tuple(block.users) for block in counted(made()).blocks]}) == 2)
        yield made


def why(signals):
    """Why there is no data, "" where there is."""
    found = signals.read(now())
    return found.why if isinstance(found, NoData) else ""


def counted(signals):
    found = signals.read(now())
    return found if isinstance(found, Reading) else Reading((), NEVER)


def told_until(signals, moment):
    """The reading, once every instance has told all up to a moment."""
    return until(lambda: found if (found := counted(signals)).until > moment else None)


def total(reading, environment):
    return sum((block.users.get(environment, Counts()) for block in reading.blocks), Counts())


@pytest.mark.slow
def test_what_is_counted_is_what_was_served_also_by_a_series_that_is_new_and_an_instance_that_restarts(pages, source):
    signals = source(latency='http_request_duration_seconds_bucket{environment="{environment}"}')
    before = total(counted(signals), BLUE)
    assert (before.requests, before.failed) == (0, 0)
    pages.counters["blue-1"] = {OK: 1037, BAD: 3, FAST: 1030, SLOW: 1039, ALL: 1040, CPU: 20}
    pages.counters["blue-2"] = {OK: 4, FAST: 4, SLOW: 4, ALL: 4, CPU: 20}
    found = told_until(signals, now())
    blue, green = total(found, BLUE), total(found, GREEN)
    assert (blue.requests, blue.failed) == (37 + 3 + 4, 3)
    assert (blue.slower_than(2000), sum(blue.buckets)) == (1, 44)
    assert (green.requests, green.failed) == (0, 0)
    assert all(block.seconds > 0.2 for block in found.blocks)


def test_a_query_of_ones_own_for_the_failed_counts_the_same(pages, source):
    signals = source(failed='http_requests_total{status=~"5..",environment="{environment}"}')
    before = total(told_until(signals, now()), GREEN)
    pages.counters["green-1"] = {OK: 20, BAD: 7, CPU: 20}
    after = total(told_until(signals, now()), GREEN)
    assert (after.requests - before.requests, after.failed - before.failed) == (17, 7)


@pytest.mark.slow
def test_a_scrape_that_fails_is_a_longer_block_and_loses_nothing(pages, source):
    signals = source()
    before = total(told_until(signals, now()), GREEN).requests
    pages.down.add("green-1")
    pages.counters["green-1"][OK] += 5
    failed = pages.asked_in_vain
    until(lambda: pages.asked_in_vain >= failed + 3, what="three scrapes that fail")
    pages.down.clear()
    found = told_until(signals, now())
    assert total(found, GREEN).requests - before == 5
    assert max(block.seconds for block in found.blocks if GREEN in block.users) > 0.8


def test_gauges_come_on_a_grid_that_every_look_shares(source):
    signals = source(cpu='app_cpu_percent{environment="{environment}"}')
    moment = now()
    until(lambda: not isinstance(signals.gauges(later_by(moment, 30)), NoData))
    found = signals.gauges(later_by(moment, 30))
    assert {(gauge.environment, gauge.what, gauge.value) for gauge in found} == {
        (BLUE, GaugeKind.CPU, 20.0),
        (GREEN, GaugeKind.CPU, 20.0),
    }
    assert all(gauge.at.second % 30 == 0 for gauge in found)


def test_two_processes_behind_one_address_are_no_data_with_the_reason(source):
    signals = source(requests=f'{BEHIND}{{environment="{{environment}}"}}')
    until(lambda: "go down and up again" in why(signals))
    assert "instance green-2" in why(signals)


def test_a_status_that_is_no_http_status_is_no_data_once_it_counts(pages, source):
    signals = source(requests=f'{WORDS}{{environment="{{environment}}"}}')
    assert why(signals) == ""
    pages.counters["blue-3"] = {f'{WORDS}{{status="error"}}': 9}
    until(lambda: "label 'status' of the requests says 'error'" in why(signals))


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"requests": 'nobody_counts_this{environment="{environment}"}'}, "no fresh samples of nobody_counts_this"),
        ({"select": 'job=~"web("'}, "400.*missing closing"),
        ({"status": "code"}, "no label 'code'.*environment, instance, job, status"),
        ({"failed": 'http_requests_total{instance="blue-1",x!="{environment}"}'}, "do not come from the same scrapes"),
        ({"latency": 'http_requests_total{environment="{environment}"}'}, "without `le`"),
    ],
)
def test_queries_that_do_not_fit_are_no_data_with_the_reason(source, settings, why):
    found = source(**settings).read(now())
    assert isinstance(found, NoData), found
    assert re.search(why, found.why), found.why


@pytest.mark.slow
def test_a_server_that_is_gone_is_no_data(source):
    found = source("http://127.0.0.1:9").read(now())
    assert isinstance(found, NoData)
    assert "Prometheus did not answer" in found.why


def later_by(moment, seconds):
    return moment.fromtimestamp(moment.timestamp() + seconds, moment.tzinfo)


SELECTORS = (
    'x{a="{environment}"}',
    ' x { a="{environment}" , s =~ "5..", } ',
    "web_{environment}_total",
    '{__name__="x",a="{environment}"}',
    'a:b{a="{environment}",path="a, {b} \\" or (c)[5m]"}',
    "x{a='{environment}',path=`/{id}`}",
    'rate(x{a="{environment}"}[1m])',
    'x{a="{environment}"}[5m]',
    'x{a="{environment}"} offset 5m',
    'x{a="{environment}"} or y',
    'x{a="{environment}"',
    "x{a={environment}}",
    'x{,a="{environment}"}',
    '-x{a="{environment}"}',
)


@pytest.mark.parametrize("selector", SELECTORS)
def test_bluegreen_yml_takes_a_query_of_counters_where_the_server_does(url, selector):
    asked = {"query": selector.replace("{environment}", "blue") + "[300s]"}
    by_server = httpx.get(f"{url}/api/v1/query", params=asked, trust_env=False).is_success
    try:
        PrometheusSignal(kind="prometheus", url=url, requests=selector)
    except ValueError:
        assert not by_server
    else:
        assert by_server
