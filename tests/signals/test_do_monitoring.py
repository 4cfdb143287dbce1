"""DigitalOcean's monitoring, through the emulated API, which checks the requests against the published description."""

from datetime import timedelta

import httpx
import pytest

from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.clients.http import Api
from bluegreen.clients.time_series import Series
from bluegreen.core.config.thresholds import Thresholds
from bluegreen.core.errors import Refused
from bluegreen.core.judge.saturation import GaugeKind, Saturation, descriptions, with_samples
from bluegreen.core.judge.telemetry import NoData
from bluegreen.signals import Reading, balancer, gauges, signals_for
from bluegreen_emulator.digitalocean import DigitalOcean as Cloud
from bluegreen_emulator.digitalocean import Settings, create_app, web_app
from bluegreen_emulator.faults import Fault
from bluegreen_emulator.wire import Front
from tests.build import BLUE, GREEN, service
from tests.emulator.digitalocean.conftest import git_spec
from tests.still_clock import StillClock

RULES = [{"entry_protocol": "http", "entry_port": 80, "target_protocol": "http", "target_port": 80}]
RESPONSES = "frontend_http_responses"


class Account:
    """Apps holi-blue and holi-green and a load balancer; `source` reads their metrics."""

    def __init__(self):
        self.clock = StillClock()
        self.cloud = Cloud(self.clock, {}, Settings(metrics_interval=60))
        self.apps = {e: self._app(e) for e in (BLUE, GREEN)}
        body = {"name": "lb", "region": "fra1", "forwarding_rules": RULES, "tag": "holi-blue"}
        self.balancer = self.cloud.load_balancers.create(body, self.clock.now()).id
        self.front = Front(create_app(self.cloud))
        self.http = httpx.Client(transport=httpx.WSGITransport(self.front))
        self.asked = []
        self.http.event_hooks["request"].append(lambda request: self.asked.append(request.url.path))

    def _app(self, environment):
        spec = git_spec(f"holi-{environment.value}")
        spec["services"][0] = {"name": "web", "image": {"registry_type": "DOCR", "repository": "web", "tag": "v1"}}
        self.cloud.registry.push("web", "v1", None, self.clock.now())
        return self.cloud.create(spec, web_app(environment.value)).id

    def set(self, name, metric, value, minutes_ago):
        since = self.clock.now().timestamp() - 60 * minutes_ago
        self.cloud.monitoring.set(name, metric, value, since)

    def answer(self, *series):
        """From now on every metric is this: (labels, {minutes ago: value})."""
        now = int(self.clock.now().timestamp())
        found = [
            {"metric": labels, "values": [[now - 60 * ago, str(v)] for ago, v in values.items()]}
            for labels, values in series
        ]
        body = {"status": "success", "data": {"resultType": "matrix", "result": found}}
        self.http = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, json=body)))

    def source(self, balanced=False, token=True, **settings):
        traffic = {"kind": "router", "url": "https://holi.example"}
        if balanced:
            tags = {"blue": "b", "green": "g"}
            traffic |= {"kind": "load_balancer", "load_balancer": self.balancer, "tags": tags}
        where = {e.value: {"app": self.apps[e], "url": f"https://{e.value}.example"} for e in (BLUE, GREEN)}
        made = service(signals=[{"kind": "do_monitoring", **settings}], traffic=traffic, environments=where)
        headers = {"Authorization": "Bearer dop_v1_x"}
        client = DigitalOcean(Api("DigitalOcean", "http://do.test", self.http, headers, lambda seconds: None))
        [found] = signals_for(made, None, None, in_turn, client if token else None)
        return found


def in_turn(ask, of):
    return [ask(each) for each in of]


@pytest.fixture
def account():
    found = Account()
    found.clock.sleep(3600)
    yield found
    assert found.cloud.violations == []
    found.http.close()
    found.cloud.close()


def newest(found, environment, what):
    return [gauge.value for gauge in found if (gauge.environment, gauge.what) == (environment, what)][-1]


def test_cpu_memory_and_restarts_of_both_environments(account):
    account.set("holi-green", "cpu_percentage", 93, 8)
    account.set("holi-green", "restart_count", 2, 3)
    found = account.source().gauges(account.clock.now())
    assert newest(found, GREEN, GaugeKind.CPU) == 93
    assert newest(found, BLUE, GaugeKind.CPU) == 12.5
    assert newest(found, GREEN, GaugeKind.MEMORY) == 41
    assert newest(found, GREEN, GaugeKind.RESTARTS) == 2
    saturation = with_samples(Saturation(), found, Thresholds())
    assert descriptions(saturation, Thresholds(), account.clock.now()) == (
        "green: CPU 93 % (critical above 90 %) in 6 of 6 samples",
        "green: 2 restarts of instances in 5 min",
    )


def test_the_busiest_instance_counts_and_the_restarts_of_all(account):
    account.answer(
        ({"app_component_instance": "a"}, {3: 1, 2: 2, 1: 9}), ({"app_component_instance": "b"}, {3: 7, 1: 4})
    )
    found = account.source().gauges(account.clock.now())
    values = {what: [g.value for g in found if (g.environment, g.what) == (GREEN, what)] for what in GaugeKind}
    assert values[GaugeKind.CPU] == values[GaugeKind.MEMORY] == [7, 2, 9]
    assert values[GaugeKind.RESTARTS] == [8, 9, 13]


def test_a_load_balancer_of_which_nothing_was_heard_lately_is_no_data(account):
    account.answer(({"lb_id": "x", "code": "2xx"}, {9: 1, 8: 1, 7: 1}))
    assert isinstance(account.source(balanced=True).read(account.clock.now(), BLUE), NoData)
    account.answer(({"lb_id": "x", "code": "2xx"}, {5: 1, 4: 1, 3: 1}))
    assert isinstance(account.source(balanced=True).read(account.clock.now(), BLUE), Reading)


