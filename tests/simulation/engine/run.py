"""One run of one schedule, on one thread and a virtual clock: deterministic simulation.

**The theory.** Whether the product survives crashes, races and delays depends on the order in which its invocations
take turns, and on what each external call does. Real concurrency samples such orders at random. Here it is chosen:

- Each invocation is a greenlet: a stack of its own inside the one thread, which runs until it hands over.
- Each external call has two *interruption points*, before and after it (interruption.py). A fault may fire there: the
  invocation is killed, is suspended, gets an error, or another invocation runs in between.
- To wait is to add "resume me" to the event queue and to switch to the hub, which takes the earliest event and sets the
  clock to its time. Five minutes of a release take about 20 ms.

No thread, no real time, no randomness without a seed: the schedule decides everything. The same schedule is the same
run, so a failure can be replayed, shortened (shrink.py) and read.

**An example.** `Schedule("x", (Action(2, "push", "v1.3.0"),), (Fault(104, "kill"),))`, in virtual seconds:

      2.00   the action tags the repository and begins hooks/github, greenlet 1. Points 0 to 3 are its two reads of the
             journal, 4 and 5 its append, 8 and 9 the wake-up of `deploy`: an event 0.2 s later
      2.25   `deploy`, greenlet 2, claims the release, starts the deployment and ends at 2.52
      2.72   the watch, greenlet 3, looks three times and sleeps in between: an event each
     12.12   checks/health, greenlet 4, reaches point 104, right before a request. It is killed, as by SIGKILL: no
             `except` and no `finally` of the product runs, and its claim stays behind
     60.00   the platform calls the watch, each minute; at 240 the claim has run out, and it wakes checks/health again
    255.30   v1.3.0 is live. At 300 everything rests, no watch is scheduled any more, and the last checks are made

The invariants (checks/) are checked with each journal version, each call that deploys, and every quarter of a second.
"""

import itertools
import json
import random
from functools import cache
from typing import Any

from greenlet import getcurrent, greenlet

from bluegreen.core.config.service import Service
from tests.simulation.checks.invariants import Violation
from tests.simulation.checks.ledger import Ledger
from tests.simulation.engine.event_queue import DueAction, Event, EventQueue
from tests.simulation.engine.functions import FUNCTIONS
from tests.simulation.engine.interruption import Interrupter
from tests.simulation.engine.invocation import Invocation, Killed
from tests.simulation.engine.result import LogLine, Result
from tests.simulation.engine.wake_ups import WakeUps
from tests.simulation.faults.schedule import Schedule
from tests.simulation.world import actions
from tests.simulation.world.app_ingress import SharedApp
from tests.simulation.world.service_config import settings
from tests.simulation.world.store import Store
from tests.simulation.world.world import BLUE, GREEN, World

MINUTE = 60.0
_CHECK_EVERY = 0.25
_MAX_EVENTS = 20_000


