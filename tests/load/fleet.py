"""Many services in one namespace, in memory on a virtual clock: one bucket, one watch, and apps for each."""

import heapq
import itertools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from greenlet import getcurrent

from bluegreen.clients.store.journal import decode
from bluegreen.core.config.service import Service
from bluegreen.settings import Settings, load
from tests.simulation.engine.functions import FUNCTIONS
from tests.simulation.engine.invocation import Invocation
from tests.simulation.faults.schedule import Schedule
from tests.simulation.world.clock import VirtualClock
from tests.simulation.world.routers import Route
from tests.simulation.world.service_config import SECRETS, written
from tests.simulation.world.store import Store
from tests.simulation.world.world import BLUE, GREEN, World

MINUTE = 60.0
_CALL_TAKES = 0.005
_WAKE_TAKES = 0.2
Heard = Callable[[str, Any], None]


class Fleet:
    """`heard(service, version)` is told of every version, `answered(invocation)` of every function that ended."""

    def __init__(self, names: list[str], heard: Heard, answered: Callable[[Invocation], None]) -> None:
        self.hub = getcurrent()
        self.clock = VirtualClock(1.0)
        self.worlds = {name: _World(name, self.clock) for name in names}
        self.world, self.interrupter, self.schedule = SimpleNamespace(clock=self.clock), self, Schedule("load", ())
        self.settings = _settings(self.worlds)
        self.store = Store({}, self._created)
        self._heard, self._answered = heard, answered
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._order, self._numbers = itertools.count(), itertools.count(1)

    def at(self, t: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._heap, (t, next(self._order), do))

    def run(self, until: Callable[[], bool], most: float) -> None:
        """The watch fires once a minute until all is done, or `most` virtual seconds have passed."""
        self.at(self.clock.t, lambda: self._tick(until, most))
        while self._heap:
            t, _, do = heapq.heappop(self._heap)
            self.clock.t = max(self.clock.t, t)
            do()

    def start(self, function: str, event: dict[str, Any]) -> None:
        Invocation(self, FUNCTIONS[function], event, next(self._numbers), 0.0).fiber.switch()  # type: ignore[arg-type]

    def deployed(self) -> list[tuple[str, str]]:
        """Service and tag of every deployment that was made for a release."""
        found = []
        for name, world in self.worlds.items():
            tags = {made.commit: tag for tag, made in world.repository.tags.items()}
            ours = [made for app in world.apps.values() for made in app.deployments[1:]]
            found += [(name, tags[version.commit_hash]) for made in ours for version in made.versions.values()]
        return found

    # What an invocation wants of its run

    def world_of(self, service: Service) -> World:
        return self.worlds[service.name]

    def suspend(self, who: Invocation, seconds: float) -> None:
        self.at(self.clock.t + seconds, who.fiber.switch)
        self.hub.switch()

    def wake_up(self, function: str, event: dict[str, Any]) -> None:
        self.at(self.clock.t + _WAKE_TAKES, lambda: self.start(function, event))

    def refuses_wake_ups(self) -> bool:
        return False

    def ended(self, who: Invocation) -> None:
        self._answered(who)

    def log(self, what: str, **facts: Any) -> None:
        """Nobody reads along."""

    def intercept(self, who: Invocation, method: str, call: Callable[..., Any], args: Any, given: Any) -> Any:
        """Others run during every call that deploys or writes a version."""
        self.clock.t += _CALL_TAKES
        if method in ("digitalocean.deploy", "objects.create"):
            self.suspend(who, _CALL_TAKES)
        return call(*args, **given)

    def _tick(self, until: Callable[[], bool], most: float) -> None:
        if until() or self.clock.t > most:
            return
        self.at(self.clock.t + MINUTE, lambda: self._tick(until, most))
        self.start("ops/watch", {"source": "schedule"})

    def _created(self, key: str, body: bytes) -> None:
        if "/journal/" not in key:
            return
        version = decode(body)
        record = version.record
        self.worlds[record.service].routers.routes.append(Route(self.clock.t, version.seq, record.epoch, record.active))
        self._heard(record.service, version)


class _World(World):
    """Of one service, whose apps and addresses are its own."""

    def __init__(self, name: str, clock: VirtualClock) -> None:
        super().__init__(
            clock=clock, prefix=f"{name}-", environments={address(name, one.value): one for one in (BLUE, GREEN)}
        )

    def _open(self) -> None:
        super()._open()
        self.point_branches()


def address(name: str, what: str) -> str:
    return f"https://{name}-{what}.example"


def repository(name: str) -> str:
    return f"holi-labs/{name}"


def _settings(worlds: dict[str, World]) -> Settings:
    file: dict[str, Any] = {}
    for name, world in worlds.items():
        one = written(world.apps[BLUE].id, world.apps[GREEN].id, True)
        own = {"repository": repository(name), "source": {"kind": "pointer_branch", "prefix": f"deploy/{name}-"}}
        service = one["services"]["web"] | own | {"tags": {"ask_every": 5}}
        for environment, place in service["environments"].items():
            place["url"] = address(name, environment)
        service["traffic"]["url"] = address(name, "production")
        file = one | {"services": file.get("services", {}) | {name: service}}
    return load(file, SECRETS)