def test_a_component_that_is_named_is_the_only_one_asked_for(account):
    assert newest(account.source(component="web").gauges(account.clock.now()), GREEN, GaugeKind.CPU) == 12.5
    assert isinstance(account.source(component="worker").gauges(account.clock.now()), NoData)


def test_it_is_asked_once_a_minute_and_tells_the_same_in_between(account):
    source = account.source()
    told = [source.gauges(account.clock.now() + timedelta(seconds=second)) for second in range(0, 60, 3)]
    assert len(account.asked) == 6
    assert all(found == told[0] for found in told)
    source.gauges(account.clock.now() + timedelta(seconds=60))
    assert len(account.asked) == 12
    assert account.source().gauges(account.clock.now()) == told[0]


def test_apps_have_no_requests(account):
    found = account.source().read(account.clock.now(), GREEN)
    assert isinstance(found, NoData)
    assert account.asked == []


def test_no_samples_are_no_data(account):
    account.cloud.monitoring.silent |= {"holi-blue", "holi-green", account.balancer}
    assert isinstance(account.source().gauges(account.clock.now()), NoData)
    assert isinstance(account.source(balanced=True).gauges(account.clock.now(), GREEN), NoData)
    found = account.source(balanced=True).read(account.clock.now(), GREEN)
    assert "no fresh samples" in found.why


def test_refusals_and_faults_are_no_data_with_the_reason(account):
    account.front.faults.add(Fault(status=429, headers={"retry-after": "30"}, times=99))
    assert "429" in account.source().gauges(account.clock.now()).why
    assert "429" in account.source(balanced=True).read(account.clock.now(), BLUE).why


def test_without_a_token_it_says_so(account):
    source = account.source(balanced=True, token=False)
    assert "BLUEGREEN_DIGITALOCEAN_TOKEN" in source.read(account.clock.now(), BLUE).why


def test_a_load_balancers_responses_are_whole_requests_of_the_active_environment(account):
    account.set(account.balancer, f"{RESPONSES}/5xx", 1.5, 4)
    found = account.source(balanced=True).read(account.clock.now(), GREEN)
    assert isinstance(found, Reading)
    assert {environment for block in found.blocks for environment in block.users} == {GREEN}
    before, after = found.blocks[0].users[GREEN], found.blocks[-1].users[GREEN]
    assert (before.requests, before.failed) == (600, 0)
    assert (after.requests, after.failed) == (690, 90)
    assert {block.seconds for block in found.blocks} == {60}
    assert found.until == account.clock.now() - timedelta(seconds=60)


def test_a_p95_above_a_bound_means_more_than_one_in_twenty_is_slower(account):
    account.set(account.balancer, "droplets_http_response_time_95p", 2.4, 3)
    found = account.source(balanced=True).read(account.clock.now(), BLUE)
    slow, fast = found.blocks[-1].users[BLUE], found.blocks[0].users[BLUE]
    assert slow.slower_than(2000) / slow.requests > 0.05
    assert fast.slower_than(500) == 0
    assert sum(slow.buckets) == slow.requests


def test_connections_of_a_load_balancer_are_the_active_environments(account):
    account.set(account.balancer, "frontend_connections_current", 321, 4)
    found = account.source(balanced=True).gauges(account.clock.now(), BLUE)
    assert newest(found, BLUE, GaugeKind.CONNECTIONS) == 321
    assert {gauge.environment for gauge in found} == {BLUE}


def test_whose_requests_they_are_must_be_said(account):
    assert isinstance(account.source(balanced=True).read(account.clock.now()), NoData)


def test_responses_that_do_not_say_their_status_are_no_data(account):
    account.cloud.monitoring.class_label = ""
    found = account.source(balanced=True).read(account.clock.now(), BLUE)
    assert "does not say which status" in found.why


@pytest.mark.parametrize("label", ["code", "class", "status_code"])
def test_the_label_of_the_status_may_have_any_name(account, label):
    account.cloud.monitoring.class_label = label
    assert isinstance(account.source(balanced=True).read(account.clock.now(), BLUE), Reading)


def rate(code, *values, at=(0, 60, 120, 180)):
    return Series({"lb_id": "x", "code": code}, tuple((t, v) for t, v in zip(at, values, strict=True) if v is not None))


def test_a_hole_in_the_samples_is_a_missing_block():
    found = balancer.blocks([rate("2xx", 1, 1, 1, 1), rate("5xx", 0, None, 0, 0)], [], BLUE)
    assert [block.at.timestamp() for block in found] == [60, 120]
    found = balancer.blocks([rate("200", 1, 1, 1, at=(0, 60, 180))], [], BLUE)
    assert [(block.at.timestamp(), block.users[BLUE].requests) for block in found] == [(0, 60), (120, 60)]


def test_a_class_that_has_not_occurred_is_none_and_one_rate_alone_is_nothing():
    found = balancer.blocks([rate("2xx", 1, 1, 1, 1), rate("5xx", None, None, 0.05, 0.05)], [], BLUE)
    assert [(block.users[BLUE].requests, block.users[BLUE].failed) for block in found] == [(60, 0), (63, 3), (63, 3)]
    assert balancer.blocks([rate("2xx", 1, at=(0,))], [], BLUE) == ()


def test_a_series_of_something_else_is_refused():
    with pytest.raises(Refused, match="labels: code, lb_id"):
        balancer.blocks([rate("green", 1, 1, 1, 1)], [], BLUE)


def test_of_two_sources_that_measure_the_same_the_first_counts(account):
    first, second = account.source(), account.source(component="web")
    found = gauges([first, second], account.clock.now())
    assert found == first.gauges(account.clock.now())
