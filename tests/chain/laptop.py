"""The whole chain in one process, on a clock that stands still: real steps and real clients, emulated services."""

import itertools
import json
from collections import deque
from types import SimpleNamespace
from typing import Any

import httpx

from bluegreen.cloud import Caller, Clients, Cloud, Connections, cloud_for
from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment
from bluegreen.core.errors import BluegreenError
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.door.refusal import refusal
from bluegreen.entrypoints import (
    abort,
    checks_health,
    checks_smoke,
    deploy,
    hooks_alert,
    hooks_github,
    hooks_slack,
    ops_watch,
    rollback,
    status,
    switch,
)
from bluegreen.invocation.entry_point import EntryPoint, Invocation, Response
from bluegreen_emulator.app.fault import Spread
from bluegreen_emulator.faults import Faults
from bluegreen_emulator.memory_objects import MemoryObjects
from bluegreen_emulator.pagers import Pager
from bluegreen_emulator.receiver import Receiver
from bluegreen_emulator.slack import Slack
from tests.chain.laptop_apps import Reports
from tests.chain.laptop_cloud import ENVIRONMENT, REPOSITORY, LaptopCloud
from tests.still_clock import StillClock

CALLS = {
    entry_point.name: entry_point
    for entry_point in (
        deploy.ENTRY_POINT,
        switch.ENTRY_POINT,
        rollback.ENTRY_POINT,
        abort.ENTRY_POINT,
        status.ENTRY_POINT,
        checks_health.ENTRY_POINT,
        checks_smoke.ENTRY_POINT,
        hooks_github.ENTRY_POINT,
        hooks_alert.ENTRY_POINT,
        hooks_slack.ENTRY_POINT,
        ops_watch.ENTRY_POINT,
    )
}
_TURNS = 400


