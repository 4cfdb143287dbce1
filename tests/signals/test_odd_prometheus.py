"""Odd shapes of samples: counts stay whole requests that were made, and what is missing is missing."""

import json
from urllib.parse import parse_qs

import httpx
import pytest

from bluegreen.clients.http import Api
from bluegreen.clients.prometheus import Prometheus
from bluegreen.core.config.signals import PrometheusSignal
from bluegreen.core.judge.telemetry import Counts, NoData
from bluegreen.signals import Reading
from bluegreen.signals.prometheus import PrometheusSignals
from tests.build import BLUE, GREEN, NOW, later

T0 = NOW.timestamp()
FAILED = 'failed_total{environment="{environment}"}'
LATENCY = 'seconds_bucket{environment="{environment}"}'


def page(instance, status, *values, at=(-45, -30, -15, 0), **labels):
    """A series of the requests; None is a sample that is not there."""
    samples = [[T0 + second, str(value)] for second, value in zip(at, values, strict=True) if value is not None]
    return {"metric": {"instance": instance, "status": status, **labels}, "values": samples}


class Server:
    """Answers each query by the first of `series` whose words are all in it, with its series; none: an empty result."""

    def __init__(self, *series, answer=None):
        self.series, self.answer, self.asked = series, answer, []
        self.http = httpx.Client(transport=httpx.MockTransport(self._answered))

    def source(self, **settings):
        api = Api("Prometheus", "https://prometheus.test/p", self.http, {}, lambda seconds: None)
        return PrometheusSignals(PrometheusSignal(kind="prometheus", url="https://x", **settings), Prometheus(api))

    def read(self, now=NOW, **settings):
        return self.source(**settings).read(now)

    def _answered(self, request):
        query = parse_qs(request.url.query.decode())["query"][0]
        self.asked.append(query)
        if self.answer is not None:
            return self.answer
        found = next((given for words, given in self.series if all(word in query for word in words)), [])
        if query.startswith("last_over_time"):
            found = found if any("last_over_time" in words for words, _ in self.series) else []
        return httpx.Response(200, json={"status": "success", "data": {"resultType": "matrix", "result": found}})


def green(*series):
    return ("http_requests_total", "green"), list(series)


def rows(reading, environment=GREEN):
    """(seconds since T0, requests, failed) of each block."""
    assert isinstance(reading, Reading), reading
    return [
        (round(block.at.timestamp() - T0), block.users[environment].requests, block.users[environment].failed)
        for block in reading.blocks
        if environment in block.users
    ]


def test_each_interval_between_two_scrapes_is_a_block():
    found = Server(green(page("a", "200", 10, 15, 15, 22), page("a", "500", 1, 1, 3, 3))).read()
    assert rows(found) == [(-45, 5, 0), (-30, 2, 2), (-15, 7, 0)]
    assert [block.seconds for block in found.blocks] == [15, 15, 15]
    assert found.until == NOW


def test_the_words_of_the_queries_are_those_of_the_settings():
    server = Server()
    server.read(select='job="web"', label="colour")
    assert sorted(server.asked) == [f'http_requests_total{{colour="{e}",job="web"}}[300s]' for e in ("blue", "green")]


def test_a_counter_that_falls_has_started_again_at_nothing():
    assert rows(Server(green(page("a", "200", 100, 110, 4, 9))).read()) == [(-45, 10, 0), (-30, 4, 0), (-15, 5, 0)]


def test_what_an_instance_counted_before_it_was_first_seen_is_nobodys():
    assert rows(Server(green(page("a", "200", None, None, 5000, 5003))).read()) == [(-15, 3, 0)]


def test_a_series_that_is_new_on_a_page_began_at_nothing():
    found = Server(green(page("a", "200", 10, 11, 12, 13), page("a", "503", None, None, 3, 4))).read()
    assert rows(found) == [(-45, 1, 0), (-30, 4, 3), (-15, 2, 1)]


def test_a_series_that_was_left_out_for_a_while_goes_on_where_it_stood():
    earlier = {"metric": {"instance": "a", "status": "503"}, "value": [T0 - 400, "5000"]}
    server = Server(
        (("last_over_time", "green"), [earlier]),
        green(page("a", "200", 10, 11, 12, 13), page("a", "503", None, None, 5001, 5001)),
    )
    assert rows(server.read()) == [(-45, 1, 0), (-30, 2, 1), (-15, 1, 0)]


