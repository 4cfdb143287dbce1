import json

import pytest

from bluegreen.core.environment import Environment
from bluegreen_router.counts import Answer
from bluegreen_router.heavy_hitters import Who
from bluegreen_router.lines import reader

BLUE, GREEN = Environment.BLUE, Environment.GREEN
read = reader({"blue.example": BLUE, "green.example": GREEN}, 8080)
REQUEST = {"client_ip": "198.51.100.7", "method": "GET", "uri": "/orders/17?by=date", "host": "shop.example"}
WHO = Who("198.51.100.7", "/orders/17?by=date")
TO_ENVIRONMENT, FROM_CLIENT = "10.0.0.2:40000->10.9.9.9:443", "10.0.0.2:8080->10.1.1.1:50000"


def line(**fields: object) -> bytes:
    """What failed is logged with its request."""
    usual = {"status": 200, "duration": 0.5, "latency_ms": 12.5, "bytes_read": 0, "environment": "blue", **fields}
    failed = isinstance(usual["status"], int) and usual["status"] >= 500
    return json.dumps({"msg": "handled request", **({"request": REQUEST} if failed else {}), **usual}).encode()


def unanswered(why: str, **fields: object) -> bytes:
    return line(**{"status": 502, "latency_ms": None, "length": None, "why": why, **fields})


def broken(**fields: object) -> bytes:
    usual = {"upstream": "{file.route.active}", "error": "reading: unexpected EOF", "duration": 0.2}
    return json.dumps({"msg": "aborting", "request": {**REQUEST, "host": "green.example"}, **usual, **fields}).encode()


def test_the_environments_own_time_counts():
    assert read(line()) == Answer(BLUE, False, 12.5)


def test_without_an_answer_the_whole_time_counts():
    assert read(unanswered("EOF")) == Answer(BLUE, True, 500.0, WHO)


def test_the_time_of_an_upload_is_not_the_environments():
    assert read(line(bytes_read=16 * 1024, status=500)) == Answer(BLUE, True, 12.5, WHO)
    assert read(line(bytes_read=16 * 1024 + 1, status=500)) == Answer(BLUE, True, None, WHO)


def test_a_failure_without_a_word_of_its_client_counts():
    assert read(line(status=500, request=None)) == Answer(BLUE, True, 12.5)
    assert read(line(status=500, request={})) == Answer(BLUE, True, 12.5, Who("", ""))


@pytest.mark.parametrize(("status", "failed"), [(200, False), (404, False), (499, False), (500, True), (504, True)])
def test_what_is_a_failure(status: int, failed: bool):
    answer = read(line(status=status))

    assert answer is not None
    assert answer.failed is failed


WHOLE = [{}, {"length": "3", "bytes_read": 3}, {"length": "0"}]
PARTLY = [{"length": "9", "bytes_read": 3}, {"length": "9"}, {"chunked": "yes", "bytes_read": 3}, {"bytes_read": 3}]
ITS_OWN = [
    "dial tcp 10.9.9.9:443: connect: connection refused",
    "lookup blue.example: no such host",
    "EOF",
    "http: server closed idle connection",
    "net/http: HTTP/1.x transport connection broken: malformed HTTP response",
    "http2: server sent GOAWAY and closed the connection; LastStreamID=1",
    "stream error: stream ID 17; INTERNAL_ERROR; received from peer",
    f"read tcp {TO_ENVIRONMENT}: read: connection reset by peer",
    f"write tcp {TO_ENVIRONMENT}: write: broken pipe",
    f"readfrom tcp {TO_ENVIRONMENT}: write tcp {TO_ENVIRONMENT}: write: broken pipe",
]
THE_CLIENTS = [
    "unexpected EOF",
    "invalid byte in chunk length",
    "malformed chunked encoding",
    "malformed MIME header line: x",
    f"readfrom tcp {TO_ENVIRONMENT}: unexpected EOF",
    f"readfrom tcp {TO_ENVIRONMENT}: read tcp {FROM_CLIENT}: read: connection reset by peer",
    f"read tcp {FROM_CLIENT}: read: connection reset by peer",
    "something that nobody has heard of",
]


@pytest.mark.parametrize("why", ITS_OWN)
@pytest.mark.parametrize("came", WHOLE + PARTLY, ids=str)
def test_an_environment_that_breaks_off_is_to_blame_whatever_has_come_of_the_request(why: str, came: dict[str, object]):
    assert read(unanswered(why, **came)) == Answer(BLUE, True, 500.0, WHO)


@pytest.mark.parametrize("why", THE_CLIENTS)
@pytest.mark.parametrize("came", PARTLY, ids=str)
def test_nobody_is_to_blame_when_a_request_has_come_in_part(why: str, came: dict[str, object]):
    assert read(unanswered(why, **came)) is None


@pytest.mark.parametrize("came", WHOLE, ids=str)
def test_after_a_whole_request_only_the_environment_is_left(came: dict[str, object]):
    assert read(unanswered("unexpected EOF", **came)) == Answer(BLUE, True, 500.0, WHO)


@pytest.mark.parametrize("came", WHOLE + PARTLY, ids=str)
def test_headers_that_an_environment_would_not_take_are_not_its_fault(came: dict[str, object]):
    assert read(unanswered("http2: request header list larger than peer's advertised limit", **came)) is None


def test_an_answer_that_the_environment_broke_off_is_a_failure():
    assert read(broken()) == Answer(GREEN, True, 200.0, WHO)


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"{",
        b"[]",
        line(environment=None),
        line(environment="purple"),
        line(status=None),
        line(status=500, request=None).replace(b'"request": null, ', b""),
        broken(error="reading: context canceled"),
        broken(error="writing: broken pipe"),
        broken(upstream="{file.route.idle}"),
        broken(request={"host": "elsewhere"}),
    ],
)
def test_lines_about_no_users_answer_are_passed_over(given: bytes):
    assert read(given) is None
