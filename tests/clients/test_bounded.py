"""Whatever comes back, at whatever pace and however packed: an answer or one of our errors, within the limits."""

import contextlib
import gzip
import itertools
import socket
import threading
import time
import tracemalloc
import zlib
from functools import cache

import httpx
import pytest

from bluegreen.clients import bounded
from bluegreen.clients.fan_out import at_once
from bluegreen.clients.http import Api
from bluegreen.clients.web import Web
from bluegreen.core.checks.response import LARGEST
from bluegreen.core.config.checks import Check
from bluegreen.core.errors import BluegreenError, Unavailable

LIMIT = 0.6  # seconds for the whole answer
PACE = LIMIT / 6  # seconds between two bytes: no single read takes long
OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"


class Wire:
    """A server that says what it is told, a piece at a time."""

    def __init__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.says, self.pace, self.listens = [], 0.0, True
        self._over = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while not self._over.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection):
        with connection:
            try:
                if self.listens:
                    connection.recv(65_536)
                for piece in itertools.islice(self.says, 100_000):
                    connection.sendall(piece)
                    if self.pace and self._over.wait(self.pace):
                        return
            except OSError:
                return

    def close(self):
        self._over.set()
        self._socket.close()


@pytest.fixture
def wire():
    made = Wire()
    yield made
    made.close()


@pytest.fixture
def http():
    with bounded.client(httpx.Timeout(LIMIT)) as client:
        yield client


def check(http, url):
    return Web(http, time.monotonic).check(url, Check(get="/", timeout=LIMIT)).answer


def api(http, url):
    return Api("Shop", url, http, {}, lambda seconds: None, httpx.Timeout(LIMIT))


def forever(begin, each):
    return [*begin, *[each] * 1_000]


TRICKLES = {
    "status line": forever([OK[:9]], b"0"),
    "a header": forever([OK, b"X-Long: "], b"x"),
    "many headers": forever([OK], b"X-A: b\r\n"),
    "answers before the answer": forever([], b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "body": forever([OK, b"Content-Length: 500\r\n\r\n"], b"x"),
    "body without an end": forever([OK, b"\r\n"], b"x"),
    "chunks": forever([OK, b"Transfer-Encoding: chunked\r\n\r\n"], b"1\r\nx\r\n"),
    "the size of a chunk": forever([OK, b"Transfer-Encoding: chunked\r\n\r\n"], b"0"),
    "trailers": forever([OK, b"Transfer-Encoding: chunked\r\n\r\n0\r\n"], b"X-A: b\r\n"),
    "gzip": [OK, b"Content-Encoding: gzip\r\n\r\n", *(bytes([octet]) for octet in gzip.compress(bytes(9_000)))],
}


@pytest.mark.slow
@pytest.mark.parametrize("what", TRICKLES)
def test_an_answer_that_trickles_ends_at_the_time_limit(what, wire, http):
    wire.says, wire.pace = TRICKLES[what], PACE
    assert check(http, wire.url).error == "none (timed out)"
    with pytest.raises(Unavailable, match="Timeout"):
        api(http, wire.url).once("GET", "/")


def test_a_tls_handshake_that_trickles_ends_at_the_time_limit(wire, http):
    wire.says, wire.pace = forever([b"\x16\x03\x03\x40\x00"], b"\x02"), PACE
    assert check(http, f"https://127.0.0.1:{wire.port}").error.startswith("none (")


def packed(body, *encodings):
    for encoding in encodings:
        bare = zlib.compressobj(9, wbits=-15)
        makes = {
            "gzip": lambda b: gzip.compress(b, mtime=0),  # these bytes name tests, for all workers alike
            "deflate": zlib.compress,
            "bare": lambda b, m=bare: m.compress(b) + m.flush(),
        }
        body = makes[encoding](body)
    return body


def said(body, encoding):
    return [OK + f"Content-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n".encode(), body]


BOMB = 137_000_000
BOMBS = ("gzip", "deflate", "gzip, gzip", "deflate, gzip", "gzip, gzip, gzip")


@cache
def bomb(encoding):
    """Packed when its test runs: every worker reads this file."""
    *before, last = encoding.split(", ")
    return packed(bomb(", ".join(before)) if before else bytes(BOMB), last)


@pytest.mark.slow
@pytest.mark.parametrize("encoding", BOMBS)
def test_a_packed_body_is_unpacked_up_to_the_limit_and_no_further(encoding, wire):
    wire.says = said(bomb(encoding), encoding)
    with bounded.client(httpx.Timeout(20.0)) as http:
        tracemalloc.start()
        answer = Web(http, time.monotonic).check(wire.url, Check(get="/", timeout=20.0)).answer
        with pytest.raises(Unavailable, match="AnswerTooLarge"):
            Api("Shop", wire.url, http, {}, lambda s: None, httpx.Timeout(20.0)).once("GET", "/")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert (answer.status, len(answer.body)) == (200, LARGEST)
    assert peak < 3 * bounded.LARGEST


def test_a_body_that_is_not_packed_ends_at_the_limit_too(wire):
    wire.says = [OK + b"\r\n", *itertools.repeat(bytes(1_000_000), 100)]
    with bounded.client(httpx.Timeout(20.0)) as http, pytest.raises(Unavailable, match="AnswerTooLarge"):
        Api("Shop", wire.url, http, {}, lambda s: None, httpx.Timeout(20.0)).once("GET", "/")


def test_headers_have_a_size(wire, http):
    wire.says = [OK, *itertools.repeat(b"X-A: " + b"b" * 1_000 + b"\r\n", 10_000)]
    assert check(http, wire.url).error == "none (RemoteProtocolError)"
    with pytest.raises(Unavailable, match="RemoteProtocolError"):
        api(http, wire.url).once("GET", "/")


@pytest.mark.parametrize(
    ("encodings", "named"),
    [
        (["gzip"], "gzip"),
        (["gzip"], "X-GZIP"),
        (["deflate"], "deflate"),
        (["bare"], "deflate"),
        (["deflate", "gzip"], "deflate, gzip"),
        (["gzip", "gzip"], "identity, gzip,gzip"),
        ([], "identity"),
    ],
)
def test_an_honest_packed_body_is_read_whole(encodings, named, wire, http):
    wire.says = said(packed(b'{"version": "1.3.0"}', *encodings), named)
    assert check(http, wire.url).body == '{"version": "1.3.0"}'
    assert api(http, wire.url).once("GET", "/") == {"version": "1.3.0"}


NAMED = ["gzip", "deflate", "br", "zstd", "gzip, br", ", ".join(["gzip"] * 40), "\xff", ","]
BODIES = [b"", b"{", b"\x1f\x8b", b"\x78", bytes(100), packed(b"{}", "gzip")[:-9]]


@pytest.mark.parametrize("named", NAMED, ids=range(len(NAMED)))
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_body_that_is_not_what_it_says_is_an_answer_or_one_of_our_errors(named, body, wire, http):
    wire.says = [OK + b"Content-Encoding: " + named.encode("latin-1") + b"\r\n\r\n", body]
    answer = check(http, wire.url)
    assert answer.error or answer.status == 200
    with contextlib.suppress(BluegreenError):
        api(http, wire.url).once("GET", "/")


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (packed(b'{"a":', "gzip") + packed(b"1}", "gzip"), '{"a":1}'),
        (packed(b'{"a":1}', "gzip") + bytes(12), '{"a":1}'),
        (packed(b'{"a":1}', "deflate") + b"more", '{"a":1}'),
        (packed(b"", "gzip") * 2_000 + packed(b'{"a":1}', "gzip"), '{"a":1}'),
    ],
    ids=["members", "zeroes behind", "words behind", "empty members before"],
)
def test_members_of_gzip_are_one_body_and_what_stands_behind_the_end_is_left(body, read, wire, http):
    wire.says = said(body, "gzip" if body.startswith(b"\x1f") else "deflate")
    assert check(http, wire.url).body == read