def test_whether_a_series_is_new_is_asked_once():
    server = Server(green(page("a", "200", 10, 11, 12, 13), page("a", "503", None, None, 3, 4)))
    source = server.source()
    for _ in range(3):
        assert rows(source.read(NOW))[1] == (-30, 4, 3)
    assert sum("last_over_time" in query for query in server.asked) == 1


def test_a_series_that_comes_and_goes_is_never_counted_twice():
    found = Server(green(page("a", "200", 1, 1, 1, 1), page("a", "503", 50, None, 60, None))).read()
    assert rows(found) == [(-45, 0, 0), (-30, 10, 10), (-15, 0, 0)]


def test_where_series_have_times_of_their_own_nothing_is_made_of_what_is_not_there():
    first = page("a", "200", 1000, 1001, 1002, at=(-31, -16, -1))
    second = page("a", "500", 9000, 9001, 9002, at=(-30, -15, 0))
    assert sum(n for _, n, _ in rows(Server(green(first, second)).read())) == 4


def test_instances_count_side_by_side_and_until_is_what_the_slowest_has_told():
    found = Server(
        green(page("a", "200", 1, 2, 3, 4)),
        (("http_requests_total", "blue"), [page("b", "200", 7, 9, 9, None, at=(-47, -32, -17, 0))]),
    ).read()
    assert rows(found) == [(-45, 1, 0), (-30, 1, 0), (-15, 1, 0)]
    assert rows(found, BLUE) == [(-47, 2, 0), (-32, 0, 0)]
    assert found.until == later(-17)


def test_what_reaches_the_idle_environment_stands_beside_as_probes():
    here, there = green(page("a", "200", 1, 2, 3, 4)), (("http_requests_total", "blue"), [page("b", "200", 1, 3, 5, 7)])
    source = Server(here, there).source()
    blocks = source.read(NOW, GREEN).blocks
    assert sum(block.probes[BLUE].requests for block in blocks if BLUE in block.probes) == 6
    assert not any(GREEN in block.probes for block in blocks)
    assert not any(block.probes for block in source.read(NOW).blocks)


def test_an_instance_that_is_gone_does_not_hold_up_the_others_and_its_blocks_stay():
    gone = page("b", "200", 5, 6, 6, at=(-120, -105, -90))
    found = Server(green(page("a", "200", 1, 2, 3, 4), gone)).read()
    assert found.until == NOW
    assert rows(found)[0] == (-120, 1, 0)


@pytest.mark.parametrize(
    ("interval", "lag", "lives"), [(15, 44, True), (15, 46, False), (60, 170, True), (60, 190, False)]
)
def test_how_long_a_silence_is_usual_depends_on_how_often_an_instance_is_scraped(interval, lag, lives):
    times = [-lag - 2 * interval, -lag - interval, -lag]
    found = Server(green(page("a", "200", 1, 2, 3, at=times))).read()
    assert isinstance(found, Reading) is lives


def test_a_scrape_that_is_missing_makes_one_longer_block():
    found = Server(green(page("a", "200", 1, None, 5, 6))).read()
    assert [(block.seconds, block.users[GREEN].requests) for block in found.blocks] == [(30, 4), (15, 1)]


def test_fractions_are_never_requests_and_never_get_lost():
    assert rows(Server(green(page("a", "200", 0.5, 0.9, 1.4, 2.6))).read()) == [(-45, 0, 0), (-30, 1, 0), (-15, 1, 0)]


def test_what_is_not_a_number_is_a_sample_that_is_missing():
    assert rows(Server(green(page("a", "200", 1, "NaN", 3, "+Inf"))).read()) == [(-45, 2, 0)]


def test_one_look_after_the_other_tells_the_same_of_the_same_seconds():
    samples = page("a", "200", *range(30), at=range(-435, 15, 15)), page("a", "500", *range(30), at=range(-435, 15, 15))
    whole = {}
    for moment in (-30, -15, 0):
        inside = [
            {**one, "values": [v for v in one["values"] if T0 + moment - 300 <= v[0] <= T0 + moment]} for one in samples
        ]
        for at, *counts in rows(Server(green(*inside)).read(later(moment))):
            assert whole.setdefault(at, counts) == counts == [2, 1]


