"""Signals give counts, or no data and why; never a guess."""

import itertools
import json

import httpx
import pytest

from bluegreen.core.config.signals import MonitoringSignal, ProbeSignal, PrometheusSignal, RouterSignal
from bluegreen.core.judge.saturation import Gauge, GaugeKind
from bluegreen.core.judge.telemetry import Block, Counts, NoData, Telemetry
from bluegreen.settings import parse
from bluegreen.signals import Reading, first, gauges
from tests.build import BLUE, GREEN, NOW, later, service, written
from tests.chain.laptop import Laptop


def reader(**changes):
    laptop = Laptop(**changes)
    laptop.routers = 0  # those that report are the test's own
    laptop.invoke("status")
    return laptop, laptop.cloud("test").signals


def put(laptop, instance, at, *blocks):
    found = Telemetry(service="web", instance=instance, at=later(at), seq=1, epoch=0, active=BLUE, blocks=blocks)
    laptop.telemetry.put(f"services/web/telemetry/{instance}.json", found.model_dump_json().encode())


def block(at, requests, failed=0):
    return Block(at=later(at), seconds=1, users={BLUE: Counts(requests=requests, failed=failed)})


def test_the_routers_blocks_are_those_of_all_its_instances():
    laptop, signals = reader()
    laptop.routers = 0
    put(laptop, "a", 0, block(-2, 10), block(-1, 20))
    put(laptop, "b", 0, block(-2, 5))
    found = first(signals, NOW)
    assert sum(one.users[BLUE].requests for one in found.blocks) == 35
    assert found.until == later(-1)


@pytest.mark.parametrize(
    ("at", "remark"),
    [
        (-42, "the clock of router instance b is 42 s behind: what it counts is judged that much later"),
        (-9, ""),
        (9, ""),
        (300, "the clock of router instance b is 5 min ahead: what it counted before the switch may be taken"),
    ],
)
def test_an_instance_whose_clock_is_off_is_told_by_name(at, remark):
    laptop, signals = reader(signals=["router"])
    put(laptop, "a", 0, block(-2, 10))
    put(laptop, "b", at, block(at - 2, 10))
    found = first(signals, NOW)
    assert found.remark.startswith(remark)
    assert bool(found.remark) is bool(remark)


def test_an_old_report_is_no_clock_that_is_off():
    laptop, signals = reader(signals=["router"])
    put(laptop, "a", 0, block(-2, 10))
    laptop.clock.sleep(25)
    assert first(signals, laptop.clock.now()).remark == ""


def reported(**counts):
    """A report as JSON: one block, and fields that are not known, around it and in it."""
    surprise = {"surprise": {"of": "any kind"}}
    told = {"at": later(-2).isoformat(), "seconds": 1, "users": {"blue": {"requests": 10, **counts}}}
    route = {"service": "web", "instance": "a", "at": NOW.isoformat(), "seq": 1, "epoch": 0, "active": "blue"}
    return json.dumps({**route, **surprise, "blocks": [{**told, **surprise}]}).encode()


def test_what_only_a_newer_router_reports_is_passed_over():
    laptop, signals = reader(signals=["router"])
    laptop.routers = 0
    laptop.telemetry.put("services/web/telemetry/a.json", reported(aborted=3))
    found = first(signals, NOW)
    assert [one.users[BLUE].requests for one in found.blocks] == [10]


def test_counts_in_other_buckets_are_no_data():
    laptop, signals = reader(signals=["router"])
    laptop.routers = 0
    laptop.telemetry.put("services/web/telemetry/a.json", reported(buckets=[5, 5]))
    assert isinstance(first(signals, NOW), NoData)


def test_an_instance_whose_report_cannot_be_read_is_told_beside_the_others_and_alone():
    laptop, signals = reader(signals=["router"])
    laptop.routers = 0
    put(laptop, "a", 0, block(-1, 10))
    laptop.telemetry.put("services/web/telemetry/b.json", reported(buckets=[5, 5]))
    told = "what 1 of the router instances report cannot be read, and is not counted"
    assert first(signals, NOW).remark == told
    laptop.clock.sleep(31)
    laptop.telemetry.put("services/web/telemetry/b.json", reported(buckets=[5, 5]))
    assert first(signals, NOW) == NoData(told)


@pytest.mark.parametrize("counts", [{"failed": -1}, {"requests": -10}, {"buckets": [-5, *[0] * 9]}])
def test_impossible_counts_are_no_data(counts):
    laptop, signals = reader(signals=["router"])
    laptop.telemetry.put("services/web/telemetry/a.json", reported(**counts))
    assert isinstance(first(signals, NOW), NoData)


def test_a_router_that_is_silent_is_no_data_and_the_probes_step_in():
    laptop, signals = reader()
    laptop.routers = 0
    put(laptop, "a", 0, block(-1, 10))
    laptop.clock.sleep(31)
    assert isinstance(signals[0].read(NOW), NoData)
    found = first(signals, NOW)
    assert isinstance(found, Reading)
    assert found.blocks[0].probes[GREEN] == Counts(requests=3, failed=0, buckets=found.blocks[0].probes[GREEN].buckets)
    assert not found.blocks[0].users


