"""One run of a schedule: who is at work, who is next, and the virtual clock. The same schedule, the same run."""

import heapq
import itertools
import random
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from greenlet import getcurrent, greenlet

from bluegreen.core.config.service import Service
from tests.simulation.checks.invariants import Violation
from tests.simulation.checks.ledger import Ledger
from tests.simulation.events import DueAction, WakeUp
from tests.simulation.faults.schedule import Schedule
from tests.simulation.functions import FUNCTIONS
from tests.simulation.interruption import Interrupter, Place
from tests.simulation.invocation import Invocation, Killed
from tests.simulation.world import actions
from tests.simulation.world.app_ingress import SharedApp
from tests.simulation.world.service_config import settings
from tests.simulation.world.store import Store
from tests.simulation.world.world import BLUE, GREEN, World

MINUTE = 60.0
_WAKE_TAKES, _LATE = 0.2, 45.0
_CHECK_EVERY = 0.25
_MAX_EVENTS = 20_000


class TraceLine(NamedTuple):
    t: float
    who: str
    what: str
    where: str = ""


class Result(NamedTuple):
    """What came of a run. `violation` is None when everything held."""

    violation: str | None
    invariant: int
    points: int
    faults_fired: int
    checked: int
    ended_at: float
    trace: list[Place]
    struck: list[Place]
    outcomes: dict[str, str]
    lines: list[TraceLine]


