"""Neither half serves for long without the other: what nobody follows is not served."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bluegreen.core.environment import Environment
from bluegreen_router.config import SILENT_SECONDS
from bluegreen_router.route import ALIVE
from tests.waiting import until

BLUE, GREEN = Environment.BLUE, Environment.GREEN
PATHS = ("/", "/_bluegreen/health", "/_bluegreen/live")


def test_a_router_whose_agent_is_silent_refuses_to_serve_and_goes_on_when_it_speaks(start, service, tmp_path):
    """The agent goes on writing here, once a second: so its sign of life is made old until it is seen to be."""
    router = start()
    router.follows(service.serve(BLUE))

    def refused() -> list[httpx.Response]:
        (tmp_path / ALIVE).write_text(str(int(time.time()) - SILENT_SECONDS - 2))
        answers = [router.get(path) for path in PATHS]
        return [] if any(answer.is_success for answer in answers) else answers

    answers = until(refused)
    until(lambda: all(router.get(path).is_success for path in PATHS))

    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert "lost its agent" in answers[0].text
    assert [router.get(path).status_code for path in PATHS] == [200, 200, 200]


def test_an_agent_whose_store_is_away_is_not_silent(start, service, tmp_path):
    """The last known route stays: a store that is away is no reason to restart, or to refuse."""
    service.store.fault = RuntimeError("anything")
    router = start()
    first = (tmp_path / ALIVE).read_text()
    until(lambda: (tmp_path / ALIVE).read_text() != first)

    assert router.get("/_bluegreen/live").status_code == 200
    assert router.get("/_bluegreen/health").status_code == 503


def test_a_look_that_takes_long_is_not_silence(start, service, tmp_path):
    asked, answer, ended = threading.Event(), threading.Event(), threading.Event()

    def late(key: str) -> None:
        asked.set()
        answer.wait(60)
        ended.set()

    service.store.get = late
    router = start()
    looked = asked.wait(30)
    first = int((tmp_path / ALIVE).read_text())
    until(lambda: int((tmp_path / ALIVE).read_text()) > first)
    alive, still_looks = router.get("/_bluegreen/live").status_code, not ended.is_set()
    answer.set()

    assert looked
    assert still_looks
    assert alive == 200


def test_an_agent_that_lost_a_part_knows_it(start):
    router = start()
    before = router.agent.whole
    router.agent.streams.close()

    assert before
    assert not router.agent.whole


class Process:
    """A router as its container runs it."""

    def __init__(self, given: dict[str, str], said: Path) -> None:
        self.said = said
        with said.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bluegreen_router"], env={"PATH": os.environ["PATH"], **given}, stdout=out
            )

    def children(self) -> list[int]:
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture
def process(blue, green, environment, tmp_path) -> Iterator[Process]:
    given = environment(blue.url, green.url)
    running, children = Process(given, tmp_path / "said"), []
    try:
        until(lambda: lives(given["PORT"]))
        children = running.children()
        yield running
    finally:
        running.process.kill()
        running.process.wait()
        for child in filter(runs, children):
            os.kill(child, signal.SIGKILL)


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except OSError:
        return False


def lives(port: str) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/_bluegreen/live", trust_env=False).is_success
    except httpx.TransportError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_caddy_ends_when_its_agent_is_killed(process):
    (caddy,) = process.children()
    before = runs(caddy)
    process.process.kill()
    process.process.wait()
    until(lambda: not runs(caddy))

    assert before
    assert not runs(caddy)


@pytest.mark.skipif(sys.platform != "linux", reason="children are read from /proc")
def test_the_agent_ends_when_its_caddy_is_killed(process):
    os.kill(process.children()[0], signal.SIGKILL)

    assert process.process.wait(timeout=60) == 1
    assert "caddy has ended" in process.said.read_text()
