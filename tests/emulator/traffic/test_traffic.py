"""Clients that never stop asking, against little real servers."""

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from bluegreen_emulator.clock import Clock
from bluegreen_emulator.traffic import Traffic
from bluegreen_emulator.wire import Server
from tests.waiting import until

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


def run(traffic: Traffic, answers: int = 16) -> Traffic:
    """Until there are so many answers."""
    traffic.start()
    until(lambda: len(traffic.answers) >= answers, what=f"{answers} answers")
    traffic.stop()
    return traffic


def marked(status: int = 200, environment: str = "blue", release: str = "v1.2.0", **more: Any) -> Response:
    headers = {"X-Bluegreen-Environment": environment, "X-Bluegreen-Release": release, **more}
    return Response(b"{}", status, headers)


def test_it_asks_every_path_at_the_rate_it_was_given(serve: Serve) -> None:
    began = time.monotonic()
    traffic = run(Traffic(serve(lambda _: marked()), ["/", "/login"], rate_per_s=40, clients=4), 40)
    seconds = time.monotonic() - began
    counts = traffic.counts()
    assert 40 <= counts.sent <= 40 * seconds + 4
    assert (counts.failed, counts.bad) == (0, 0)
    assert 0 < counts.per_second < 50
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
        gone = run(Traffic(f"http://127.0.0.1:{closed.getsockname()[1]}"))
    assert gone.counts().failed == gone.counts().sent > 0
    assert {answer.error for answer in gone.answers} == {"ConnectError"}
    release = threading.Event()
    hung = Traffic(serve(lambda _: marked(200 if release.wait(60) else 500)), time_limit=0.1, clients=2)
    run(hung, 2)
    release.set()
    assert {answer.error for answer in hung.answers} == {"ReadTimeout"}


def test_it_knows_when_an_environment_or_a_release_last_answered(serve: Serve) -> None:
    active = {"environment": "blue", "release": "v1.2.0"}
    traffic = Traffic(serve(lambda _: marked(**active)), rate_per_s=100, clients=1)
    traffic.start()
    until(lambda: traffic.first_from(environment="blue"), what="an answer from blue")
    switched = Clock().now()
    active.update(environment="green", release="v1.3.0")
    first = until(lambda: traffic.first_from(environment="green"), what="an answer from green")
    until(lambda: list(traffic.since(first.answered)), what="an answer to what was asked after that")
    traffic.stop()
    old, new = traffic.last_from(environment="blue"), traffic.first_from(release="v1.3.0")
    assert old is not None
    assert new is not None
    assert old.asked <= new.asked
    assert switched <= new.answered
    assert traffic.last_from(release="v1.2.0", since=new.answered) is None
    assert {answer.environment for answer in traffic.since(new.answered)} == {"green"}


def test_the_last_bad_answer_is_found_after_the_fault_is_over(serve: Serve) -> None:
    status = [500]
    traffic = Traffic(serve(lambda _: marked(status[0])), rate_per_s=100, clients=1)
    traffic.start()
    until(lambda: traffic.counts().bad >= 2, what="two bad answers")
    status[0] = 200
    healed = Clock().now()
    until(lambda: not traffic.answers[-1].bad, what="a good answer")
    traffic.stop()
    first, last = traffic.first_bad(), traffic.last_bad()
    assert first is not None
    assert last is not None
    assert first.asked < last.asked
    assert last.asked <= healed
    assert traffic.first_bad(since=last.answered) is None


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the loopback has one address")
def test_each_client_has_an_address_of_its_own(serve: Serve) -> None:
    seen: set[str | None] = set()

    def answer(request: Request) -> Response:
        seen.add(request.remote_addr)
        return marked()

    run(Traffic(serve(answer), clients=4))
    assert seen == {f"127.0.1.{number}" for number in range(1, 5)}
