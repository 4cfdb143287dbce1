"""What is remembered of the runs: records, newest first, for three days."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bluegreen_emulator.clock import Clock
from bluegreen_emulator.functions.entities import Annotations
from bluegreen_emulator.functions.outcomes import Outcome

RETENTION = timedelta(hours=72)


@dataclass(frozen=True)
class Activation:
    """One finished run. Times are epoch milliseconds."""

    id: str
    namespace: str
    name: str
    path: str  # pkg/fn, or fn
    version: str
    start: int
    end: int
    outcome: Outcome
    logs: list[str]
    annotations: Annotations


class Activations:
    """Web calls leave no record; `unrecorded` keeps the last of them for who looks at the emulator itself."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._records: dict[str, Activation] = {}
        self._lock = threading.Lock()
        self.unrecorded: deque[Activation] = deque(maxlen=200)

    def add(self, activation: Activation) -> None:
        self.prune()
        with self._lock:
            self._records[activation.id] = activation

    def prune(self) -> None:
        """Forgets the records whose time is over."""
        oldest = (self._clock.now() - RETENTION).timestamp() * 1000
        with self._lock:
            for old in [record.id for record in self._records.values() if record.end < oldest]:
                del self._records[old]

    def get(self, id_: str) -> Activation | None:
        with self._lock:
            return self._records.get(id_)

    def find(self, name: str | None = None, since: int | None = None, upto: int | None = None) -> list[Activation]:
        """Newest first. `name` is `fn` or `pkg/fn`; `since` and `upto` are milliseconds, inclusive."""
        wanted: list[Callable[[Activation], bool]] = [
            lambda record: name is None or record.path == name,
            lambda record: since is None or record.start >= since,
            lambda record: upto is None or record.start <= upto,
        ]
        with self._lock:
            newest = list(reversed(self._records.values()))
        newest.sort(key=lambda record: record.start, reverse=True)
        return [record for record in newest if all(test(record) for test in wanted)]
