"""Many runs on all cores, and what came of them together."""

import gc
import multiprocessing
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from tests.simulation.faults.schedule import Fault, Schedule
from tests.simulation.interruption import Place
from tests.simulation.make_run import run_of

_CHUNK = 40
_ROUNDS = 20


@dataclass
class Tally:
    """`violations` are the schedules that broke something, with what they broke."""

    schedules: int = 0
    faults: int = 0
    checked: int = 0
    passages: int = 0
    seconds: float = 0.0
    busy: float = 0.0  # seconds of processor time
    places: set[Place] = field(default_factory=set)
    covered: set[Place] = field(default_factory=set)
    kinds: dict[str, int] = field(default_factory=dict)  # of faults that struck
    examples: dict[Place, tuple[Schedule, int]] = field(default_factory=dict)  # where a place was passed
    violations: list[tuple[Schedule, int, str]] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.schedules += other.schedules
        self.faults += other.faults
        self.checked += other.checked
        self.passages += other.passages
        self.busy += other.busy
        self.places |= other.places
        self.covered |= other.covered
        self.examples = {**other.examples, **self.examples}
        self.violations += other.violations
        for kind, count in other.kinds.items():
            self.kinds[kind] = self.kinds.get(kind, 0) + count

    @property
    def per_second(self) -> float:
        return self.schedules / self.seconds if self.seconds else 0.0


def tally(schedules: Iterable[Schedule], cores: int = 0, most_violations: int = 20) -> Tally:
    """Plays them all; stops early once that many have broken something. One core plays in this process."""
    begun, total = time.monotonic(), Tally()
    cores = cores or multiprocessing.cpu_count()
    for part in _parts(schedules, cores):
        total.add(part)
        if len(total.violations) >= most_violations:
            break
    if not total.violations:
        total.add(_rest(total))
    total.seconds = time.monotonic() - begun
    return total


def played(schedules: Iterable[Schedule]) -> Tally:
    """In this process. The collector of garbage waits for the end, and passes over what was there before."""
    total, begun = Tally(), time.process_time()
    gc.disable()
    gc.freeze()
    for schedule in schedules:
        run = run_of(schedule)
        found = run.play()
        run.over()
        total.schedules += 1
        total.faults += found.fired
        total.checked += found.checked
        total.passages += found.passages
        total.covered.update(found.hit)
        for place in {*found.trace} - total.places:
            total.examples[place] = (schedule, found.trace.index(place))
            total.places.add(place)
        for fault in schedule.faults:
            total.kinds[fault.kind] = total.kinds.get(fault.kind, 0) + 1
        if found.violation:
            total.violations.append((schedule, found.invariant, found.violation))
    gc.collect()
    gc.unfreeze()
    gc.enable()
    total.busy = time.process_time() - begun
    return total


def _rest(total: Tally) -> Tally:
    """A death at every place that was passed and never struck, until there is none; each may lead to new ones."""
    extra = Tally()
    for _ in range(_ROUNDS):
        places, covered = total.places | extra.places, total.covered | extra.covered
        examples = {**extra.examples, **total.examples}
        missing = [_struck(*examples[place]) for place in sorted(places - covered)]
        if not missing:
            break
        extra.add(played(missing))
    return extra


def _struck(schedule: Schedule, at: int) -> Schedule:
    before = tuple(fault for fault in schedule.faults if fault.at < at)
    return replace(schedule, name=f"{schedule.name}, struck at {at}", faults=(*before, Fault(at, "kill")))


def _parts(schedules: Iterable[Schedule], cores: int) -> Iterator[Tally]:
    chunks = _chunked(iter(schedules))
    if cores == 1:
        yield from map(played, chunks)
        return
    with multiprocessing.get_context("fork").Pool(cores) as pool:
        yield from pool.imap_unordered(played, chunks)


def _chunked(schedules: Iterator[Schedule]) -> Iterator[list[Schedule]]:
    while chunk := list(islice(schedules, _CHUNK)):
        yield chunk
