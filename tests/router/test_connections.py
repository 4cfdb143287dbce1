"""Kept connections: one request and its answer, or an error."""

import socket
import threading
from collections.abc import Iterator

import h11
import pytest

from bluegreen_router.connections import Connections, Limits

LIMITS = Limits(30, 30)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Server:
    """Answers each request on each connection with the next of `answers`. b"" and `Connection: close` end it."""

    def __init__(self) -> None:
        self.answers: list[bytes] = []
        self.go_on = threading.Event()  # before that it answers nobody
        self.go_on.set()
        self.made: list[socket.socket] = []
        self.heard: list[bytes] = []
        self._clients: list[Connections] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    def connections(self, limits: Limits = LIMITS) -> Connections:
        port = self._listening.getsockname()[1]
        self._clients.append(Connections("127.0.0.1", port, f"shop.example:{port}", None, limits))
        return self._clients[-1]

    def _accept(self) -> None:
        while True:
            try:
                made = self._listening.accept()[0]
            except OSError:
                return
            self.made.append(made)
            threading.Thread(target=self._serve, args=(made,), daemon=True).start()

    def _serve(self, made: socket.socket) -> None:
        try:
            while heard := made.recv(65536):
                self.heard.append(heard)
                answer = self.answers.pop(0)
                self.go_on.wait(60)
                made.sendall(answer)
                if not answer or b"Connection: close" in answer:
                    break
        except OSError:
            pass
        made.close()

    def close(self) -> None:
        for client in self._clients:
            client.close()
        for made in self.made:
            made.close()
        self._listening.close()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def test_a_connection_is_kept_for_the_next_request(server):
    server.answers = [OK, OK.replace(b"200", b"404")]
    connections = server.connections()

    assert connections.ask("GET", "/a?b=c", {"X-One": "1"}, most=2)[:2] == (200, b"ok")
    assert connections.ask("PUT", "/d", {"Content-Length": "3"}, b"new", most=2)[:2] == (404, b"ok")
    assert len(server.made) == 1
    first, second = server.heard
    assert first.startswith(b"GET /a?b=c HTTP/1.1\r\n")
    assert b"Host: shop.example:" in first
    assert b"X-One: 1\r\n" in first
    assert second.endswith(b"\r\n\r\nnew")


def test_one_that_the_server_has_closed_is_not_asked_again(server):
    """Whether or not its answer has said so."""
    server.answers = [OK, OK.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n"), OK]
    connections = server.connections()
    connections.ask("GET", "/", {})
    server.made[0].shutdown(socket.SHUT_RDWR)

    assert connections.ask("GET", "/", {}).status == 200
    assert connections.ask("GET", "/", {}).status == 200
    assert len(server.made) == 3


def test_informational_answers_and_chunks_are_read_on(server):
    chunks = b"Transfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n"
    server.answers = [b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 500 Oh\r\n" + chunks]

    assert server.connections().ask("GET", "/", {}, most=2)[:2] == (500, b"ok")


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nok", b"no HTTP at all\r\n\r\n"]
)
def test_what_is_no_whole_answer_is_an_error_and_its_connection_is_gone(server, answer):
    server.answers = [answer, OK]
    connections = server.connections()
    with pytest.raises((OSError, h11.ProtocolError)):
        connections.ask("GET", "/", {})

    assert connections.ask("GET", "/", {}).status == 200
    assert len(server.made) == 2


def test_a_body_that_is_too_large_is_an_error(server):
    server.answers = [OK, OK]
    connections = server.connections()
    with pytest.raises(OSError, match="too large"):
        connections.ask("GET", "/", {}, most=1)

    assert connections.ask("GET", "/", {}, most=2).body == b"ok"
    server.answers = [OK]
    assert connections.ask("GET", "/", {}).body == b""


def test_nobody_there_is_an_error():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionRefusedError):
            Connections("127.0.0.1", bound.getsockname()[1], "shop.example", None, Limits(30, 30)).ask("GET", "/", {})


@pytest.mark.parametrize("more", [b"more", OK.replace(b"200", b"500")])
def test_what_comes_besides_an_answer_is_not_the_next_ones(server, more):
    server.answers = [OK + more, OK]
    connections = server.connections()

    assert [connections.ask("GET", "/", {}, most=2)[:2] for _ in range(2)] == [(200, b"ok")] * 2
    assert len(server.made) == 2


def test_a_header_may_be_as_large_as_users_may_get_it(server):
    server.answers = [OK.replace(b"\r\n\r\n", b"\r\nX-Large: " + b"a" * 127_000 + b"\r\n\r\n")]

    assert server.connections().ask("GET", "/", {}).status == 200


def test_a_connection_is_not_kept_for_ever_since_its_name_may_lead_elsewhere_by_now(server, monkeypatch):
    server.answers = [OK] * 4
    connections = server.connections()
    for old, made in ((60, 1), (60, 1), (0, 2)):
        monkeypatch.setattr("bluegreen_router.connections._OLD_SECONDS", old)
        connections.ask("GET", "/", {})
        assert len(server.made) == made


def test_one_that_was_not_used_for_long_is_not_used_any_more(server):
    server.answers = [OK] * 2
    connections = server.connections(Limits(30, 30, unused=0))
    for made in (1, 2):
        connections.ask("GET", "/", {})
        assert len(server.made) == made


def test_what_the_last_answer_has_left_of_its_time_limits_no_request_after_it(server):
    server.answers = [OK] * 2
    connections = server.connections()
    connections.ask("GET", "/", {})
    (kept,) = connections._kept
    kept.socket.settimeout(0)
    server.go_on.clear()
    threading.Timer(0.05, server.go_on.set).start()

    assert connections.ask("GET", "/", {}).status == 200
    assert len(server.made) == 1
