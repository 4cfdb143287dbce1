"""A run of several services in one namespace, all of them in the set *shop*, or each by itself."""

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any

from bluegreen.core.config.service import Service
from bluegreen.settings import Settings, load
from tests.simulation.checks.set_ledger import SetLedger
from tests.simulation.engine.interruption import Interrupter
from tests.simulation.engine.invocation import Invocation
from tests.simulation.engine.run import Run
from tests.simulation.faults.schedule import Schedule
from tests.simulation.world import service_config, set_actions
from tests.simulation.world.member_run import MemberRun
from tests.simulation.world.set_member import Member
from tests.simulation.world.world import BLUE, GREEN

SET = "shop"


class SetRun(Run):
    """Its services are those of the schedule, in the order of the set."""

    def _build(self) -> None:
        how = self.schedule
        self.worlds: dict[str, Member] = {}
        for name in sorted(how.services):
            self.worlds[name] = Member(name, how.busy, next(iter(self.worlds.values()), None))
        self.world = next(iter(self.worlds.values()))
        apps = tuple((name, world.apps[BLUE].id, world.apps[GREEN].id) for name, world in self.worlds.items())
        self.settings = settings(apps, how.services, how.auto_switch, how.key, how.alerts, how.apart)
        self.ledger = self.ledgers = SetLedger(self, self.worlds)  # type: ignore[assignment]
        self.sides = {name: MemberRun(self, name) for name in self.worlds}

    def _interrupter(self) -> Interrupter:
        return _SetInterrupter(self, self.schedule.faults)

    def first_day(self) -> dict[str, bytes]:
        return _first_day(self.schedule.services, self.schedule.apart)

    def world_of(self, service: Service) -> Member:
        return self.worlds[service.name]

    def begin(self, what: str, event: dict[str, Any] | None = None) -> Invocation | None:
        return set_actions.perform(self, what) if event is None else super().begin(what, event)

    def same_function(self, who: Invocation) -> Invocation | None:
        named = str(who.event.get("subject", who.event.get("service", "")))
        return self.sides.get(named, next(iter(self.sides.values()))).begin(f"nudge {who.call.name}")

    def discard(self) -> None:
        for part in (*self.ledgers.of.values(), *(world.telemetry for world in self.worlds.values())):
            vars(part).clear()
        others = [world for world in self.worlds.values() if world is not self.world]
        super().discard()
        for part in others:
            vars(part).clear()


class _SetInterrupter(Interrupter):
    """Notes when each function last read each journal: what it could not know, it is not blamed for."""

    def intercept(self, who: Invocation, method: str, call: Callable[..., Any], args: Any, given: Any) -> Any:
        if method == "objects.get" and "/journal/" in args[0]:
            call = self._noted(who, call)
        return super().intercept(who, method, call, args, given)

    def _noted(self, who: Invocation, call: Callable[..., Any]) -> Callable[..., Any]:
        def read(key: str) -> Any:
            self._ledger.read(who, key.split("/")[1])
            return call(key)

        return read


@cache
def settings(
    apps: tuple[tuple[str, str, str], ...],
    order: tuple[str, ...],
    auto_switch: bool,
    key: bool,
    alerts: str,
    apart: bool,
) -> Settings:
    """`apps`: service, and the ids of its blue and its green app."""
    services: dict[str, Any] = {}
    for name, blue, green in apps:
        written = service_config.written(blue, green, auto_switch, alerts)
        services[name] = service = deepcopy(written["services"]["web"])
        service["source"] = {"kind": "pointer_branch", "prefix": f"deploy/{name}-"}
        service["traffic"]["url"] = f"https://{name}.example"
        service["deadlines"]["ready"] = "20m"
        service["notify"] = [{"kind": "slack"}, {"kind": "github", "environment": name}]
        for colour in ("blue", "green"):
            service["environments"][colour]["url"] = f"https://{name}-{colour}.example"
    secrets = service_config.SECRETS if key else {**service_config.SECRETS, "BLUEGREEN_FUNCTIONS_KEY": "none"}
    sets = {} if apart else {"sets": {SET: {"services": list(order)}}}
    return load({**written, "services": services, **sets}, secrets)


@cache
def _first_day(services: tuple[str, ...], apart: bool) -> dict[str, bytes]:
    run = SetRun(Schedule("first day of a set", (), first_day=True, services=services, apart=apart))
    run.start("ops/watch", {"source": "schedule"})
    return run.store.bodies
