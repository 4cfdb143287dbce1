"""The router as it runs in its container: `python -m bluegreen_router`, with a store on the wire."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from bluegreen.clients.store.journal import Journal
from bluegreen.clients.store.spaces import Spaces
from bluegreen.core.environment import Environment
from bluegreen.core.judge.telemetry import Telemetry
from bluegreen_cli.stage import ROOT
from bluegreen_emulator.spaces import Spaces as SpacesServer
from bluegreen_emulator.wire import Server
from tests.waiting import until

pytestmark = pytest.mark.slow

BLUE, GREEN = Environment.BLUE, Environment.GREEN
MEGABYTE = 1024 * 1024
SECRET = "secret-of-spaces"


@pytest.fixture
def spaces() -> Iterator[str]:
    grants = {"state": "readwrite", "telemetry": "readwrite"}
    server = Server(SpacesServer(keys={"key": (SECRET, grants)}, buckets=list(grants)).app)
    yield server.url
    server.close()


def test_two_instances_follow_the_journal_in_spaces(spaces, blue, green, service, environment):
    service.journal = Journal(Spaces(spaces, "fra1", "state", "key", SECRET), "web", nonce=lambda: uuid4().hex)
    service.serve(BLUE)
    given = [
        environment(blue.url, green.url, BLUEGREEN_STATE_ENDPOINT=spaces, BLUEGREEN_INSTANCE=f"router-{number}")
        for number in (1, 2)
    ]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "bluegreen_router"],
            env={"PATH": os.environ["PATH"], "MALLOC_ARENA_MAX": "2", **one},
            stdout=subprocess.PIPE,
            text=True,
        )
        for one in given
    ]
    try:
        urls = [f"http://127.0.0.1:{one['PORT']}" for one in given]
        until(lambda: {name_at(url) for url in urls} == {"blue"})
        service.serve(GREEN)
        until(lambda: {name_at(url) for url in urls} == {"green"})
        told = Spaces(spaces, "fra1", "telemetry", "key", SECRET)
        keys = [f"services/web/telemetry/router-{number}.json" for number in (1, 2)]
        assert max(map(memory, running)) <= 160 * MEGABYTE
        until(lambda: [epoch_in(told.get(key)) for key in keys] == [2, 2], what="both report epoch 2")
        assert [container_check(one["PORT"]) for one in given] == [0, 0]
        blue.status = 503
        assert container_check(str(blue.port)) == 1
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        said = [process.communicate(timeout=60)[0] for process in running]

    assert [process.returncode for process in running] == [0, 0]
    lines = [json.loads(line) for one in said for line in one.splitlines()]
    assert all({"time", "level", "service", "instance", "what"} <= set(line) for line in lines)
    assert "secret-of-spaces" not in "".join(said)


def epoch_in(report: bytes | None) -> int | None:
    return None if report is None else Telemetry.model_validate_json(report).epoch


def container_check(port: str) -> int:
    """What the HEALTHCHECK of the Dockerfile ends with."""
    (command,) = re.findall(r"(?m)^    CMD python (-c .*)$", (ROOT / "router/Dockerfile").read_text())
    program = [sys.executable, *shlex.split(command)]
    return subprocess.run(program, env={"PORT": port}, stderr=subprocess.DEVNULL).returncode


def memory(process: subprocess.Popen[str]) -> int:
    """Resident bytes of the router and of its Envoy; 0 where that cannot be read."""
    if sys.platform != "linux":
        return 0
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in (process.pid, *children)]
    assert len(pages) == 2
    return sum(pages) * os.sysconf("SC_PAGE_SIZE")


def test_wrong_settings_end_it_with_one_line():
    ended = subprocess.run(
        [sys.executable, "-m", "bluegreen_router"],
        env={"PATH": os.environ["PATH"], "PORT": "http"},
        capture_output=True,
        text=True,
    )

    assert ended.returncode == 2
    line = json.loads(ended.stdout)
    assert "PORT: " in line["what"]
    assert "BLUEGREEN_SERVICE: is missing" in line["what"]


def test_it_ends_when_its_envoy_cannot_run(blue, green, environment):
    given = environment(blue.url, green.url, PORT=str(blue.port))
    ended = subprocess.run(
        [sys.executable, "-m", "bluegreen_router"],
        env={"PATH": os.environ["PATH"], **given},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ended.returncode == 1
    assert "envoy has ended" in ended.stdout


def name_at(url: str) -> str:
    try:
        answer = httpx.get(url, trust_env=False)
    except httpx.TransportError:
        return ""
    return str(answer.json()["name"]) if answer.is_success else ""
