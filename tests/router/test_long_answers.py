"""Answers that last count as they begin, good ones and bad ones alike. How a WebSocket ends counts for nothing."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import pytest

from bluegreen.core.environment import Environment
from bluegreen_router.engine.logs import USERS_REQUESTS
from tests.router.listening import Listening
from tests.router.running import Router
from tests.waiting import until

BLUE = Environment.BLUE
UPGRADE = b"GET /chat HTTP/1.1\r\nHost: shop.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
EVENTS = b"GET /events HTTP/1.1\r\nHost: shop.example\r\nAccept: text/event-stream\r\n\r\n"
UPLOAD = b"POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 100000\r\n\r\nbegun"
PLAIN = b"GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n"
UPGRADED = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
EVENT = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
GOODBYE, MASKED_GOODBYE = b"\x88\x02\x03\xe8", b"\x88\x82abcd\x62\x8a"
RESET = struct.pack("ii", 1, 0)
ENDS: dict[str, Callable[[socket.socket], object]] = {
    "says good-bye": lambda side: (side.sendall(GOODBYE), side.recv(100)),
    "answers a good-bye": lambda side: (side.recv(100), side.sendall(GOODBYE)),
    "hangs up": lambda side: None,
    "resets": lambda side: side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET),
}


class Lasting(Listening):
    """Answers stay open until `let_go`; while it is `busy`, everything that lasts is refused."""

    def __init__(self) -> None:
        super().__init__()
        self.busy = False
        self.let_go = threading.Event()
        self.ends = ENDS["hangs up"]

    def talk(self, connection: socket.socket) -> None:
        while request := connection.recv(65536):
            if request.startswith(b"GET / "):
                connection.sendall(OK)
                continue
            if self.busy:
                connection.sendall(BUSY)
                return
            connection.sendall(UPGRADED if b"websocket" in request else EVENT if b"/events" in request else OK)
            self.let_go.wait(60)
            self.ends(connection)
            return


@pytest.fixture
def lasting() -> Iterator[Lasting]:
    with Lasting() as environment:
        yield environment
        environment.let_go.set()


@pytest.fixture
def router(start, service, lasting):
    router = start(BLUEGREEN_BLUE_URL=lasting.url, BLUEGREEN_TELEMETRY_SECONDS="1")
    router.follows(service.serve(BLUE))
    return router


def asked(router, request: bytes) -> socket.socket:
    """The client, once the head of the answer has come."""
    client = socket.create_connection(("127.0.0.1", router.settings.port), timeout=60)
    client.sendall(request)
    heard = b""
    while b"\r\n\r\n" not in heard:
        heard += client.recv(1)
    return client


@pytest.mark.slow
@pytest.mark.parametrize("request_", [UPGRADE, EVENTS], ids=["a WebSocket", "an event stream"])
def test_one_of_ten_that_is_refused_is_one_of_ten_while_the_others_are_open(router, lasting, users, request_):
    with ExitStack() as stack:
        for _ in range(9):
            stack.enter_context(asked(router, request_))
        lasting.busy = True
        stack.enter_context(asked(router, request_))
        until(lambda: users(router, BLUE).failed == 1, what="the refusal is counted")

        assert users(router, BLUE).requests == 10
        assert sum(users(router, BLUE).buckets) == 9


@pytest.mark.slow
@pytest.mark.parametrize("request_", [UPGRADE, EVENTS, UPLOAD], ids=["WebSockets", "event streams", "uploads"])
def test_what_is_refused_is_not_held_against_others(router, lasting, users, request_):
    lasting.busy = True
    for _ in range(20):
        asked(router, request_).close()
        asked(router, PLAIN).close()
    router.stop()

    assert (users(router, BLUE).requests, users(router, BLUE).failed) == (40, 20)


@pytest.mark.slow
def test_an_answer_that_comes_before_the_upload_is_whole_is_one(router, lasting, users):
    for _ in range(9):
        asked(router, UPLOAD).close()
    lasting.busy = True
    asked(router, UPLOAD).close()
    router.stop()

    assert (users(router, BLUE).requests, users(router, BLUE).failed) == (10, 1)


@pytest.mark.slow
@pytest.mark.parametrize("ends", ENDS)
def test_a_websocket_that_ends_is_no_failure(router, lasting, users, ends):
    lasting.ends = ENDS[ends]
    lasting.let_go.set()
    with asked(router, UPGRADE) as client, suppress(OSError):
        client.sendall(MASKED_GOODBYE)
        while client.recv(100):
            pass
    router.stop()

    assert (users(router, BLUE).requests, users(router, BLUE).failed) == (1, 0)


@pytest.mark.slow
def test_an_event_stream_that_breaks_off_is_a_failure(router, lasting, users):
    lasting.let_go.set()
    with asked(router, EVENTS) as client:
        while client.recv(100):
            pass
    router.stop()

    assert users(router, BLUE).failed == 1


class Mute(Listening):
    """Hears and says nothing."""

    def talk(self, connection: socket.socket) -> None:
        while connection.recv(65536):
            pass


@pytest.fixture
def before_a_mute(start, service) -> Iterator[Callable[..., Router]]:
    """Starts a router; keywords are further environment variables."""
    with Mute() as environment:

        def begin(**more: str) -> Router:
            router = start(BLUEGREEN_BLUE_URL=environment.url, BLUEGREEN_TELEMETRY_SECONDS="1", **more)
            router.follows(service.serve(BLUE))
            return router

        yield begin


@pytest.mark.parametrize("request_", [UPGRADE, EVENTS, PLAIN], ids=["a WebSocket", "an event stream", "a plain one"])
def test_what_is_not_answered_in_time_is_a_failure(before_a_mute, users, request_):
    router = before_a_mute(BLUEGREEN_ANSWER_SECONDS="0.5")
    asked(router, request_).close()
    router.stop()

    assert (users(router, BLUE).requests, users(router, BLUE).failed) == (1, 1)


@pytest.mark.parametrize("request_", [UPGRADE, EVENTS, PLAIN], ids=["a WebSocket", "an event stream", "a plain one"])
def test_a_wait_that_a_client_gives_up_is_counted(before_a_mute, users, request_):
    router = before_a_mute()
    with socket.create_connection(("127.0.0.1", router.settings.port), timeout=60) as client:
        client.sendall(request_)
        until(lambda: router.envoy.admin.gauge(USERS_REQUESTS), what="the request is on its way")
        if request_ is not PLAIN:
            until(lambda: router.agent.streams.open, what="it has come to the agent")
    until(lambda: users(router, BLUE).unanswered, what="the wait is counted")

    assert (users(router, BLUE).requests, users(router, BLUE).failed) == (1, 0)
