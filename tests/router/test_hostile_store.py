"""The router as a process, before a store that fails in every way: production goes on."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from bluegreen.clients.journal import Journal, encode
from bluegreen.clients.spaces import Spaces
from bluegreen.core.environment import Environment
from bluegreen_emulator.faults import Fault
from bluegreen_emulator.spaces import Spaces as SpacesServer
from bluegreen_emulator.wire import Front, Server
from tests.waiting import until

BLUE, GREEN = Environment.BLUE, Environment.GREEN
SECRET = "secret-of-spaces"
ALWAYS = 10**6


class Hostile:
    """A store that can be made to fail on the wire, and a router that follows it."""

    def __init__(self, blue: str, green: str, settings, service) -> None:
        grants = {"state": "readwrite", "telemetry": "readwrite"}
        self.front = Front(SpacesServer(keys={"key": (SECRET, grants)}, buckets=list(grants)).app)
        self.server = Server(self.front)
        self.objects = Spaces(self.server.url, "fra1", "state", "key", SECRET)
        self.service = service
        service.journal = Journal(self.objects, "web", nonce=lambda: uuid4().hex)
        service.serve(BLUE)
        given = settings(blue, green, BLUEGREEN_STATE_ENDPOINT=self.server.url)
        self.url = f"http://127.0.0.1:{given['PORT']}"
        env = {"PATH": os.environ["PATH"], **given}
        self.process = subprocess.Popen([sys.executable, "-m", "bluegreen_router"], env=env, stdout=subprocess.PIPE, text=True)

    def serving(self) -> str:
        try:
            answer = httpx.get(self.url, trust_env=False, timeout=2)
        except httpx.TransportError:
            return ""
        return answer.json()["name"] if answer.is_success else str(answer.status_code)

    def goes_on(self, seconds: float) -> bool:
        """Whether every answer comes from blue, and at once."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            asked = time.monotonic()
            if self.serving() != "blue" or time.monotonic() - asked > 1:
                return False
            time.sleep(0.02)
        return self.process.poll() is None

    def close(self) -> None:
        self.process.terminate()
        self.said = self.process.communicate(timeout=15)[0]
        self.server.close()


@pytest.fixture
def hostile(blue, green, environment, service) -> Iterator[Hostile]:
    running = Hostile(blue.url, green.url, environment, service)
    try:
        until(lambda: running.serving() == "blue")
        yield running
    finally:
        running.close()
    assert running.process.returncode == 0
    assert SECRET not in running.said


def test_production_goes_on_through_every_fault_of_the_store_and_follows_when_it_is_well(hostile):
    service, objects, faults = hostile.service, hostile.objects, hostile.front.faults
    state = "/state/.*"
    for fault in (
        Fault("GET", state, 500, "InternalError", times=ALWAYS),
        Fault("GET", state, 503, "<html>not S3 at all", times=ALWAYS),
        Fault("GET", state, 403, "AccessDenied", times=ALWAYS),
        Fault("GET", state, 200, ["not a version"], times=ALWAYS),
        Fault("GET", state, 301, "elsewhere", times=ALWAYS),
    ):
        faults.add(fault)
        assert hostile.goes_on(0.4), fault
        faults.clear()
    for body in (b"\x00\xff garbage", b'{"seq": 2, "record": {"active": "gre', encode(service.version)):
        objects.put("services/web/journal/00000002.json", body)
        assert hostile.goes_on(0.3), body
    objects.put("services/web/head.json", b"rubbish")
    assert hostile.goes_on(0.3)

    spoilt = service.version.model_copy(update={"seq": 2})
    objects.put("services/web/journal/00000002.json", encode(spoilt))
    service.version = spoilt
    service.serve(GREEN)
    until(lambda: hostile.serving() == "green")


def test_a_store_that_answers_late_or_not_at_all_delays_nobody(hostile):
    hostile.front.latency = 1.5
    assert hostile.goes_on(1.0)
    hostile.front.latency = 0.0
    hostile.front.faults.add(Fault("GET", "/state/.*", 500, "InternalError", times=1, hang=2.0))
    assert hostile.goes_on(1.0)
    hostile.front.faults.clear()
    hostile.service.serve(GREEN)
    until(lambda: hostile.serving() == "green")
