import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from bluegreen_emulator.digitalocean.ingress import free_port
from tests.waiting import until

pytestmark = pytest.mark.slow


class Running:
    def __init__(self, **env: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        path = {"PATH": os.environ["PATH"], "PORT": str(self.port)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bluegreen_emulator.app"],
            env=path | env,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )

    def up(self) -> None:
        until(self._listens, what="the app listens")

    def _listens(self) -> bool:
        try:
            return httpx.get(f"{self.url}/_fault").is_success
        except httpx.ConnectError:
            return False


@pytest.fixture
def run() -> Iterator[type[Running]]:
    made: list[Running] = []

    def start(**env: str) -> Running:
        made.append(Running(**env))
        return made[-1]

    yield start
    for running in made:
        running.process.kill()
        running.process.communicate(timeout=60)


def test_it_takes_its_release_from_the_environment(run):
    app = run(APP_VERSION="v1.3.0", APP_ENVIRONMENT="blue", APP_FAULT='{"db": "down"}')
    app.up()
    assert httpx.get(f"{app.url}/api/health").json()["version"] == "v1.3.0"
    assert httpx.get(f"{app.url}/api/health/db").status_code == 503


def test_a_request_in_flight_finishes_after_sigterm(run):
    app = run(APP_FAULT='{"slow_ms": 700}')
    app.up()
    with socket.create_connection(("127.0.0.1", app.port), timeout=60) as asking:
        asking.sendall(b"GET /api/health HTTP/1.1\r\nHost: shop.example\r\n\r\n")
        httpx.get(f"{app.url}/_fault")  # came later and is answered: so the other has been taken up
        app.process.send_signal(signal.SIGTERM)
        answer = asking.recv(1000)
    assert answer.startswith(b"HTTP/1.1 200 ")
    app.process.wait(60)


def test_a_crash_fault_ends_the_process(run):
    assert run(APP_FAULT='{"crash": true}').process.wait(60) == 1
    app = run()
    app.up()
    httpx.put(f"{app.url}/_fault", json={"crash": True})
    with pytest.raises(httpx.HTTPError):
        httpx.get(f"{app.url}/api/health")
    assert app.process.wait(60) == 1


@pytest.mark.parametrize("fault", ["nope", '{"share": 9}'])
def test_a_malformed_fault_is_told_at_start(run, fault):
    app = run(APP_FAULT=fault)
    assert app.process.wait(60) == 1
    assert b"APP_FAULT" in app.process.stderr.read()
