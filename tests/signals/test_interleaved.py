"""Several processes behind one scrape address are no data, and say why; one that starts again is counted as ever."""

import pytest

from bluegreen.core.judge.telemetry import NoData
from bluegreen.signals import Reading
from tests.signals.test_odd_prometheus import FAILED, T0, Server, green, page, rows

STARTS = ("process_start_time_seconds",)


def read(*values, every=15, starts=None, **settings):
    at = [-every * (len(values) - 1 - place) for place in range(len(values))]
    known = [(STARTS, [page("a", "", *starts, at=at)])] if starts else []
    return Server(*known, green(page("a", "200", *values, at=at))).read(**settings)


@pytest.mark.bad_input(
    "answer",
    "Prometheus's counters of several processes behind one address, a status that is none, native histograms",
    "no data, with the reason; other sources tell all the same",
)
@pytest.mark.parametrize(
    "values",
    [
        (40, 1, 40, 1),  # pages with 40 and 1, and nothing happens
        (40, 40, 1, 40),  # one fall only, and back
        (1, 40, 1, 40, 1),
        (1000, 3, 1000, 3),
        (1000, 990, 1001, 991, 1002),
        (1000, 900, 905, 1010),
        (229685, 337434, 229686, 156366, 337435, 172701),  # four threads of one proxy, each with its own
        (4, 8, 5, 9, 6),  # two replicas that count the scrapes themselves
        (570552, 572251, 560110, 570553),
        (5000, 10, 11, 12, 5003, 5004),  # a connection that is kept for some scrapes
        (100, 90, 95, 80, 101),  # set to nothing by each scrape
        (7, 0, 0, 0, 7),
        (1000, 1005, 990),  # nearly the same, seen at the first fall
        (40, 40, 38),
    ],
)
def test_counters_that_alternate_are_no_data_with_the_reason(values):
    found = read(*values)
    assert isinstance(found, NoData)
    assert "instance a go down and up again" in found.why
    assert "each has to be scraped by itself" in found.why


@pytest.mark.parametrize("every", [1, 5, 15, 30, 60])
def test_it_is_seen_however_far_apart_the_scrapes_are(every):
    assert isinstance(read(*[500, 20] * 2, every=every), NoData)


@pytest.mark.parametrize(
    ("values", "counted"),
    [
        ((5000, 5010, 4, 9, 14), [10, 4, 5, 5]),  # a restart
        ((40, 1, 16, 31, 46, 61), [1, 15, 15, 15, 15]),  # a young process, past where it was
        ((40, 20, 55, 90), [20, 35, 35]),
        ((5000, 5010, 4, 9, 14, 19, 24, 2, 3), [10, 4, 5, 5, 5, 5, 2, 1]),  # two, a minute and a quarter apart
        ((10, 10, 10, 10), [0, 0, 0]),
        ((30000, 40000, 22000, 33000), [10000, 22000, 11000]),  # busy, and only just started
        ((9, 9, 3), [0, 3]),
    ],
)
def test_a_process_that_starts_again_now_and_then_is_counted(values, counted):
    assert [n for _, n, _ in rows(read(*values))] == counted


def test_a_process_that_starts_again_and_again_is_counted_where_it_says_so():
    values, starts = (500, 20, 510, 30, 40), (100, 115, 116, 145, 145)
    found = read(*values, starts=starts)
    assert [n for _, n, _ in rows(found)] == [20, 490, 30, 10]


@pytest.mark.parametrize("starts", [(100, 115, 100, 115, 100), (100, 100, 100, 100, 100), (100, None, 100, None, None)])
def test_start_times_that_go_back_or_stand_still_are_those_of_several(starts):
    assert isinstance(read(500, 20, 510, 30, 40, starts=starts), NoData)


def test_start_times_are_asked_for_only_in_doubt():
    for values, asked in (((1, 2, 3, 4), 0), ((40, 1, 40, 1), 1)):
        server = Server(green(page("a", "200", *values)))
        server.read()
        assert sum("process_start_time_seconds" in query for query in server.asked) == asked


