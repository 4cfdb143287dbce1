"""The answer's content type tells what is ended at a switch: nothing but an event stream ends as if it were whole."""

import http.client
import socket
from contextlib import closing

import pytest

from bluegreen.core.environment import Environment
from tests.waiting import stays, until

BLUE, GREEN = Environment.BLUE, Environment.GREEN
EVENTS = "text/event-stream"
FIRST, REST = b"id: 1\ndata: one\n\n", b"id: 2\ndata: two\n\n"
CHUNKED = "Transfer-Encoding: chunked"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def answer(*headers: str, version: str = "1.1") -> bytes:
    return "\r\n".join((f"HTTP/{version} 200 OK", *headers, "", "")).encode()


@pytest.fixture
def asked(before_the_wire, wire):
    """A router whose streams get no time after a switch, and an answer that has begun."""

    def begin(*pieces: bytes, method: str = "GET", accept: str = EVENTS):
        wire.answer = pieces
        router = before_the_wire(BLUEGREEN_STREAM_SECONDS="0")
        connection = http.client.HTTPConnection("127.0.0.1", router.settings.port, timeout=30)
        connection.request(method, "/", b"{}" if method == "POST" else None, {"Accept": accept})
        found = connection.getresponse()
        return router, connection, found

    return begin


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "kind", [EVENTS, "TEXT/EVENT-STREAM", "text/event-stream; charset=utf-8", "Text/Event-Stream ;x"]
)
@pytest.mark.parametrize("accept", [EVENTS, "application/json, TEXT/EVENT-STREAM;q=0.9"])
def test_an_event_stream_ends_in_form(asked, service, method, kind, accept):
    router, connection, found = asked(
        answer(CHUNKED, f"Content-Type: {kind}") + chunk(FIRST),
        chunk(REST) + b"0\r\n\r\n",
        method=method,
        accept=accept,
    )
    with closing(connection):
        begun = found.read(len(FIRST))
        router.follows(service.serve(GREEN))
        rest = found.read()  # raises where it ends without its end

    assert (begun, rest) == (FIRST, b"")


NEVER_ENDED = {
    "csv": (CHUNKED, "Content-Type: text/csv"),
    "json lines": (CHUNKED, "Content-Type: application/x-ndjson"),
    "gRPC in text": (CHUNKED, "Content-Type: application/grpc-web-text"),
    "pictures": (CHUNKED, "Content-Type: multipart/x-mixed-replace; boundary=x"),
    "a name that begins so": (CHUNKED, "Content-Type: text/event-streaming"),
    "a parameter that says so": (CHUNKED, 'Content-Type: text/csv; profile="text/event-stream"'),
    "no type": (CHUNKED,),
    "two types": (CHUNKED, "Content-Type: text/csv", f"Content-Type: {EVENTS}"),
    "packed": (CHUNKED, f"Content-Type: {EVENTS}", "Content-Encoding: gzip"),
}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("headers", NEVER_ENDED.values(), ids=NEVER_ENDED.keys())
def test_whatever_else_was_asked_for_comes_whole(asked, service, wire, headers, method):
    begun = asked(answer(*headers) + chunk(FIRST), chunk(REST) + b"0\r\n\r\n", method=method)

    assert whole(begun, service, wire) == (FIRST, REST)


@pytest.mark.slow
def test_what_says_its_length_comes_whole(asked, service, wire):
    length = f"Content-Length: {len(FIRST + REST)}"
    begun = asked(answer(length, f"Content-Type: {EVENTS}") + FIRST, REST)

    assert whole(begun, service, wire) == (FIRST, REST)


@pytest.mark.parametrize("accept", ["*/*", "application/json"])
def test_an_event_stream_that_nobody_asked_for_by_name_is_an_answer_in_flight(asked, service, wire, accept):
    begun = asked(
        answer(CHUNKED, f"Content-Type: {EVENTS}") + chunk(FIRST),
        chunk(REST) + b"0\r\n\r\n",
        method="POST",
        accept=accept,
    )

    assert whole(begun, service, wire) == (FIRST, REST)