class Run:
    """`told`: the story is kept line by line, which takes time."""

    def __init__(self, schedule: Schedule, told: bool = False) -> None:
        self.schedule = schedule
        self.hub: greenlet = getcurrent()
        self._build()
        self.store = Store({}, self.ledger.created)
        self.interrupter = self._interrupter()
        self.lines: list[TraceLine] | None = [] if told else None
        self.alive: set[Invocation] = set()
        self.quiet_since = 0.0  # nothing was done to it from outside since
        self.actions_left = len(schedule.actions)  # actions that are still to come
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._order, self._numbers = itertools.count(), itertools.count(1)
        self._skews = random.Random(schedule.skew)
        self._wakes: list[tuple[str, dict[str, Any]]] = []
        self.next_check, self.checked_versions = 0.0, -1  # at that time, or when there are more versions than these
        self._ticking = True  # the schedule still fires

    def _build(self) -> None:
        how = self.schedule
        self.world = (SharedApp if how.traffic == "app_ingress" else World)(traffic=how.traffic, busy=how.busy)
        apps = (self.world.apps[BLUE].id, self.world.apps[GREEN].id)
        self.settings = settings(*apps, how.auto_switch, how.key, how.alerts, self.world.routing.config)
        self.ledger = Ledger(self, self.world)

    def _interrupter(self) -> Interrupter:
        return Interrupter(self, self.schedule.faults)

    def play(self) -> Result:
        """To the end, or to the first thing that must not be."""
        violation, invariant = None, 0
        try:
            self._begin()
            self._play()
            self.ledger.check_end()
        except Violation as found:
            violation, invariant = str(found), found.invariant
            self.record_line("violated", violation)
        return Result(
            violation,
            invariant,
            len(self.interrupter.trace),
            self.interrupter.faults_fired,
            self.ledger.checked,
            self.world.clock.t,
            self.interrupter.trace,
            self.interrupter.struck,
            self.ledger.outcomes(),
            self.lines or [],
        )

    def discard(self) -> None:
        """Lets go of everything at once: to have the collector of garbage find it takes a fifth of the time."""
        self._heap.clear()
        self.alive.clear()
        for part in (self.interrupter, self.ledger, self.store, self.world.platform, self.world.telemetry, self.world):
            vars(part).clear()

    def first_day(self) -> dict[str, bytes]:
        return _first_day()

    def again(self, who: Invocation) -> Invocation | None:
        """The same function, for the same service."""
        return self.begin(f"nudge {who.call.name}")

    def world_of(self, service: Service) -> World:
        """There is only one."""
        return self.world

    def at(self, t: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._heap, (t, next(self._order), do))

    def begin(self, what: str, event: dict[str, Any] | None = None) -> Invocation | None:
        """A function, or something that a person or a provider does which calls one; None where it calls none."""
        if event is None and what not in FUNCTIONS:
            return actions.perform(self, what)
        call = FUNCTIONS[what]
        skew = self._skews.uniform(-30, 30) if self.schedule.skew else 0.0
        made = Invocation(self, call, event or {}, next(self._numbers), skew)
        self.alive.add(made)
        self.record_line(made.name, "begins", str((event or {}).get("type", "")))
        return made

    def start(self, what: str, event: dict[str, Any] | None = None) -> None:
        made = self.begin(what, event)
        if made is not None:
            made.fiber.switch()

    def suspend(self, who: Invocation, seconds: float) -> None:
        """The invocation waits; others go on. The platform kills who is over its time."""
        self.at(self.world.clock.t + seconds, lambda: self._resume(who))
        self.hub.switch()
        if self.world.clock.t - who.began_at > who.limit:
            self.record_line(who.name, "killed by the platform: its time is over")
            who.dead = True
            if not seconds or seconds < who.limit:
                raise Killed

    def yield_to(self, who: Invocation, other: Invocation) -> None:
        """`other` runs first; `who` goes on when it has ended or waits for something."""
        self.at(self.world.clock.t, lambda: self._resume(who))
        heapq.heappush(self._heap, (-1.0, next(self._order), other.fiber.switch))
        self.hub.switch()

    def wake_up(self, function: str, event: dict[str, Any]) -> None:
        self._wakes.append((function, event))
        self._send(function, event, _WAKE_TAKES)

    def distort_wake_up(self, how: str) -> None:
        """The wake-up that was accepted last is lost, comes twice, or late."""
        if not self._wakes:
            return
        function, event = self._wakes[-1]
        if how == "twice":
            self._send(function, event, 3 * _WAKE_TAKES)
            return
        self._heap = [one for one in self._heap if getattr(one[2], "event", None) is not event]
        heapq.heapify(self._heap)
        if how == "late":
            self._send(function, event, _LATE)

    def note_disturbance(self) -> None:
        self.quiet_since = max(self.quiet_since, self.world.clock.t)

    def check(self) -> None:
        """What must always hold is checked with every new version, and as routers and deployments move on."""
        self.next_check, self.checked_versions = (
            (self.world.clock.t // _CHECK_EVERY + 1) * _CHECK_EVERY,
            len(self.ledger.versions),
        )
        self.ledger.check()

    def log(self, what: str, **facts: Any) -> None:
        self.ledger.logged(what, facts)

    def record_line(self, who: str, what: str, where: str = "") -> None:
        if self.lines is not None:
            self.lines.append(TraceLine(self.world.clock.t, who, what, where))

    def ended(self, who: Invocation) -> None:
        self.alive.discard(who)
        if self.lines is not None:
            what = "dies" if who.dead else f"ends: {str((who.answer or {}).get('what') or who.answer)[:160]}"
            self.record_line(who.name, what)
        self.ledger.ended(who)
        if not self._ticking and not self.ledger.quiescent():
            self.note_disturbance()  # a write of one that was paused has landed when all had long come to rest
            self._tick_on()

    def _begin(self) -> None:
        if not self.schedule.first_day:
            for key, body in self.first_day().items():
                self.store.create(key, body)
        self.world.clock.t = 1.0
        for action in self.schedule.actions:
            self.at(action.at, DueAction(self, str(action)))
        self._tick_on()

    def _tick_on(self) -> None:
        self._ticking = True
        self.at((self.world.clock.t // MINUTE + 1) * MINUTE, self._tick)

    def _play(self) -> None:
        for _ in range(_MAX_EVENTS):
            if not self._heap:
                return
            self._step()
        raise Violation(8, f"still busy after {_MAX_EVENTS} events")

    def _step(self) -> None:
        t, _, do = heapq.heappop(self._heap)
        self.world.clock.t = max(self.world.clock.t, t)
        if self.world.clock.t >= self.next_check or len(self.ledger.versions) != self.checked_versions:
            self.check()
        do()

    def _tick(self) -> None:
        """The schedule fires once a minute, until everything rests and one watch has seen it rest."""
        self._ticking = (
            not self.ledger.quiescent() or bool(self.actions_left) or self.quiet_since >= self.world.clock.t - MINUTE
        )
        if not self._ticking:
            return
        self.ledger.check_deadline()
        self._tick_on()
        self.start("ops/watch", {"source": "schedule"})

    def _resume(self, who: Invocation) -> None:
        who.fiber.switch()

    def _send(self, function: str, event: dict[str, Any], takes: float) -> None:
        self.at(self.world.clock.t + takes, WakeUp(self, function, event))


@cache
def _first_day() -> dict[str, bytes]:
    """The bucket after the first watch: the store is tested, what runs is adopted, GitHub's tags are noted."""
    run = Run(Schedule("first day", (), first_day=True))
    run.start("ops/watch")
    return run.store.bodies
