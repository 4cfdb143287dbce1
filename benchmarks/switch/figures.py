"""What was measured, from what the clients wrote down."""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from benchmarks.switch.asking import Outcome
from bluegreen.core.environment import Environment

_LATE = 2.0  # seconds by which a router may follow later, and a WebSocket still set out for the old environment
SHORT = frozenset({"http/1.1", "no keep-alive", "http/2"})


class Flip(NamedTuple):
    """`at`: monotonic seconds, when it was ordered."""

    at: float
    to: Environment


class Spread(NamedTuple):
    """Milliseconds."""

    p50: float
    p99: float


@dataclass(frozen=True)
class Figures:
    """Of one target."""

    name: str
    outcomes: Sequence[Outcome]
    flips: Sequence[Flip]
    drain: float | None = None  # seconds that a WebSocket is promised after a switch; None: nothing is promised
    added_ms: Spread | None = None
    rps: float | None = None

    @property
    def requests(self) -> int:
        return len(self.outcomes)

    @property
    def kinds(self) -> dict[str, int]:
        return dict(Counter(one.kind for one in self.outcomes))

    @property
    def faults(self) -> list[Outcome]:
        return [one for one in self.outcomes if one.fault or not self._kept_its_time(one)]

    @property
    def reasons(self) -> dict[str, int]:
        """How often each, the most frequent first."""
        told = (f"{one.kind}: {one.fault or 'closed before its time'}" for one in self.faults)
        return dict(Counter(told).most_common())

    @property
    def switch_ms(self) -> Spread:
        """From the order to the last short answer by the old environment to a request that began after the order."""
        last = [0.0] * len(self.flips)
        times = [flip.at for flip in self.flips]
        for one in self.outcomes:
            number = bisect_right(times, one.began) - 1
            if number >= 0 and one.kind in SHORT and not one.fault and one.environment != self.flips[number].to.value:
                last[number] = max(last[number], (one.ended - times[number]) * 1000)
        return spread(last)

    def _kept_its_time(self, one: Outcome) -> bool:
        """A WebSocket may be closed once its environment has stopped serving for the promised time."""
        if not one.closed or self.drain is None:
            return not one.closed
        if one.ended - one.began < self.drain:
            return False
        away = (flip.at for flip in self.flips if flip.to.value != one.environment)
        return any(one.began - _LATE <= at <= one.ended - self.drain for at in away)


def spread(values: Sequence[float]) -> Spread:
    return Spread(percentile(values, 50), percentile(values, 99))


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest rank: the smallest value that so many percent do not exceed. 0 where there is none."""
    ordered = sorted(values)
    return round(ordered[max(math.ceil(len(ordered) * share / 100) - 1, 0)], 2) if ordered else 0.0
