"""What a client breaks is not held against an environment: else anybody could have a release rolled back."""

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from bluegreen.core.environment import Environment
from bluegreen.core.judge.telemetry import Counts
from tests.router.listening import Listening

BLUE = Environment.BLUE
HEAD = b"POST /upload HTTP/1.1\r\nHost: shop.example\r\n"
NOTHING = HEAD + b"Content-Length: 1000\r\n\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
RESET = struct.pack("ii", 1, 0)


class Silent(Listening):
    """An environment that hears requests and never answers; with `resets` it resets their connections at once."""

    def __init__(self) -> None:
        super().__init__()
        self.resets = False

    def talk(self, connection: socket.socket) -> None:
        while connection.recv(100):
            if self.resets:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                return


@pytest.fixture
def silent() -> Iterator[Silent]:
    with Silent() as environment:
        yield environment


@pytest.fixture
def counted(start, service, silent) -> Callable[..., Counts]:
    """What is counted of one request that is sent as these bytes; `leaves` is how the client then goes."""

    def ask(sent: bytes, leaves: str = "") -> Counts:
        router = start(BLUEGREEN_BLUE_URL=silent.url)
        router.follows(service.serve(BLUE))
        with socket.create_connection(("127.0.0.1", router.settings.port), timeout=60) as client:
            with suppress(OSError):
                client.sendall(sent)
                if not leaves:
                    client.recv(100)
            if leaves == "reset":
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        router.stop()
        blocks = router.telemetry().blocks
        return sum((block.users[BLUE] for block in blocks if BLUE in block.users), start=Counts())

    return ask


@pytest.mark.parametrize(
    "sent",
    [NOTHING, NOTHING + b"abc", CHUNKED + b"10\r\nabc"],
    ids=["before the body", "in the body", "in a chunk"],
)
@pytest.mark.parametrize("leaves", ["close", "reset"])
def test_a_client_that_leaves_in_the_middle_of_an_upload(counted, sent, leaves):
    assert counted(sent, leaves).failed == 0


def test_a_client_that_sends_nonsense(counted):
    assert counted(CHUNKED + b"zz\r\nabc\r\n").failed == 0


@pytest.mark.slow
@pytest.mark.parametrize("size", [3, 8_000_000])
def test_an_environment_that_resets_is_to_blame_after_an_upload_and_in_the_middle_of_one(counted, silent, size):
    silent.resets = True

    assert counted(HEAD + f"Content-Length: {size}\r\n\r\n".encode() + bytes(size)).failed == 1


class Upgrading(Listening):
    """An environment that answers every request with the beginning of another protocol."""

    def talk(self, connection: socket.socket) -> None:
        while connection.recv(65536):
            connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")


@pytest.mark.parametrize(("kind", "failed"), [("plain", 1), ("events", 1), ("websocket", 0)])
def test_another_protocol_that_nobody_asked_for_is_no_answer(start, service, users, kind, failed):
    with Upgrading() as environment:
        router = start(BLUEGREEN_BLUE_URL=environment.url)
        router.follows(service.serve(BLUE))
        with socket.create_connection(("127.0.0.1", router.settings.port), timeout=60) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n" + KINDS[kind] + b"\r\n")
            client.recv(100)
        router.stop()

    assert users(router, BLUE).failed == failed


REFUSED = {
    "raw UTF-8 in the query": b"GET /ok?q=\xc3\xa9 HTTP/1.1\r\nHost: a\r\n{}\r\n",
    "raw UTF-8 in the path": b"GET /\xff\xfe HTTP/1.1\r\nHost: a\r\n{}\r\n",
    "a space in the target": b"GET /a b HTTP/1.1\r\nHost: a\r\n{}\r\n",
    "no host": b"GET / HTTP/1.1\r\n{}\r\n",
    "two lengths": b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n{}\r\n",
    "a name with a space": b"GET / HTTP/1.1\r\nHost: a\r\nA b: c\r\n{}\r\n",
    "a value with a zero byte": b"GET / HTTP/1.1\r\nHost: a\r\nA: \x00\r\n{}\r\n",
    "too large a head": b"GET / HTTP/1.1\r\nHost: a\r\nA: " + b"a" * 200_000 + b"\r\n{}\r\n",
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 {}",
}
KINDS = {
    "plain": b"",
    "events": b"Accept: text/event-stream\r\n",
    "websocket": b"Connection: Upgrade\r\nUpgrade: websocket\r\n",
    "preview": b"X-Bluegreen-Preview: preview-secret\r\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_bytes_that_a_parser_refuses_are_the_clients(before_the_wire, users, kind):
    """Twenty times each: they reach no environment, and count for none."""
    router = before_the_wire(BLUEGREEN_PREVIEW_SECRET="preview-secret")
    said = set()
    for sent in REFUSED.values():
        for _ in range(20):
            where = ("127.0.0.1", router.settings.port)
            with suppress(OSError), socket.create_connection(where, timeout=60) as client:
                client.sendall(sent.replace(b"{}", KINDS[kind]))
                said.add(client.recv(100)[9:12])
    router.stop()

    assert (users(router, BLUE).failed, users(router, BLUE).requests) == (0, 0)
    assert b"502" not in said