CUT = packed(bytes(range(256)) * 40, "gzip")


@pytest.mark.parametrize("body", [CUT[:-6], CUT[:40], CUT[:10], b'{"a":1}'], ids=["end", "begin", "head", "not gzip"])
def test_a_packed_body_that_is_cut_is_no_answer(body, wire, http):
    wire.says = said(body, "gzip")
    with pytest.raises(Unavailable, match="DecodingError"):
        api(http, wire.url).once("GET", "/")


def test_answers_that_are_packed_too_often_leave_no_connection_open(wire, http):
    wire.says = said(b"", ", ".join(["gzip"] * 4))
    for _ in range(120):  # the pool has room for a hundred
        with pytest.raises(Unavailable, match="DecodingError"):
            api(http, wire.url).once("GET", "/")


def test_a_piece_that_fills_its_buffer_to_the_last_byte_is_read_whole(wire, http):
    body = bytes(range(256)) * (3 * 65_536 // 256)
    wire.says = said(packed(body, "gzip"), "gzip")
    assert check(http, wire.url).body == body.decode(errors="replace")


@pytest.mark.slow
def test_what_several_requests_may_take_together_is_what_the_last_one_has_left(wire, http):
    wire.says, wire.pace, limit = itertools.repeat(b"x"), PACE, 60.0
    asked = Api("GitHub", wire.url, http, {}, lambda seconds: None, httpx.Timeout(limit))
    with bounded.within(LIMIT), pytest.raises(Unavailable):
        asked.get("/")
    with bounded.within(LIMIT), bounded.within(limit), pytest.raises(Unavailable):
        asked.once("GET", "/")
    with bounded.within(0), pytest.raises(Unavailable):
        asked.once("GET", "/")


def test_what_is_asked_in_threads_ends_with_its_callers_time(wire):
    wire.says, wire.pace = itertools.chain([OK + b"\r\n"], itertools.repeat(b"x")), PACE
    web, check = Web(bounded.client(httpx.Timeout(60)), time.monotonic), Check(get="/", timeout=60)
    with bounded.within(LIMIT), pytest.raises(Unavailable, match="no time was left"):
        at_once(lambda url: web.check(url, check), [wire.url] * 3)


@pytest.mark.slow
@pytest.mark.bad_input(
    "answer",
    "a check whose answer is not there when the function's own time is over",
    "no failed check: it is looked again",
)
def test_no_answer_in_a_checks_own_time_is_the_apps_and_in_ours_nobodys(wire):
    wire.says, wire.pace = itertools.chain([OK + b"\r\n"], itertools.repeat(b"x")), PACE
    web = Web(bounded.client(httpx.Timeout(60)), time.monotonic)
    with bounded.within(60):
        assert web.check(wire.url, Check(get="/", timeout=LIMIT)).answer.error == "none (timed out)"
    with bounded.within(LIMIT), pytest.raises(Unavailable):
        web.check(wire.url, Check(get="/", timeout=60))


def test_time_is_measured_by_the_clock_of_whoever_set_the_outermost_limit():
    hours = itertools.count(0, 3600)
    with bounded.within(10_000, lambda: next(hours)), bounded.within(20_000):
        assert bounded.left() < 10_000
    assert bounded.left() > 1e9