def test_failed_that_were_scraped_since_the_requests_were_asked_for_wait_for_the_next_look():
    server = Server(
        green(page("a", "200", 10, 11, 12, None)),
        (("failed_total", "green"), [page("a", "x", 1, 1, 1, 9), page("new", "x", None, None, None, 3)]),
    )
    assert rows(server.read(failed=FAILED)) == [(-45, 1, 0), (-30, 1, 0)]


def test_failed_that_nobody_has_had_yet_are_none():
    assert rows(Server(green(page("a", "200", 10, 11, 12, 13))).read(failed=FAILED))[-1] == (-15, 1, 0)


@pytest.mark.parametrize(
    "strange",
    [page("b", "x", 1, 2, 3, 4), page("a", "x", 1, 2, 3, 4, at=(-40, -25, -10, 0)), page("a", "x", 1, 9, 9, 9)],
)
def test_failed_that_do_not_belong_to_the_requests_are_no_data(strange):
    server = Server(green(page("a", "200", 10, 11, 12, 13)), (("failed_total", "green"), [strange]))
    assert isinstance(server.read(failed=FAILED), NoData)


def test_a_histogram_says_only_what_is_certain():
    def bucket(le, *values):
        return page("a", "x", *values, at=(-15, 0), le=le)

    bounds = bucket("0.5", 0, 90), bucket("1.0", 0, 95), bucket("2.5", 0, 98), bucket("+Inf", 0, 100)
    server = Server(green(page("a", "200", 0, 100, at=(-15, 0))), (("seconds_bucket", "green"), list(bounds)))
    [block] = server.read(latency=LATENCY).blocks
    counts = block.users[GREEN]
    assert [counts.slower_than(ms) for ms in (500, 1000, 2000)] == [10, 5, 2]
    assert sum(counts.buckets) == 100


def test_without_a_histogram_nothing_is_said_about_times():
    [*_, last] = Server(green(page("a", "200", 1, 2, 3, 4))).read().blocks
    assert last.users[GREEN].buckets == Counts().buckets


SUCCESS = {"status": "success", "data": {"resultType": "matrix", "result": []}}


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (httpx.Response(200, json=SUCCESS), "no fresh samples"),
        (httpx.Response(200, json=SUCCESS | {"warnings": ["a store did not answer"]}), "a store did not answer"),
        (httpx.Response(200, json=SUCCESS | {"isPartial": True}), "its answer is partial"),
        (httpx.Response(200, json={"status": "error", "errorType": "x", "error": "oh"}), "oh"),
        (httpx.Response(200, json=[]), "without success"),
        (httpx.Response(200, json={"status": "success", "data": None}), "not series"),
        (httpx.Response(200, json={"status": "success", "data": {"result": [{"metric": {}}]}}), "not series"),
        (
            httpx.Response(200, json={"status": "success", "data": {"result": [{"metric": 1, "values": []}]}}),
            "not series",
        ),
        (httpx.Response(200, text="<html>sign in</html>"), "not JSON"),
        (httpx.Response(200, text=""), "without success"),
        (httpx.Response(302, headers={"location": "/login"}), "302"),
        (httpx.Response(400, json={"status": "error", "error": "parse error"}), "parse error"),
        (httpx.Response(401, text="no"), "token is not accepted"),
        (httpx.Response(503, text="starting"), "503"),
    ],
)
def test_an_answer_that_is_none_is_no_data_with_the_reason(answer, why):
    found = Server(answer=answer).read()
    assert isinstance(found, NoData)
    assert why in found.why


@pytest.mark.parametrize("at", [T0 * 1000, 1e300, -1e300])
def test_a_time_that_is_none_is_no_data_in_counts_and_in_gauges(at):
    odd = {"metric": {"instance": "a", "status": "200"}, "values": [[T0 - 15, "1"], [T0, "2"], [at, "3"]]}
    found = Server(green(odd)).read()
    assert isinstance(found, NoData)
    assert "not series of samples" in found.why
    server = Server((("cpu",), [odd]))
    assert isinstance(server.source(cpu="cpu{environment}").gauges(NOW), NoData)


def test_it_is_asked_once_a_look_however_ill_it_is():
    server = Server(answer=httpx.Response(503))
    server.read()
    assert len(server.asked) <= 2


def test_gauges_without_queries_are_none_and_without_samples_no_data():
    assert Server().source().gauges(NOW) == ()
    assert isinstance(Server().source(cpu='x{e="{environment}"}').gauges(NOW), NoData)
    assert json.dumps(Server().asked) == "[]"
