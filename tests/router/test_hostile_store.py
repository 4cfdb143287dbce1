"""The router as a process, before a store that fails in every way: production goes on."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from bluegreen.clients.store.journal import Journal, encode
from bluegreen.clients.store.spaces import Spaces
from bluegreen.core.environment import Environment
from bluegreen_emulator.faults import Fault
from bluegreen_emulator.spaces import Spaces as SpacesServer
from bluegreen_emulator.wire import Front, Server
from tests.waiting import until

BLUE, GREEN = Environment.BLUE, Environment.GREEN
SECRET = "secret-of-spaces"
ALWAYS = 10**6


class Watched:
    """What stands before the store: `asked` counts reads of the journal, which wait while `opened` is not set."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self.asked = 0
        self.opened = threading.Event()
        self.opened.set()

    def __call__(self, environ, start_response):
        if environ["REQUEST_METHOD"] == "GET":
            self.asked += 1
            self.opened.wait(60)
        return self._front(environ, start_response)


class Hostile:
    """A store that can be made to fail on the wire, and a router that follows it."""

    def __init__(self, blue: str, green: str, settings, service) -> None:
        grants = {"state": "readwrite", "telemetry": "readwrite"}
        self.front = Front(SpacesServer(keys={"key": (SECRET, grants)}, buckets=list(grants)).app)
        self.store = Watched(self.front)
        self.server = Server(self.store)
        self.objects = Spaces(self.server.url, "fra1", "state", "key", SECRET)
        self.service = service
        service.journal = Journal(self.objects, "web", nonce=lambda: uuid4().hex)
        service.serve(BLUE)
        given = settings(blue, green, BLUEGREEN_STATE_ENDPOINT=self.server.url)
        self.url = f"http://127.0.0.1:{given['PORT']}"
        command = [sys.executable, "-m", "bluegreen_router"]
        env = {"PATH": os.environ["PATH"], **given}
        self.process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)

    def serving(self) -> str:
        try:
            answer = httpx.get(self.url, trust_env=False, timeout=30)
        except httpx.TransportError:
            return ""
        return answer.json()["name"] if answer.is_success else str(answer.status_code)

    def goes_on(self, looks: int = 3) -> bool:
        """Whether every answer comes from blue while the router looks at the journal that many times more."""
        begun, answers = self.store.asked, []

        def looked() -> bool:
            answers.append(self.serving())
            return self.store.asked >= begun + looks

        until(looked, what=f"{looks} more looks at the journal")
        return set(answers) == {"blue"} and self.process.poll() is None

    def close(self) -> None:
        self.store.opened.set()
        self.process.terminate()
        self.said = self.process.communicate(timeout=60)[0]
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


@pytest.mark.slow
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
        assert hostile.goes_on(), fault
        faults.clear()
    for body in (b"\x00\xff garbage", b'{"seq": 2, "record": {"active": "gre', encode(service.version)):
        objects.put("services/web/journal/00000002.json", body)
        assert hostile.goes_on(), body
    objects.put("services/web/head.json", b"rubbish")
    assert hostile.goes_on()

    spoilt = service.version.model_copy(update={"seq": 2})
    objects.put("services/web/journal/00000002.json", encode(spoilt))
    service.version = spoilt
    service.serve(GREEN)
    until(lambda: hostile.serving() == "green")


@pytest.mark.slow
def test_a_store_that_answers_late_or_not_at_all_delays_nobody(hostile):
    hostile.front.latency = 0.3
    assert hostile.goes_on()
    hostile.front.latency = 0.0
    hostile.store.opened.clear()
    begun = hostile.store.asked
    until(lambda: hostile.store.asked > begun, what="a look that gets no answer")
    answers = [hostile.serving() for _ in range(20)]
    hostile.store.opened.set()
    hostile.service.serve(GREEN)
    until(lambda: hostile.serving() == "green", what="green serves")

    assert answers == ["blue"] * 20