def test_the_failed_alone_may_tell():
    here = page("a", "x", 40, 1, 40, 1)
    server = Server(green(page("a", "200", 100, 110, 120, 130)), (("failed_total", "green"), [here]))
    assert isinstance(server.read(failed=FAILED), NoData)


def test_a_quiet_second_instance_spoils_nothing_of_the_first():
    assert isinstance(Server(green(page("a", "200", 1, 2, 3, 4), page("b", "200", 7, 7, 9, 9))).read(), Reading)


@pytest.mark.parametrize(
    ("value", "failed"),
    [
        *((value, 0) for value in ("200", "404", "499", "CLIENT_ERROR", "SUCCESS", "2xx")),
        *((value, 5) for value in ("500", "503", "520", "5xx", "5XX", "http_5xx", "SERVER_ERROR")),
    ],
)
def test_an_http_status_or_class_is_read(value, failed):
    assert rows(Server(green(page("a", value, 0, 0, 0, 5))).read())[-1] == (-15, 5, failed)


@pytest.mark.parametrize(
    ("value", "failed"),
    [
        *(
            (value, 0)
            for value in ("OK", "NotFound", "Canceled", "CANCELLED", "ResourceExhausted", "0", "5", "16", "200")
        ),
        *((value, 5) for value in ("Internal", "INTERNAL", "Unavailable", "DeadlineExceeded", "DEADLINE_EXCEEDED")),
        *((value, 5) for value in ("Unknown", "Unimplemented", "DataLoss", "13", "14", "503")),
    ],
)
def test_a_grpc_code_is_read_where_the_label_says_that_it_is_one(value, failed):
    series = page("a", "", 0, 0, 0, 5, grpc_code=value)
    assert rows(Server(green(series)).read(status="grpc_code"))[-1] == (-15, 5, failed)


@pytest.mark.parametrize("value", ["error", "success", "ok", "OK", "Internal", "0", "000", "", "UNKNOWN", "13", "600"])
def test_a_status_that_is_none_is_no_data_and_names_label_and_value(value):
    found = Server(green(page("a", "200", 1, 2, 3, 4), page("a", value, 0, 0, 0, 5))).read()
    assert isinstance(found, NoData)
    assert f"label 'status' of the requests says {value!r}" in found.why
    assert "`failed`" in found.why


@pytest.mark.parametrize("value", ["17", "99", "nonsense"])
def test_a_grpc_code_that_is_none_is_no_data_too(value):
    found = Server(green(page("a", "", 0, 0, 0, 5, grpc_code=value))).read(status="grpc_code")
    assert isinstance(found, NoData)
    assert f"'grpc_code' of the requests says {value!r}" in found.why


def test_a_status_that_cannot_be_read_and_counted_nothing_is_left_alone():
    assert isinstance(Server(green(page("a", "200", 1, 2, 3, 4), page("a", "error", 9, 9, 9, 9))).read(), Reading)


def test_whoever_says_which_failed_needs_no_status():
    requests = green(page("a", "error", 0, 0, 0, 5), page("a", "success", 0, 5, 9, 20))
    failed = (("failed_total", "green"), [page("a", "error", 0, 0, 0, 5)])
    assert rows(Server(requests, failed).read(failed=FAILED))[-1] == (-15, 16, 5)


@pytest.mark.parametrize("shape", ["histogram", "histograms"])
@pytest.mark.parametrize("mixed", [{}, {"values": [[T0, "1"]]}])
def test_native_histograms_are_called_by_their_name(shape, mixed):
    native = {"metric": {"__name__": "http_seconds", "instance": "a"}, shape: [[T0, {"count": "3"}]], **mixed}
    server = Server(green(page("a", "200", 1, 2, 3, 4)), (("seconds_bucket", "green"), [native]))
    found = server.read(latency='seconds_bucket{environment="{environment}"}')
    assert isinstance(found, NoData)
    assert "native histograms of http_seconds" in found.why
    assert "always_scrape_classic_histograms" in found.why


def test_no_text_shows_a_placeholder():
    for found in (Server().read(), Server().read(requests='x{e="{environment}"}')):
        assert isinstance(found, NoData)
        assert "{environment}" not in found.why
        assert '"green"' in found.why
        assert '"blue"' in found.why
