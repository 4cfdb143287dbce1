"""WebSockets and server-sent events: they live as long as their environment serves, and end cleanly after a switch."""

import os
import resource
import socket
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Message, Request, TextMessage

from bluegreen.core.environment import Environment
from bluegreen_router import streams
from bluegreen_router.streams import KEPT_BACK
from tests.waiting import stays, until

BLUE, GREEN = Environment.BLUE, Environment.GREEN
PREVIEW = {"BLUEGREEN_PREVIEW_SECRET": "preview-secret"}
EVENTS = {"Accept": "text/event-stream"}


@pytest.fixture
def talk() -> Iterator[Callable[..., "Talk"]]:
    """Opens WebSockets."""
    opened: list[Talk] = []

    def open_one(url: str, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Talk:
        opened.append(Talk(url, headers))
        return opened[-1]

    yield open_one
    for one in opened:
        one.socket.close()


class Talk:
    """A WebSocket's client."""

    def __init__(self, url: str, headers: tuple[tuple[bytes, bytes], ...]) -> None:
        where = urlsplit(url)
        self.socket = socket.create_connection((where.hostname, where.port), timeout=30)
        self.wire = WSConnection(ConnectionType.CLIENT)
        self.socket.sendall(self.wire.send(Request(host=where.netloc, target="/ws", extra_headers=list(headers))))
        self.answer = self.hear()
        assert isinstance(self.answer, AcceptConnection)
        self.name = self.hear().data

    def hear(self):
        """The next event; None at an end without a word."""
        while True:
            for event in self.wire.events():
                return event
            data = self.socket.recv(65536)
            if not data:
                return None
            self.wire.receive_data(data)

    def say(self, text: str) -> None:
        self.socket.sendall(self.wire.send(Message(text)))

    def echoes(self, text: str) -> bool:
        self.say(text)
        event = self.hear()
        while isinstance(event, TextMessage) and not event.message_finished:
            event = self.hear()
        return isinstance(event, TextMessage)

    def rests(self) -> tuple[int, bool]:
        """The code of the close that comes, and whether the connection ends after it."""
        event = self.hear()
        assert isinstance(event, CloseConnection), event
        self.socket.sendall(self.wire.send(event.response()))
        return event.code, self.socket.recv(1) == b""


@pytest.mark.slow
def test_a_websocket_lives_on_for_its_time_after_a_switch_and_is_closed_with_a_word(begin, talk, service):
    router = begin(BLUEGREEN_STREAM_SECONDS="0.6")
    opened = talk(router.url)
    switched = time.monotonic()
    router.follows(service.serve(GREEN))
    assert opened.name == "blue"
    assert opened.rests() == (1001, True)
    assert time.monotonic() - switched >= 0.6
    assert talk(router.url).name == "green"


def test_a_websocket_that_waits_in_the_middle_of_a_frame_is_not_torn(begin, talk, service, patient):
    router = begin(BLUEGREEN_STREAM_SECONDS="0.2")
    opened = talk(router.url)
    frame = opened.wire.send(Message("x" * 300))
    opened.socket.sendall(frame[:100])
    router.follows(service.serve(GREEN))
    parted = opened.hear()
    opened.socket.sendall(frame[100:])

    assert parted.code == 1001


def test_going_back_within_the_time_lets_a_websocket_live(begin, talk, service):
    router = begin(BLUEGREEN_STREAM_SECONDS="0.4")
    opened = talk(router.url)
    for active in (GREEN, BLUE):  # at once: whatever a look at the journal takes here, it is no part of the time
        router.agent.streams.serve(active)

    stays(lambda: opened.echoes("here"), 0.7, "an echo")


def test_a_large_message_comes_back_whole(begin, talk):
    opened = talk(begin().url)
    text = "0123456789" * 200_000
    opened.say(text)
    heard = ""
    while len(heard) < len(text):
        heard += opened.hear().data

    assert heard == text


def test_the_answer_that_opens_a_websocket_says_where_it_comes_from(begin, talk):
    told = {name.lower(): value for name, value in talk(begin().url).answer.extra_headers}

    assert told[b"x-bluegreen-environment"] == b"blue"
    assert told[b"x-bluegreen-release"] == b"v1.2.0"


def test_a_preview_websocket_reaches_the_idle_environment_and_outlives_a_switch(begin, talk, service):
    router = begin(BLUEGREEN_STREAM_SECONDS="0.1", **PREVIEW)
    opened = talk(router.url, headers=((b"X-Bluegreen-Preview", b"preview-secret"),))
    router.follows(service.serve(GREEN))
    router.follows(service.serve(BLUE))

    assert opened.name == "green"
    stays(lambda: opened.echoes("here"), 0.5, "an echo")


def test_an_event_stream_ends_whole_some_time_after_a_switch(begin, service):
    router = begin(BLUEGREEN_STREAM_SECONDS="0.4")
    with httpx.stream("GET", router.url + "/events", headers=EVENTS, trust_env=False, timeout=30) as stream:
        lines = stream.iter_lines()
        first = [next(lines), next(lines)]
        switched = time.monotonic()
        router.follows(service.serve(GREEN))
        rest = list(lines)  # httpx raises when an answer breaks off

    assert first[1] == "data: blue"
    assert time.monotonic() - switched >= 0.4
    assert rest[-1] == ""
    assert stream.headers["X-Bluegreen-Environment"] == "blue"


def test_a_client_that_leaves_an_event_stream_is_left_behind(begin):
    router = begin()
    with httpx.stream("GET", router.url + "/events", headers=EVENTS, trust_env=False) as stream:
        lines = stream.iter_lines()
        next(lines)
        before = router.agent.streams.open
    until(lambda: router.agent.streams.open == 0)

    assert (before, router.agent.streams.open) == (1, 0)


def test_a_client_that_leaves_a_silent_stream_is_left_behind_too(begin):
    """The head comes at once, or a browser would not know that it is connected."""
    router = begin()
    with socket.create_connection(("127.0.0.1", router.settings.port), timeout=30) as client:
        client.sendall(b"GET /silent HTTP/1.1\r\nHost: shop.example\r\nAccept: text/event-stream\r\n\r\n")
        head, before = client.recv(65536), router.agent.streams.open
    until(lambda: router.agent.streams.open == 0)

    assert head.startswith(b"HTTP/1.1 200")
    assert (before, router.agent.streams.open) == (1, 0)


def test_a_client_that_leaves_before_its_websocket_opens_is_left_behind_too(start, service):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        router = start(BLUEGREEN_BLUE_URL=f"http://127.0.0.1:{mute.getsockname()[1]}")
        router.follows(service.serve(BLUE))
        with socket.create_connection(("127.0.0.1", router.settings.port), timeout=30) as client:
            client.sendall(b"GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
            before = until(lambda: router.agent.streams.open)
        until(lambda: router.agent.streams.open == 0)

        assert (before, router.agent.streams.open) == (1, 0)


def test_files_are_kept_back_for_the_route(begin, talk, service, monkeypatch):
    """One more than may be open is told to come again, which is no failure of the environment."""
    open_already = max(map(int, os.listdir("/proc/self/fd")))  # by other tests, in this process
    kept_back = KEPT_BACK + open_already
    monkeypatch.setattr(streams, "KEPT_BACK", kept_back)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (kept_back + 2, hard))
    try:
        router = begin()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    opened = talk(router.url)
    refused = router.get("/events", headers=EVENTS)
    router.follows(service.serve(GREEN))

    assert opened.echoes("there")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "5")


def test_an_environment_that_does_not_speak_is_a_bad_gateway_for_streams_too(begin, environment):
    router = begin(BLUEGREEN_BLUE_URL="http://127.0.0.1:9")

    answer = router.get("/events", headers=EVENTS, timeout=60)
    assert (answer.status_code, answer.headers["X-Bluegreen-Environment"]) == (502, "blue")


def test_an_ordinary_answer_to_one_who_would_take_events_is_not_cut(begin, service):
    router = begin(BLUEGREEN_STREAM_SECONDS="0")
    with httpx.stream("GET", router.url + "/slow?seconds=0.3", headers=EVENTS, trust_env=False) as stream:
        answer = stream.read()

    assert answer == b"blue"


@pytest.mark.slow
def test_streams_end_whole_when_the_router_stops(begin, talk):
    router = begin(BLUEGREEN_DRAIN_SECONDS="100")
    opened = talk(router.url)
    with httpx.stream("GET", router.url + "/events", headers=EVENTS, trust_env=False, timeout=30) as stream:
        lines = stream.iter_lines()
        next(lines)
        with router.stopping():
            parted = opened.rests()
            rest = list(lines)

    assert parted == (1001, True)
    assert rest[-1] == ""
