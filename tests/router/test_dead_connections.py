"""Connections on which nothing comes any more, though new ones work."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import httpx
import pytest

from bluegreen.core.environment import Environment
from tests.router.listening import Listening
from tests.waiting import until

BLUE, GREEN = Environment.BLUE, Environment.GREEN
ACTIVE = "cluster.environments.upstream_rq_active"
NOBODY = {"BLUEGREEN_GREEN_URL": "https://localhost:9"}


class Relay(Listening):
    """Before an environment; what comes on connections that are open when it is told to `vanish` gets nowhere."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port, self._ways = port, list[threading.Event]()

    def vanish(self) -> None:
        for way in self._ways:
            way.set()

    def talk(self, connection: socket.socket) -> None:
        vanished = threading.Event()
        self._ways.append(vanished)
        with socket.create_connection(("127.0.0.1", self._port)) as environment:
            back = threading.Thread(target=_pass_on, args=(environment, connection, vanished), daemon=True)
            back.start()
            _pass_on(connection, environment, vanished)


def _pass_on(source: socket.socket, target: socket.socket, vanished: threading.Event) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            if not vanished.is_set():
                target.sendall(data)


@pytest.fixture
def relay(secure) -> Iterator[Relay]:
    with Relay(secure) as running:
        yield running


@pytest.mark.slow
def test_a_connection_in_http_2_that_goes_silent_is_given_up_and_its_requests_count(start, service, relay, users):
    """A total outage for minutes it was: the environment was well, and the router asked it on a dead connection."""
    router = start(BLUEGREEN_BLUE_URL=relay.url.replace("http://127.0.0.1", "https://localhost"), **NOBODY)
    router.follows(service.serve(BLUE))
    until(lambda: router.get(timeout=30).is_success, what="the environment answers")
    relay.vanish()
    lost = router.get(timeout=60)
    after = router.get(timeout=60)
    router.stop()

    assert (lost.status_code, after.status_code) == (502, 200)
    assert users(router, BLUE).failed == 1


class Mute(Listening):
    """Takes connections, and says nothing."""

    def talk(self, connection: socket.socket) -> None:
        while connection.recv(65536):
            pass


@pytest.fixture
def mute() -> Iterator[Mute]:
    with Mute() as environment:
        yield environment


@pytest.mark.slow
def test_a_handshake_that_never_ends_is_a_connection_that_could_not_be_made(start, service, mute, secure, users):
    """So the request is tried again, and goes to whoever serves by then."""
    urls = {
        "BLUEGREEN_BLUE_URL": mute.url.replace("http://127.0.0.1", "https://localhost"),
        "BLUEGREEN_GREEN_URL": f"https://localhost:{secure}",
    }
    router = start(BLUEGREEN_HOLD_MS="400", **urls)
    router.follows(service.serve(BLUE))
    refused = httpx.post(router.url, content=b"x", trust_env=False, timeout=60)
    router.follows(service.serve(GREEN))
    router.stop()

    assert refused.status_code == 502
    assert users(router, BLUE).failed == 1


@pytest.fixture
def unanswered(start, service, mute) -> Callable[..., object]:
    def begin(**more: str):
        router = start(BLUEGREEN_BLUE_URL=mute.url, **more)
        router.follows(service.serve(BLUE))
        return router

    return begin


@pytest.mark.slow
def test_the_response_header_may_be_limited(unanswered, users):
    router = unanswered(BLUEGREEN_ANSWER_SECONDS="0.3")
    late = [httpx.request(method, router.url, trust_env=False, timeout=60).status_code for method in ("GET", "POST")]
    router.stop()

    assert late == [504, 504]
    assert (users(router, BLUE).failed, users(router, BLUE).unanswered) == (2, 0)


@pytest.mark.slow
def test_an_hour_without_an_answer_is_the_environments_and_one_without_a_request_the_clients(
    unanswered, users, monkeypatch
):
    monkeypatch.setattr("bluegreen_router.engine.routes.SILENCE_SECONDS", 0.4)
    router = unanswered()
    said = []
    for asked in ASKED.values():
        with socket.create_connection(("127.0.0.1", router.settings.port), timeout=60) as client:
            client.sendall(asked)
            said.append(client.recv(12))
    router.stop()

    assert said == [b"HTTP/1.1 504", b"HTTP/1.1 504", b"HTTP/1.1 408"]
    assert users(router, BLUE).failed == 2


ASKED = {
    "GET": b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok",
    "half a POST": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nok",
}


@pytest.mark.parametrize("asked", ASKED)
def test_waits_that_users_give_up_are_counted_and_are_no_failures(unanswered, users, asked):
    """Their length counts like that of an answer, so the judge sees that answers have become slow. A request that has
    not come whole is nobody's: it is the router that waits for its client."""
    router = unanswered()
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", router.settings.port)) as client:
            client.sendall(ASKED[asked])
            until(lambda: router.envoy.admin.gauge(ACTIVE), what="the environment is asked")
        until(lambda: not router.envoy.admin.gauge(ACTIVE), what="it is no longer asked")
    router.stop()
    counts, waits = users(router, BLUE), 0 if "half" in asked else 3

    assert (counts.requests, counts.failed, counts.unanswered, sum(counts.buckets)) == (waits, 0, waits, waits)