class Run:
    """`verbose` keeps a log of everything that happens, which takes time."""

    def __init__(self, schedule: Schedule, verbose: bool = False) -> None:
        self.schedule = schedule
        self.hub: greenlet = getcurrent()
        self._build()
        self.store = Store({}, self.ledger.created)
        self.interrupter = self._interrupter()
        self.queue = EventQueue(self.world.clock)
        self.wake_ups = WakeUps(self)
        self.lines: list[LogLine] | None = [] if verbose else None
        self.alive: set[Invocation] = set()
        self.quiet_since = 0.0  # nothing was done from outside, and no fault fired, since then
        self.actions_left = len(schedule.actions)
        self._numbers = itertools.count(1)
        self._skews = random.Random(schedule.skew)
        self.next_check, self.checked_versions = 0.0, -1  # at that time, or when there are more versions than these
        self._ticking = True  # the watch is still scheduled

    def _build(self) -> None:
        how = self.schedule
        self.world = (SharedApp if how.traffic == "app_ingress" else World)(traffic=how.traffic, busy=how.busy)
        apps = (self.world.apps[BLUE].id, self.world.apps[GREEN].id)
        said = {"after_bake": how.after_bake, "restore_idle": how.restore_idle}
        said |= json.loads(self.world.routing.config or "{}")
        self.settings = settings(*apps, how.auto_switch, how.key, how.alerts, json.dumps(said))
        self.ledger = Ledger(self, self.world)

    def _interrupter(self) -> Interrupter:
        return Interrupter(self, self.schedule.faults)

    def play(self) -> Result:
        """To the end, or to the first violation."""
        violation, invariant = None, 0
        try:
            self._begin()
            self._loop()
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
        """Breaks the reference cycles at once: the garbage collector takes a fifth of the time to find them."""
        self.queue.clear()
        self.alive.clear()
        for part in (self.interrupter, self.ledger, self.store, self.world.platform, self.world.telemetry, self.world):
            vars(part).clear()

    def first_day(self) -> dict[str, bytes]:
        return _first_day(self.schedule.traffic == "app_ingress")

    def same_function(self, who: Invocation) -> Invocation | None:
        """Another invocation of it, for the same service."""
        return self.begin(f"nudge {who.call.name}")

    def world_of(self, service: Service) -> World:
        """There is only one."""
        return self.world

    # Invocations

    def begin(self, what: str, event: dict[str, Any] | None = None) -> Invocation | None:
        """An invocation that has not run yet: of a function, or of what an action calls; None where it calls none."""
        if event is None and what not in FUNCTIONS:
            return actions.perform(self, what)
        call = FUNCTIONS[what]
        skew = self._skews.uniform(-30, 30) if self.schedule.skew else 0.0
        made = Invocation(self, call, event or {}, next(self._numbers), skew)
        self.alive.add(made)
        self.record_line(made.name, "begins", str((event or {}).get("type", "")))
        return made

    def start(self, what: str, event: dict[str, Any] | None = None) -> None:
        """Begins an invocation and lets it run until it waits or ends."""
        made = self.begin(what, event)
        if made is not None:
            made.fiber.switch()

    def suspend(self, who: Invocation, seconds: float) -> None:
        """The invocation waits; others go on. Whoever is over its time limit is killed by the platform."""
        self.queue.add(self.world.clock.t + seconds, who.fiber.switch)
        self.hub.switch()
        if self.world.clock.t - who.began_at > who.limit:
            self.record_line(who.name, "killed by the platform: its time is over")
            if not who.held:
                raise Violation(17, f"{who.name} was killed by the platform")
            who.dead = True
            if not seconds or seconds < who.limit:
                raise Killed

    def yield_to(self, who: Invocation, other: Invocation) -> None:
        """`other` runs first; `who` goes on when it has ended or waits for something."""
        self.queue.add(self.world.clock.t, who.fiber.switch)
        self.queue.add_first(other.fiber.switch)
        self.hub.switch()

    def ended(self, who: Invocation) -> None:
        self.alive.discard(who)
        if self.lines is not None:
            what = "dies" if who.dead else f"ends: {str((who.answer or {}).get('what') or who.answer)[:160]}"
            self.record_line(who.name, what)
        self.ledger.ended(who)
        if not self._ticking and not self.ledger.quiescent():
            self.note_disturbance()  # a write of a suspended invocation has landed when all had long come to rest
            self._tick_again()

    def refuses_wake_ups(self) -> bool:
        return self.wake_ups.refuses(self.world.clock.t)

    def wake_up(self, function: str, body: dict[str, Any]) -> None:
        """An invocation has woken a function."""
        self.wake_ups.send(function, body)

    # What is noted and checked

    def note_disturbance(self) -> None:
        self.quiet_since = max(self.quiet_since, self.world.clock.t)

    def check(self) -> None:
        """With every new version, and as routers and deployments move on."""
        self.next_check = (self.world.clock.t // _CHECK_EVERY + 1) * _CHECK_EVERY
        self.checked_versions = len(self.ledger.versions)
        self.ledger.check()

    def log(self, what: str, **facts: Any) -> None:
        """The product's own log."""
        self.ledger.logged(what, facts)

    def record_line(self, who: str, what: str, where: str = "") -> None:
        if self.lines is not None:
            self.lines.append(LogLine(self.world.clock.t, who, what, where))

    # The loop

    def _begin(self) -> None:
        if not self.schedule.first_day:
            for key, body in self.first_day().items():
                self.store.create(key, body)
        self.world.clock.t = 1.0
        for action in self.schedule.actions:
            self.queue.add(action.at, DueAction(self, str(action)))
        self._tick_again()

    def _loop(self) -> None:
        for _ in range(_MAX_EVENTS):
            if not self.queue:
                return
            self._run_event(self.queue.take())
        raise Violation(8, f"still busy after {_MAX_EVENTS} events")

    def _run_event(self, event: Event) -> None:
        if self.world.clock.t >= self.next_check or len(self.ledger.versions) != self.checked_versions:
            self.check()
        event()

    def _tick_again(self) -> None:
        self._ticking = True
        self.queue.add((self.world.clock.t // MINUTE + 1) * MINUTE, self._tick)

    def _tick(self) -> None:
        """The platform calls the watch once a minute, until everything rests and one watch has seen it rest."""
        lately = self.quiet_since >= self.world.clock.t - MINUTE
        self._ticking = not self.ledger.quiescent() or bool(self.actions_left) or lately
        if not self._ticking:
            return
        self.ledger.check_deadline()
        self._tick_again()
        self.start("ops/watch", {"source": "schedule"})


@cache
def _first_day(shared_app: bool) -> dict[str, bytes]:
    """The bucket after the first watch: the store is tested, what runs is adopted, GitHub's tags are noted."""
    run = Run(Schedule("first day", (), first_day=True, traffic="app_ingress" if shared_app else "router"))
    run.start("ops/watch")
    return run.store.bodies
