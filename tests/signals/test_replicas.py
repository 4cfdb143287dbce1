"""The same counter read twice is no data, by the label that tells the two apart; two processes are two."""

import pytest

from bluegreen.clients.time_series import Series
from bluegreen.core.judge.telemetry import NoData
from bluegreen.signals.replicas import twice
from tests.signals.test_odd_prometheus import FAILED, LATENCY, Server, green, page, rows

OTHER = (-38, -23, -8, -2)


def read_twice(label, first, second, at=OTHER, stood=0):
    return green(
        page("a", "200", *(stood + n for n in (10, 20, 30, 40)), **{label: first}),
        page("a", "200", *(stood + n for n in (15, 25, 35, 38)), at=at, **{label: second}),
    )


@pytest.mark.parametrize("label", ["prometheus_replica", "replica", "__replica__", "thanos_receive_replica"])
def test_a_pair_of_servers_that_scrape_one_process_is_named_by_its_label(label):
    found = Server(read_twice(label, "r-0", "r-1")).read()
    assert isinstance(found, NoData)
    assert f'`select: {label}="r-0"`' in found.why


def test_a_target_that_two_jobs_have_found_is_one():
    found = Server(read_twice("job", "web", "web-again", stood=50_000)).read()
    assert isinstance(found, NoData)
    assert '`select: job="web"`' in found.why


def test_a_pair_whose_server_gives_both_the_same_times_is_one_too():
    both = [page("a", "200", 10, 20, 30, 40, replica=name) for name in ("a", "b")]
    assert isinstance(Server(green(*both)).read(), NoData)


def test_failed_requests_of_their_own_that_are_there_twice_are_no_data_too():
    failed = [page("a", "x", 1, 2, 3, 4, replica=name) for name in ("a", "b")]
    server = Server(green(page("a", "200", 10, 20, 30, 40)), (("failed_total", "green"), failed))
    assert "replica" in server.read(failed=FAILED).why


def test_what_was_chosen_with_select_is_counted_once():
    found = Server(green(page("a", "200", 10, 20, 30, 40, prometheus_replica="0"))).read()
    assert rows(found) == [(-45, 10, 0), (-30, 10, 0), (-15, 10, 0)]


@pytest.mark.parametrize(
    "both",
    [
        (page("a", "200", 500, 510, 520, 530, replica="web-0"), page("a", "200", 90, 95, 99, 110, replica="web-1")),
        (page("a", "200", 500, 510, 520, 530, path="/a"), page("a", "200", 500, 510, 520, 530, path="/b")),
        (page("a", "200", 10, 20, 30, 40), page("b", "200", 15, 25, 35, 38, at=OTHER)),
    ],
    ids=["a name of instances", "two paths that are always asked together", "two instances that began together"],
)
def test_two_counters_are_two(both):
    assert sum(n for _, n, _ in rows(Server(green(*both)).read())) > 30


@pytest.mark.parametrize("address", ["", "localhost:8080", "127.0.0.1:9090", "[::1]:9090"])
@pytest.mark.parametrize("label", ["instance", "pod", "replica", "job"])
def test_instances_that_only_health_checks_ask_are_never_taken_for_one(label, address):
    """They count the same, to the last request. Without an address a `replica` may well be the application's."""

    def counted(name, offset):
        labels = {"instance": address, "status": "200", label: name}
        return Series(labels, tuple((offset + 15 * i, 5000.0 + i) for i in range(20)))

    assert twice([counted("a", 0), counted("b", 7)]) is None


def test_a_bucket_that_is_written_in_another_way_from_now_on_is_the_same_one():
    """Prometheus 3 writes `1.0` for what was `1`: what it had counted before is nothing new."""

    def bucket(le, *values):
        return page("a", "x", *values, le=le)

    buckets = bucket("1", 9000, 9010, None, None), bucket("1.0", None, None, 9020, 9030), bucket("+Inf", 0, 10, 20, 30)
    server = Server(green(page("a", "200", 0, 10, 20, 30)), (("seconds_bucket", "green"), list(buckets)))
    counts = [count for block in server.read(latency=LATENCY).blocks for count in block.users.values()]
    assert [sum(count.buckets) for count in counts] == [10, 10, 10]


@pytest.mark.parametrize(
    ("le", "why"), [("2.5", r'leaves out the bucket le="+Inf"'), ("NaN", "without `le`"), ("wide", "without `le`")]
)
def test_a_histogram_that_does_not_tell_of_its_slowest_answers_is_no_data(le, why):
    server = Server(
        green(page("a", "200", 0, 100, at=(-15, 0))),
        (("seconds_bucket", "green"), [page("a", "x", 0, 90, at=(-15, 0), le=le)]),
    )
    found = server.read(latency=LATENCY)
    assert isinstance(found, NoData)
    assert why in found.why


@pytest.mark.parametrize("value", [-3, "1e300", 2**53 + 2])
def test_what_no_counter_says_is_no_data(value):
    found = Server(green(page("a", "200", value, 20, 30, 40))).read()
    assert isinstance(found, NoData)
    assert "a counter is wanted, from 0 to 2^53" in found.why
