"""Neither half serves for long without the other: what nobody follows is not served."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bluegreen.core.environment import Environment
from bluegreen_router import serving, store
from tests.waiting import stays, until

pytestmark = pytest.mark.slow

BLUE, GREEN = Environment.BLUE, Environment.GREEN
PATHS = ("/", "/_bluegreen/health", "/_bluegreen/live")


def test_a_router_whose_agent_is_silent_refuses_to_serve_and_goes_on_when_it_speaks(start, service, monkeypatch):
    """The loop that follows the journal stands still; what answers Envoy goes on."""
    router = start()
    router.follows(service.serve(BLUE))
    before = [router.get(path).status_code for path in PATHS]
    go_on = threading.Event()
    service.store.get = lambda key: go_on.wait(300)
    monkeypatch.setattr(store, "_TICK", 300.0)
    monkeypatch.setattr(serving, "SILENT_SECONDS", 0.5)
    refused = until(lambda: (found := [router.get(path) for path in PATHS], all(map(_refused, found)))[1] and found)
    monkeypatch.setattr(serving, "SILENT_SECONDS", 15)
    go_on.set()
    until(lambda: all(router.get(path).is_success for path in PATHS))

    assert before == [200, 200, 200]
    assert "lost its agent" in refused[0].text


def _refused(answer: httpx.Response) -> bool:
    return answer.status_code == 503


def test_an_agent_whose_store_is_away_is_not_silent(start, service, look):
    """The last known route stays: a store that is away is no reason to restart, or to refuse."""
    service.store.fault = RuntimeError("anything")
    router = start()
    look()

    assert router.get("/_bluegreen/live").status_code == 200
    assert router.get("/_bluegreen/health").status_code == 503


def test_a_look_that_takes_long_is_not_silence(start, service, monkeypatch):
    asked, answer, ended = threading.Event(), threading.Event(), threading.Event()

    def late(key: str) -> None:
        asked.set()
        answer.wait(60)
        ended.set()

    monkeypatch.setattr(serving, "SILENT_SECONDS", 5)
    service.store.get = late
    router = start()
    looked = asked.wait(30)
    stays(lambda: router.get("/_bluegreen/live").is_success, 6, "the agent lives")
    still_looks = not ended.is_set()
    answer.set()

    assert looked
    assert still_looks


def test_an_agent_that_lost_a_part_knows_it(start):
    router = start()
    before = router.agent.whole
    router.agent.streams.close()

    assert before
    assert not router.agent.whole


class Process:
    """A router as its container runs it."""

    def __init__(self, given: dict[str, str], said: Path) -> None:
        self.said, self.port = said, given["PORT"]
        with said.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bluegreen_router"], env={"PATH": os.environ["PATH"], **given}, stdout=out
            )

    def children(self) -> list[int]:
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture
def process(blue, green, environment, tmp_path) -> Iterator[Process]:
    serves = {"BLUEGREEN_FALLBACK_ENVIRONMENT": "blue", "BLUEGREEN_FALLBACK_WHEN": "unreachable"}
    given = environment(blue.url, green.url, **serves)
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
def test_envoy_ends_when_its_agent_is_killed(process):
    (envoy,) = process.children()
    before = runs(envoy)
    process.process.kill()
    process.process.wait()
    until(lambda: not runs(envoy))

    assert before
    assert not runs(envoy)


@pytest.mark.skipif(sys.platform != "linux", reason="children are read from /proc")
def test_an_agent_that_hangs_as_a_whole_is_not_served_by(process, environment):
    """Envoy forgets who serves unless it is told anew."""
    url = f"http://127.0.0.1:{process.port}"
    until(lambda: status(url) == 200)
    process.process.send_signal(signal.SIGSTOP)
    try:
        until(lambda: status(url) == 503)
        hung = [status(url + path) for path in PATHS]
    finally:
        process.process.send_signal(signal.SIGCONT)
    until(lambda: status(url) == 200, what="it serves again")

    assert hung == [503, 503, 503]


def status(url: str) -> int:
    return httpx.get(url, trust_env=False, timeout=30).status_code


@pytest.mark.skipif(sys.platform != "linux", reason="children are read from /proc")
def test_the_agent_ends_when_its_envoy_is_killed(process):
    os.kill(process.children()[0], signal.SIGKILL)

    assert process.process.wait(timeout=60) == 1
    assert "envoy has ended" in process.said.read_text()
