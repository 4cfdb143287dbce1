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
        with socket.create_connection(("127.0.0.1", router.settings.port), timeout=3) as client:
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


@pytest.mark.parametrize("size", [3, 8_000_000])
def test_an_environment_that_resets_is_to_blame_after_an_upload_and_in_the_middle_of_one(counted, silent, size):
    silent.resets = True

    assert counted(HEAD + f"Content-Length: {size}\r\n\r\n".encode() + bytes(size)).failed == 1
