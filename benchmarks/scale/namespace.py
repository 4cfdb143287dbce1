"""A namespace of DigitalOcean Functions on the virtual clock: the real ops/watch, its limits, warm and cold processes.

A process is kept for the next call of its function; without a free one the call waits for a new one. Of calls beyond
what the platform runs in a minute, or at once, it takes none (docs.digitalocean.com/products/functions/details/limits).
"""

import itertools
import math
from collections import Counter
from datetime import datetime, timedelta
from typing import Any, cast

import httpx

from benchmarks.scale.services import BLUE, FUNCTIONS, GREEN, QUICK, TAGS, Latencies, World, settings_file
from benchmarks.scale.virtual_time import Processor, VirtualTime
from bluegreen.clients import bounded
from bluegreen.clients.fan_out import MOST
from bluegreen.cloud import Caller, Clients, Cloud, Connections, cloud_for
from bluegreen.core.config.service import Service
from bluegreen.core.environment import Status
from bluegreen.core.inbound.nudges import nudge, said_by
from bluegreen.core.orders import Outcome
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.core.release import Release
from bluegreen.entrypoints import ops_watch
from bluegreen.invocation.entry_point import Invocation
from bluegreen.ordering.placing import place
from bluegreen.settings import load

MINUTE = 60.0
_A_MINUTE, _AT_ONCE = 600, 120
_LIMIT = 75.0  # seconds, as project.yml gives ops/watch
_WARM, _COLD = 0.05, 1.0  # seconds until a function begins
_SECRETS = {
    "BLUEGREEN_SPACES_KEY": "KEY",
    "BLUEGREEN_SPACES_SECRET": "secret",
    "BLUEGREEN_FUNCTIONS_KEY": "dof_v1_id:secret",
    "BLUEGREEN_GITHUB_TOKEN": "ghp_example",
    "BLUEGREEN_DIGITALOCEAN_TOKEN": "dop_v1_example",
    "BLUEGREEN_SLACK_WEBHOOK_URL": "https://slack.example/hook",
}


class Clock:
    """bluegreen.cloud.Clock, of one invocation."""

    def __init__(self, world: World, number: int) -> None:
        self._world, self._number, self._nonces = world, number, itertools.count()
        self._began = world.time.t

    def now(self) -> datetime:
        return self._world.now()

    def seconds(self) -> float:
        return self._world.time.t

    def sleep(self, seconds: float) -> None:
        self._world.time.wait(max(seconds, 0.0))

    def remaining(self) -> float:
        return _LIMIT - (self._world.time.t - self._began)

    def nonce(self) -> str:
        return f"{self._number}-{next(self._nonces)}"


