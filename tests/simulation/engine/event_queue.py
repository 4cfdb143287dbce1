"""The event queue: what is due at which virtual second. Taking the next event advances the clock to its time."""

import heapq
import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.simulation.world.clock import VirtualClock

if TYPE_CHECKING:
    from tests.simulation.engine.run import Run

Event = Callable[[], None]
_NOW = -1.0  # earlier than any time


class EventQueue:
    """Events of the same second are taken in the order in which they were added."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._heap: list[tuple[float, int, Event]] = []
        self._order = itertools.count()

    def __bool__(self) -> bool:
        return bool(self._heap)

    def add(self, t: float, event: Event) -> None:
        heapq.heappush(self._heap, (t, next(self._order), event))

    def add_first(self, event: Event) -> None:
        """Before everything else that is due, at whatever time it is."""
        self.add(_NOW, event)

    def take(self) -> Event:
        t, _, event = heapq.heappop(self._heap)
        self._clock.t = max(self._clock.t, t)
        return event

    def remove(self, unwanted: Callable[[Event], bool]) -> None:
        self._heap = [entry for entry in self._heap if not unwanted(entry[2])]
        heapq.heapify(self._heap)

    def clear(self) -> None:
        self._heap.clear()


class DueAction:
    """An action of the schedule whose time has come."""

    def __init__(self, run: "Run", what: str) -> None:
        self._run, self._what = run, what

    def __call__(self) -> None:
        self._run.actions_left -= 1
        self._run.note_disturbance()
        self._run.record_line("from outside", self._what)
        self._run.start(self._what)
