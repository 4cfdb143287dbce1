"""Switches under load, and what is made of the clients' notes."""

import asyncio
import json
import socket
import tempfile
from contextlib import ExitStack, closing

import pytest
from typer.testing import CliRunner

from benchmarks.switch.asking import Once, Outcome, Two
from benchmarks.switch.command import app
from benchmarks.switch.cost import costs
from benchmarks.switch.crowd import Crowd
from benchmarks.switch.events import listen
from benchmarks.switch.figures import Figures, Flip, Spread, percentile
from benchmarks.switch.peers import Peer, installed
from benchmarks.switch.throughput import added_milliseconds, plain_envoy, requests_per_second, static_environments
from bluegreen.core.environment import Environment
from tests.router.wire import Wire
from tests.waiting import until

pytestmark = pytest.mark.slow

BLUE, GREEN = Environment.BLUE, Environment.GREEN
FLIPS = (Flip(10.0, GREEN), Flip(11.0, BLUE))


def figures(*outcomes: Outcome, drain: float | None = 0.1) -> Figures:
    return Figures("router", outcomes, FLIPS, drain)


@pytest.mark.search
def test_forty_switches_under_load_fail_no_request(tmp_path):
    told = CliRunner().invoke(
        app, ["--switches", "40", "--no-peers", "--no-rates", "--json", str(tmp_path / "figures.json")]
    )
    found = json.loads((tmp_path / "figures.json").read_text())

    assert (found["failed"], found["reasons"]) == (0, {})
    assert told.exit_code == 0, told.output
    assert found["switches"] == 40
    assert found["requests"] > 40_000
    assert set(found["kinds"]) == {"http/1.1", "no keep-alive", "http/2", "slow", "upload", "websocket", "events"}
    assert 0 < found["switch_ms"]["p50"] <= found["switch_ms"]["p99"]
    assert {"added_ms", "peers"} <= set(found)
    assert max(map(len, told.output.splitlines())) <= 80


def test_the_other_proxies_that_are_installed_switch_too(tmp_path):
    with ExitStack() as stack:
        peers = installed(static_environments(tmp_path / "app", stack), tmp_path / "peers", stack)
        if not peers:
            pytest.skip("neither nginx nor HAProxy is installed")
        for peer in peers:
            for to in (BLUE, GREEN, BLUE):
                peer.flip(to)
                until(lambda peer=peer, to=to: asked(peer) == {to.value}, what=f"{to.value} answers")
                assert asked(peer) == {to.value}


def asked(peer: Peer) -> set[str]:
    """Who answers, in either protocol, on new connections."""
    with closing(Once(peer.once)) as once, closing(Two(peer.two)) as two:
        return {once.ask("GET", "/"), two.ask("/")}


def test_added_time_and_requests_a_second_are_measured(tmp_path):
    with ExitStack() as stack:
        ports = static_environments(tmp_path / "app", stack)
        through, _ = plain_envoy(ports[BLUE], tmp_path / "bare", stack)
        added = added_milliseconds(f"http://127.0.0.1:{ports[BLUE]}", through, pairs=100)

        assert added.p50 > -5
        assert requests_per_second([through], rounds=1, seconds=1)[0] > 10


def test_what_a_request_costs_is_measured_beside_the_bare_engine(tmp_path):
    with ExitStack() as stack:
        ports = static_environments(tmp_path / "app", stack)
        bare = plain_envoy(ports[BLUE], tmp_path / "bare", stack)
        ours, others = costs(bare, bare, rounds=1, seconds=0.5)

        assert list(ours) == list(others) == [16, 256, 1000]
        assert all(one.cpu_us > 0 and one.bad == 0 for found in (ours, others) for one in found.values())