class Laptop(LaptopCloud):
    """`queue` holds the wake-ups that were accepted; `drain` lets them happen."""

    def __init__(self, key: bool = True, images: bool = False, **changes: Any) -> None:
        self._images = images
        self.clock = StillClock()
        self.state, self.telemetry = MemoryObjects(), Reports(self._report, self.clock.seconds)
        self.slack = Slack(clock=self.clock)
        self.pager = Pager(ENVIRONMENT["BLUEGREEN_PAGER_KEY"])  # the one system that this laptop's settings name
        self.teams, self.traces = Receiver(), Receiver()
        self.events = Receiver(ENVIRONMENT["BLUEGREEN_CDEVENTS_KEY"])
        named = ("digitalocean", "github", "slack", "pager", "functions", "teams", "events", "traces")
        self.faults = {name: Faults() for name in named}
        self.queue: deque[tuple[str, dict[str, Any]]] = deque()
        self.refuse_wakes = False
        self.wake_status = 429  # what is answered then; 0: nothing
        self.wakes_asked = 0
        self.routers = 2  # instances that follow the journal
        self.activations = itertools.count(1)
        self.lines: list[dict[str, Any]] = []
        self._spread = Spread()
        self._make_cloud()
        environment = ENVIRONMENT if key else {**ENVIRONMENT, "BLUEGREEN_FUNCTIONS_KEY": "none"}
        self.settings = self._settings(environment, changes)
        self.shared = Connections(self.settings)
        self.shared.__dict__ |= {"http": self._client(), "state": self.state, "telemetry": self.telemetry}

    # What people and machines do

    def push(self, tag: str, **given: Any) -> list[Any]:
        """Pushes a release tag, and its image where there are images; GitHub tells hooks/github."""
        if self._images:
            self.digitalocean.push_image("web", tag, self.repository.release(tag, **given))
            given = {}
        return self.github.push_tag(REPOSITORY, tag, **given)

    def invoke(self, name: str, event: dict[str, Any] | None = None) -> Response:
        """Runs a function to its end; its answer has been through JSON, as on the platform."""
        entry_point = CALLS[name]
        self.clock.begin()
        try:
            answer = entry_point.respond(self.invocation(entry_point, event or {}))
        except BluegreenError as error:
            answer = refusal(entry_point, error)
        return json.loads(json.dumps(answer))

    def drain(self) -> None:
        """Lets wake-ups happen in their order until none is left."""
        for _ in range(_TURNS):
            if not self.queue:
                return
            self.invoke(*self.queue.popleft())
        raise AssertionError(f"still not at rest after {_TURNS} invocations: {self.record()}")

    def until(self, phase: Phase) -> None:
        """Lets wake-ups happen until the release is in a phase; the next one is still in the queue."""
        for _ in range(_TURNS):
            release = self.record().release
            if release is not None and release.phase is phase:
                return
            self.invoke(*self.queue.popleft())

    def drain_but(self, lost: int) -> None:
        """The wake-up of that number is accepted, but never happens."""
        for number in itertools.count():
            if not self.queue:
                return
            wake = self.queue.popleft()
            if number != lost:
                self.invoke(*wake)

    def drain_twice(self) -> None:
        """Every wake-up happens twice, the second time later."""
        again: list[tuple[str, dict[str, Any]]] = []
        for _ in range(_TURNS):
            if not self.queue:
                break
            wake = self.queue.popleft()
            again.append(wake)
            self.invoke(*wake)
        for wake in again:
            self.invoke(*wake)

    def minute(self) -> None:
        """The schedule fires, and all that follows from it happens."""
        self.clock.sleep(60)
        self.invoke("ops/watch", {"source": "schedule"})
        self.drain()

    def rest(self, minutes: int = 30) -> Record:
        """Lets everything happen until nothing is in flight."""
        self.drain()
        for _ in range(minutes):
            record = self.record()
            if record.release is None and not record.queued:
                return record
            self.minute()
        raise AssertionError(f"not at rest after {minutes} minutes: {self.record()}")

    # What a test looks at

    def record(self, service: str = "web") -> Record:
        found = self.cloud("test", service).journal.newest()
        assert found is not None
        return found.record

    def outcome(self, tag: str) -> str:
        return next(past.outcome.value for past in self.record().past if past.tag == tag)

    def reason(self, tag: str) -> str:
        return next(past.reason for past in self.record().past if past.tag == tag)

    def told(self) -> list[str]:
        return [message["payload"]["text"] for message in self.slack.messages]

    def deployments(self, environment: Environment) -> int:
        return len(self.digitalocean.app(self.apps[environment]).deployments)

    # How it is made

    def invocation(self, entry_point: EntryPoint, event: dict[str, Any]) -> Invocation:
        caller, clients = self._begin(entry_point.name)

        def cloud(service: Service) -> Cloud:
            return cloud_for(service, clients, caller, self.clock, self._log)

        return Invocation(event, self.settings, self.clock, caller, clients, cloud)

    def cloud(self, function: str, service: str = "web") -> Any:
        caller, clients = self._begin(function)
        return cloud_for(self.settings.service(service), clients, caller, self.clock, self._log)

    def _begin(self, function: str) -> tuple[Caller, Clients]:
        caller = Caller(function, f"activation-{next(self.activations)}", "https://functions.test")
        return caller, Clients(self.settings, self.shared, caller, self.clock)

    def _log(self, what: str, **facts: Any) -> None:
        self.lines.append({"what": what, **facts})

    def _webhook(self, request: httpx.Request) -> httpx.Response:
        http = {
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "method": "POST",
            "path": "",
            "body": request.content.decode(),
            "isBase64Encoded": False,
        }
        answer = self.invoke("hooks/github", {"http": http})
        return httpx.Response(answer["statusCode"], json=answer["body"])

    def _wake(self, request: httpx.Request) -> httpx.Response:
        self.wakes_asked += 1
        if self.refuse_wakes:
            if self.wake_status == 0:
                self.clock.sleep(request.extensions["timeout"]["read"])
                raise httpx.ReadTimeout("", request=request)
            return httpx.Response(self.wake_status, json={"error": "the platform refuses", "code": "x"})
        name = request.url.path.split("/actions/")[1]
        self.queue.append((name, json.loads(request.content)))
        return httpx.Response(202, json={"activationId": "a" * 32})


def seen(answer: Response) -> SimpleNamespace:
    """A web answer, for reading: status and body."""
    return SimpleNamespace(status=answer["statusCode"], **answer["body"])
