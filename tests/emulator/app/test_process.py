import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from bluegreen_emulator.digitalocean.ingress import free_port


class Running:
    def __init__(self, **env: str) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        path = {"PATH": os.environ["PATH"], "PORT": str(port)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bluegreen_emulator.app"],
            env=path | env,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )

    def up(self) -> None:
        for _ in range(200):
            try:
                httpx.get(f"{self.url}/_fault")
                return
            except httpx.ConnectError:
                time.sleep(0.02)
        raise AssertionError("it never listened")


@pytest.fixture
def run() -> Iterator[type[Running]]:
    made: list[Running] = []

    def start(**env: str) -> Running:
        made.append(Running(**env))
        return made[-1]

    yield start
    for running in made:
        running.process.kill()
        running.process.communicate(timeout=5)


def test_it_takes_its_release_from_the_environment(run):
    app = run(APP_VERSION="v1.3.0", APP_ENVIRONMENT="blue", APP_FAULT='{"db": "down"}')
    app.up()
    assert httpx.get(f"{app.url}/api/health").json()["version"] == "v1.3.0"
    assert httpx.get(f"{app.url}/api/health/db").status_code == 503


def test_a_request_in_flight_finishes_after_sigterm(run):
    app = run(APP_FAULT='{"slow_ms": 700}')
    app.up()
    answers: list[int] = []
    asking = threading.Thread(target=lambda: answers.append(httpx.get(f"{app.url}/api/health").status_code))
    asking.start()
    time.sleep(0.3)
    app.process.send_signal(signal.SIGTERM)
    asking.join()
    assert answers == [200]
    app.process.wait(5)


def test_a_crash_fault_ends_the_process(run):
    assert run(APP_FAULT='{"crash": true}').process.wait(5) == 1
    app = run()
    app.up()
    httpx.put(f"{app.url}/_fault", json={"crash": True})
    with pytest.raises(httpx.HTTPError):
        httpx.get(f"{app.url}/api/health")
    assert app.process.wait(5) == 1


@pytest.mark.parametrize("fault", ["nope", '{"share": 9}'])
def test_a_malformed_fault_is_told_at_start(run, fault):
    app = run(APP_FAULT=fault)
    assert app.process.wait(5) == 1
    assert b"APP_FAULT" in app.process.stderr.read()