def test_a_switch_takes_until_the_last_short_answer_of_the_old_to_who_asked_after_it():
    found = figures(
        Outcome("http/1.1", 9.9, 10.9, "blue", ""),  # asked before the switch
        Outcome("slow", 10.1, 10.8, "blue", ""),
        Outcome("http/1.1", 10.1, 10.2, "blue", ""),
        Outcome("http/2", 10.15, 10.25, "blue", ""),
        Outcome("http/1.1", 10.3, 10.31, "green", ""),
        Outcome("http/1.1", 11.0, 11.05, "green", ""),
    )

    assert found.switch_ms == Spread(50.0, 250.0)


@pytest.mark.parametrize(
    ("outcome", "fails"),
    [
        (Outcome("http/1.1", 10.5, 10.6, "", "Broken: answered 502"), True),
        (Outcome("websocket", 9.5, 10.3, "blue", "", True), False),  # its environment left, and it had its time
        (Outcome("websocket", 9.5, 10.05, "blue", "", True), True),  # too soon
        (Outcome("websocket", 10.2, 10.9, "green", "", True), True),  # its environment serves
        (Outcome("websocket", 10.2, 12.2, "green", "", False), False),  # it was over
    ],
)
def test_what_counts_as_failed(outcome: Outcome, fails: bool):
    assert bool(figures(outcome).faults) is fails


def test_a_peer_that_closes_a_websocket_by_itself_fails():
    assert figures(Outcome("websocket", 9.5, 10.5, "blue", "", True), drain=None).faults


def test_percentiles_are_values_that_were_seen():
    assert (percentile([3, 1, 2], 50), percentile([3, 1, 2], 99), percentile([], 50)) == (2, 3, 0)


LABEL = b"X-Bluegreen-Environment: blue\r\n"


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (b"HTTP/1.1 200 OK\r\n" + LABEL + b"Content-Length: 4\r\n\r\nblue", ""),
        (b"HTTP/1.1 503 No\r\n" + LABEL + b"Content-Length: 4\r\n\r\nblue", "answered 503"),
        (b"HTTP/1.1 200 OK\r\n" + LABEL + b"Content-Length: 5\r\n\r\ngreen", "green came labelled blue"),
        (b"HTTP/1.1 200 OK\r\n" + LABEL + b"Content-Length: 9\r\n\r\nblue", "closed after"),
    ],
    ids=["whole", "5xx", "the wrong label", "a broken body"],
)
def test_the_crowd_judges_every_answer(answer: bytes, fault: str):
    with Breaks() if fault else Wire() as wire, tempfile.TemporaryFile() as told:
        wire.answer = (answer,)
        crowd = Crowd([wire.url], told.fileno())
        asyncio.run(_some(crowd))

    assert {one.environment for one in crowd.outcomes} == ({""} if fault else {"blue"})
    assert all(bool(one.fault) is bool(fault) for one in crowd.outcomes)
    assert any(fault in one.fault for one in crowd.outcomes)


async def _some(crowd: Crowd) -> None:
    end = asyncio.Event()
    asking = asyncio.create_task(crowd.ask(end))
    await asyncio.to_thread(until, lambda: len(crowd.outcomes) >= 40)
    end.set()
    await asking


HEAD = b"HTTP/1.1 200 OK\r\n" + LABEL + b"Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
EVENT = b"c\r\ndata: blue\n\n\r\n"


@pytest.mark.parametrize(
    ("answer", "closed", "fails"),
    [
        (HEAD + EVENT + b"0\r\n\r\n", True, False),
        (HEAD + EVENT + b"c\r\ndata:", False, True),
        (HEAD + EVENT.replace(b"c\r\ndata: blue", b"d\r\ndata: green") + b"0\r\n\r\n", False, True),
    ],
    ids=["ended in form", "broken off", "the wrong label"],
)
def test_an_event_stream_that_breaks_off_is_a_fault(answer: bytes, closed: bool, fails: bool):
    with Breaks() as wire:
        wire.answer = (answer,)
        heard = listen(wire.url, 60)

    assert (heard.closed, bool(heard.fault)) == (closed, fails)


class Breaks(Wire):
    """Hangs up after its answer."""

    def talk(self, connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(self.answer[0])