def whole(begun, service, wire) -> tuple[bytes, bytes]:
    """What came before the switch, and what after it; that nothing but the app ended it is asserted here."""
    router, connection, found = begun
    with closing(connection):
        first = found.read(len(FIRST))
        router.follows(service.serve(GREEN))
        stays(lambda: quiet(found), 0.4, "nothing more has come")
        wire.go_on()
        return first, found.read()


def quiet(found: http.client.HTTPResponse) -> bool:
    """Whether neither a byte nor an end is there to be read."""
    held = found.fp.raw._sock
    held.setblocking(False)
    try:
        held.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    finally:
        held.settimeout(30)
    return False


@pytest.mark.slow
@pytest.mark.parametrize("accept", [EVENTS, "*/*"])
def test_what_its_environment_breaks_off_does_not_end_in_form(asked, wire, accept):
    _, connection, found = asked(
        answer(CHUNKED, f"Content-Type: {EVENTS}") + chunk(FIRST), b"zz no chunk\r\n", accept=accept
    )
    wire.go_on()
    with closing(connection), pytest.raises(http.client.IncompleteRead):
        found.read()


@pytest.mark.parametrize("accept", [EVENTS, "*/*"])
def test_early_hints_do_not_pass_and_the_answer_behind_them_does(before_the_wire, wire, accept):
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
    wire.answer = (hints * 2 + answer("Content-Length: 2", "Content-Type: text/html") + b"ok",)
    router = before_the_wire()
    said = []
    for version in ("1.1", "1.0"):
        with socket.create_connection(("127.0.0.1", router.settings.port), timeout=30) as client:
            client.sendall(f"GET / HTTP/{version}\r\nHost: a\r\nAccept: {accept}\r\nConnection: close\r\n\r\n".encode())
            said.append(until(lambda client=client: client.recv(65536)))

    assert [one.partition(b"\r\n")[0] for one in said] == [b"HTTP/1.1 200 OK", b"HTTP/1.0 200 OK"]
    assert b"103" not in b"".join(said)


@pytest.mark.parametrize("accept", [EVENTS, "*/*"])
@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "2.0"])
def test_an_answer_in_another_version_of_http_comes_as_any_other(before_the_wire, wire, version, accept):
    """Python's own server speaks 1.0 unless it is told."""
    wire.answer = (answer("Content-Length: 2", "Content-Type: text/html", version=version) + b"ok",)
    said = before_the_wire().get(headers={"Accept": accept})

    assert (said.status_code, said.text, said.headers["Content-Type"]) == (200, "ok", "text/html")


@pytest.mark.parametrize("accept", [EVENTS, "*/*"])
def test_an_answer_that_ends_with_its_connection_comes_whole(before_the_wire, wire, accept):
    """And the next request after it."""
    wire.answer, wire.ends = (answer("Content-Type: text/html", version="1.0") + b"the end",), True
    router = before_the_wire()

    assert [router.get(headers={"Accept": accept}).text for _ in range(2)] == ["the end"] * 2


@pytest.mark.parametrize("accept", [EVENTS, "*/*"])
def test_trailers_come_behind_a_stream(before_the_wire, wire, accept):
    """As gRPC over the web says how it went."""
    head = answer(CHUNKED, "Content-Type: application/grpc-web", "Trailer: grpc-status")
    wire.answer = (head + chunk(FIRST) + b"0\r\ngrpc-status: 0\r\n\r\n",)
    router = before_the_wire()
    with socket.create_connection(("127.0.0.1", router.settings.port), timeout=30) as client:
        client.sendall(
            f"GET / HTTP/1.1\r\nHost: a\r\nAccept: {accept}\r\nTE: trailers\r\nConnection: TE, close\r\n\r\n".encode()
        )
        said = b""
        while data := client.recv(65536):
            said += data

    assert said.lower().endswith(b"0\r\ngrpc-status: 0\r\n\r\n")