class Namespace:
    """`nudges`: the routers wake the watch. `billed`: seconds that invocations lasted; `refused`: wake-ups that the
    platform did not take."""

    def __init__(
        self,
        services: int,
        baking: int,
        latencies: Latencies = QUICK,
        changes: dict[str, dict[str, Any]] | None = None,
        key: bool = True,
        nudges: bool = True,
    ) -> None:
        self.time = VirtualTime()
        self.names = [f"s{number:04d}" for number in range(services)]
        self.world = World(self.names, self.time, latencies, nudges)
        self.world.woken, self.world.beaten = self._wake, self._beat
        secrets = _SECRETS if key else {**_SECRETS, "BLUEGREEN_FUNCTIONS_KEY": "none"}
        self.settings = load(settings_file(self.names, changes or {}), secrets)
        self._connections = Connections(self.settings)
        vars(self._connections).update(state=self.world.store, telemetry=self.world.store, http=self.world.http)
        self._numbers = itertools.count(1)
        self._warm = 0
        self.began: Counter[int] = Counter()  # by minute
        self.running, self.most_at_once, self.refused, self.billed = 0, 0, 0, 0.0
        self._watch({"source": "schedule"})  # the first day: every journal gets its first version
        self.baking = self.names[:baking]
        for name in self.baking:
            self.bake(name)
        self.world.counting.minutes.clear()

    def run(self, seconds: float) -> None:
        """Until so many seconds after the beginning. The schedule calls the watch each minute."""
        for minute in range(math.ceil(self.time.t / MINUTE), int(seconds // MINUTE) + 1):
            self.time.at(minute * MINUTE, lambda: self._begin("ops/watch", {"source": "schedule"}))
        self.time.run(seconds)

    def record(self, service: str) -> Record:
        found = self._cloud(service).journal.newest()
        assert found is not None
        return found.record

    def _wake(self, function: str, event: dict[str, Any]) -> httpx.Response:
        if self.began[int(self.time.t // MINUTE)] >= _A_MINUTE or self.running >= _AT_ONCE:
            self.refused += 1
            return httpx.Response(429, json={"error": "Too many requests in the last minute.", "code": "1"})
        self._begin(function, event)
        return httpx.Response(202, json={"activationId": "0" * 32})

    def _beat(self, service: str) -> None:
        """A router calls hooks/deployment, which wakes the watch."""
        takes = _WARM + self.world.latencies.api
        self.began[int(self.time.t // MINUTE)] += 1
        self.billed += max(self.world.latencies.api, 0.1)
        event = nudge(self.settings.service(service).name, None, Phase.DEPLOYING, "hooks/deployment", self.world.now())
        self.time.at(self.time.t + takes, lambda: self._wake("ops/watch", said_by(event, self.world.instance)))

    def _begin(self, function: str, event: dict[str, Any]) -> None:
        """What is no watch is only counted: it is not what this bench is about."""
        self.began[int(self.time.t // MINUTE)] += 1
        if function != "ops/watch":
            return
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        warm, self._warm = self._warm > 0, max(self._warm - 1, 0)
        self.time.at(self.time.t + (_WARM if warm else _COLD), lambda: self._start(event))

    def _start(self, event: dict[str, Any]) -> None:
        processor, began = Processor(self.time.t), self.time.t

        def work() -> None:
            self._watch(event)
            ends = processor.pause(self.time.t)
            self.time.at(ends, lambda: self._ended(ends - began))

        self.time.start(processor, work)

    def _ended(self, seconds: float) -> None:
        self.running -= 1
        self._warm += 1
        self.billed += seconds

    def _watch(self, event: dict[str, Any]) -> None:
        number = next(self._numbers)
        clock, caller = Clock(self.world, number), Caller("ops/watch", f"activation-{number}", FUNCTIONS)
        clients = Clients(self.settings, self._connections, caller, clock)
        if number > 1:  # the first day's self-test wants threads
            clients.at_once = cast(Any, self.time.at_once(MOST))

        def cloud(service: Service) -> Cloud:
            return cloud_for(service, clients, caller, clock, lambda what, **facts: None)

        with bounded.within(_LIMIT, clock.seconds):
            ops_watch.ENTRY_POINT.respond(Invocation(event, self.settings, clock, caller, clients, cloud))

    def _cloud(self, service: str) -> Cloud:
        clock, caller = Clock(self.world, next(self._numbers)), Caller("switch", "someone", FUNCTIONS)
        clients = Clients(self.settings, self._connections, caller, clock)
        return cloud_for(self.settings.service(service), clients, caller, clock, lambda what, **facts: None)

    def bake(self, name: str) -> None:
        """Green has just taken over from blue, and nobody has it in hand."""
        place(self._cloud(name), "the switch", lambda record, now: Outcome(True, _in_its_bake(record, now), "switched"))


def _in_its_bake(record: Record, now: datetime) -> Record:
    release = Release(
        id=f"{record.service}-1",
        tag=TAGS[GREEN],
        requested_at=now - timedelta(minutes=5),
        phase=Phase.WATCHING,
        phase_since=now,
        wake_at=now,
        target=GREEN,
        previous=BLUE,
        switched_at=now,
    )
    switched = record.model_copy(update={"release": release, "last_number": 1, "active": GREEN, "epoch": 1})
    switched = switched.with_environment(GREEN, tag=TAGS[GREEN], status=Status.ACTIVE, proven=True, since=now)
    return switched.with_environment(BLUE, tag=TAGS[BLUE], status=Status.IDLE, proven=True)