def test_probes_count_failures_of_either_side():
    laptop, signals = reader(signals=["probe"])
    for commit in laptop.repository.commits.values():
        if commit.version == "v1.1.0":
            object.__setattr__(commit, "fault", {"share": 1.0})
    laptop.digitalocean.maintenance("holi-green")
    laptop.clock.sleep(60)
    [found] = first(signals, laptop.clock.now()).blocks
    assert found.probes[GREEN].failed == 3
    assert found.probes[BLUE].failed == 0


def test_where_no_source_has_numbers_it_says_why_for_each():
    laptop, signals = reader(signals=["router"])
    laptop.routers = 0
    found = first(signals, NOW)
    assert isinstance(found, NoData)
    assert "no router instance has reported lately" in found.why


def wired(laptop, answered, **secrets):
    """The sources of the laptop's service, with all that they ask answered by a function."""
    laptop.shared.__dict__["http"] = httpx.Client(transport=httpx.MockTransport(answered))
    given = laptop.settings.secrets._replace(**secrets)
    laptop.settings = laptop.settings._replace(secrets=given)
    return laptop.cloud("test").signals


def test_a_probe_that_times_out_has_failed_and_took_no_less_than_its_limit():
    laptop, _ = reader(signals=["probe"])

    def answered(request):
        if "green" in request.url.host:
            laptop.clock.sleep(2.1)
            raise httpx.ReadTimeout("slow", request=request)
        return httpx.Response(200, json={})

    [found] = first(wired(laptop, answered), laptop.clock.now()).blocks
    assert (found.probes[GREEN].requests, found.probes[GREEN].failed) == (3, 3)
    assert found.probes[GREEN].slower_than(2000) == 3
    assert (found.probes[BLUE].requests, found.probes[BLUE].failed) == (3, 0)


def test_each_look_makes_a_block_of_its_own_that_is_told_at_once():
    _, signals = reader(signals=["probe"])
    looks = [first(signals, later(seconds)) for seconds in (0, 3, 6)]
    assert [len(look.blocks) for look in looks] == [1, 2, 3], "what was not written down is told again"
    for look, following in itertools.pairwise(looks):
        assert look.blocks[-1].at < look.until <= following.blocks[-1].at


class Measured:
    """A source of signals with gauges, or none."""

    def __init__(self, given):
        self._given = given

    def gauges(self, now, active=None):
        return self._given


def test_gauges_come_from_all_sources_that_have_them_and_once_from_the_first():
    mine, other = Gauge(GREEN, GaugeKind.CPU, 50, NOW), Gauge(GREEN, GaugeKind.CPU, 60, NOW)
    memory = Gauge(GREEN, GaugeKind.MEMORY, 70, NOW)
    silent, nothing = Measured(NoData("it sleeps")), Measured(())
    assert gauges([silent, nothing, Measured((mine,)), Measured((other, memory))], NOW) == (mine, memory)
    assert gauges([silent, nothing], NOW) == NoData("it sleeps")
    assert gauges([nothing], NOW) == ()


def test_the_order_of_the_settings_is_the_order_of_the_sources():
    laptop, _ = reader(
        signals=[{"kind": "prometheus", "url": "https://prometheus.test"}, "do_monitoring", "router", "probe"]
    )
    asked = []

    def answered(request):
        asked.append(request.url.host)
        return httpx.Response(503)

    laptop.routers = 0
    found = first(wired(laptop, answered), laptop.clock.now())
    assert asked[0] == "prometheus.test"
    assert isinstance(found, Reading)
    assert found.blocks[0].probes[GREEN].failed == 3


@pytest.mark.parametrize(
    ("token", "sent"),
    [("opaque", "Bearer opaque"), ("user:pass", "Basic dXNlcjpwYXNz"), (None, None)],
)
def test_prometheus_gets_the_token_that_it_wants_and_nobody_reads_it(token, sent):
    laptop, _ = reader(signals=[{"kind": "prometheus", "url": "https://prometheus.test/sub"}])
    got = []

    def answered(request):
        got.append((request.url.path, request.headers.get("authorization")))
        return httpx.Response(401, text="no")

    secret = type(laptop.settings.secrets.spaces_key)(token) if token else None
    found = first(wired(laptop, answered, prometheus_token=secret), NOW)
    assert set(got) == {("/sub/api/v1/query", sent)}
    assert isinstance(found, NoData)
    assert token is None or token not in found.why


def test_a_source_is_a_word_or_says_more():
    prometheus = {"kind": "prometheus", "url": "https://prometheus.test/", "select": 'job="web"'}
    kinds = [type(one) for one in service(signals=["router", "probe", "do_monitoring", prometheus]).signals]
    assert kinds == [RouterSignal, ProbeSignal, MonitoringSignal, PrometheusSignal]
    assert [one.kind for one in service().signals] == ["router", "probe"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("prometheuss", "'router', 'probe', 'prometheus', 'do_monitoring'"),
        ("prometheus", "url (of a server), or insights (a region such as fra1"),
        ({"kind": "prometheus", "url": "https://x.test", "failed": "x_total"}, "{environment}"),
        ({"kind": "prometheus", "url": "prom:9090"}, "a URL such as"),
        ({"kind": "probe", "every": 3}, "every"),
        (7, "signals.0"),
    ],
)
def test_a_source_that_is_written_wrongly_is_told_with_what_was_wanted(given, said):
    found = written()
    found["services"]["web"]["signals"] = [given]
    _, [fault] = parse(found)
    assert said in fault
