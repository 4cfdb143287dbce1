"""Clients that never stop asking, against little real servers."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from bluegreen_emulator.clock import Clock
from bluegreen_emulator.traffic import Traffic
from bluegreen_emulator.wire import Server

Serve = Callable[[Callable[[Request], Response]], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[Server] = []

    def start(answer: Callable[[Request], Response]) -> str:
        servers.append(Server(lambda environ, begin: answer(Request(environ))(environ, begin)))
        return servers[-1].url

    yield start
    for server in servers:
        server.close()


def run(traffic: Traffic, seconds: float = 0.4) -> Traffic:
    traffic.start()
    time.sleep(seconds)
    traffic.stop()
    return traffic


def marked(status: int = 200, environment: str = "blue", release: str = "v1.2.0", **more: Any) -> Response:
    headers = {"X-Bluegreen-Environment": environment, "X-Bluegreen-Release": release, **more}
    return Response(b"{}", status, headers)


def test_it_asks_every_path_at_the_rate_it_was_given(serve: Serve) -> None:
    traffic = run(Traffic(serve(lambda _: marked()), ["/", "/login"], rate_per_s=40, clients=4), 1.0)
    counts = traffic.counts()
    assert 25 <= counts.sent <= 45
    assert (counts.failed, counts.bad) == (0, 0)
    assert 20 < counts.per_second < 50
    assert {answer.path for answer in traffic.answers} == {"/", "/login"}


def test_some_clients_keep_their_connection_and_some_do_not(serve: Serve) -> None:
    seen: list[str] = []

    def answer(request: Request) -> Response:
        seen.append(request.headers["Connection"])
        return marked()

    run(Traffic(serve(answer)))
    assert set(seen) == {"keep-alive", "close"}


def test_a_failure_of_the_application_is_bad_and_one_before_it_is_dropped(serve: Serve) -> None:
    answers = {
        "/app-says": lambda: marked(503, **{"X-Release": "v1.4.0"}),
        "/app-500": lambda: marked(500),
        "/router-502": lambda: marked(502),
        "/router-503": lambda: Response(b"", 503),
        "/missing": lambda: marked(404),
    }
    traffic = run(Traffic(serve(lambda request: answers[request.path]()), list(answers), rate_per_s=100))
    for answer in traffic.answers:
        assert answer.bad == answer.path.startswith("/app")
        assert answer.failed == answer.path.startswith("/router")
    assert traffic.first_bad() is not None
    assert {failure.path for failure in traffic.failures()} == {"/router-502", "/router-503"}


def test_a_refused_connection_and_a_hang_are_dropped_requests(serve: Serve) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        gone = run(Traffic(f"http://127.0.0.1:{closed.getsockname()[1]}"), 0.2)
    assert gone.counts().failed == gone.counts().sent > 0
    assert {answer.error for answer in gone.answers} == {"ConnectError"}
    release = threading.Event()
    hung = Traffic(serve(lambda _: marked(200 if release.wait(5) else 500)), time_limit=0.1, clients=2)
    run(hung, 0.2)
    release.set()
    assert {answer.error for answer in hung.answers} == {"ReadTimeout"}


def test_it_knows_when_an_environment_or_a_release_last_answered(serve: Serve) -> None:
    active = {"environment": "blue", "release": "v1.2.0"}
    traffic = Traffic(serve(lambda _: marked(**active)), rate_per_s=100)
    traffic.start()
    time.sleep(0.2)
    active.update(environment="green", release="v1.3.0")
    switched = Clock().now()
    time.sleep(0.2)
    traffic.stop()
    old, new = traffic.last_from(environment="blue"), traffic.first_from(release="v1.3.0")
    assert old is not None
    assert new is not None
    assert abs((new.answered - switched).total_seconds()) < 0.15
    assert traffic.last_from(release="v1.2.0", since=new.answered) is None
    assert {answer.environment for answer in traffic.since(new.answered)} == {"green"}


def test_the_last_bad_answer_is_found_after_the_fault_is_over(serve: Serve) -> None:
    status = [500]
    traffic = Traffic(serve(lambda _: marked(status[0])), rate_per_s=100)
    traffic.start()
    time.sleep(0.15)
    status[0] = 200
    healed = Clock().now()
    time.sleep(0.15)
    traffic.stop()
    first, last = traffic.first_bad(), traffic.last_bad()
    assert first is not None
    assert last is not None
    assert first.asked < last.asked
    assert (last.answered - healed).total_seconds() < 0.1
    assert traffic.first_bad(since=last.answered) is None


def test_fifty_requests_a_second_cost_little_of_a_core() -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    thread = threading.Thread(target=_answer_plainly, args=(listener,), daemon=True)
    thread.start()
    before = time.process_time()
    traffic = run(Traffic(f"http://127.0.0.1:{listener.getsockname()[1]}", clients=4), 1.5)
    share = (time.process_time() - before) / 1.5
    listener.close()
    assert traffic.counts().sent > 50
    assert share < 0.5  # about 0.15 measured, with the server's part and four clients' start


def _answer_plainly(listener: socket.socket) -> None:
    """The cheapest server there is, so that what is measured are the clients."""
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
