"""Many schedules on all cores, and their figures added up."""

import gc
import multiprocessing
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from tests.simulation.engine.make_run import make_run
from tests.simulation.faults.places import Place
from tests.simulation.faults.schedule import Fault, Schedule

_CHUNK = 40
_ROUNDS = 20


@dataclass
class Totals:
    """`violations`: schedule, number of the invariant, and what happened."""

    schedules: int = 0
    faults: int = 0
    checked: int = 0
    points: int = 0
    seconds: float = 0.0
    busy: float = 0.0  # seconds of processor time
    places: set[Place] = field(default_factory=set)
    covered: set[Place] = field(default_factory=set)
    kinds: dict[str, int] = field(default_factory=dict)  # of faults, by kind
    examples: dict[Place, tuple[Schedule, int]] = field(default_factory=dict)  # who crosses it, and at which point
    violations: list[tuple[Schedule, int, str]] = field(default_factory=list)

    def add(self, other: "Totals") -> None:
        self.schedules += other.schedules
        self.faults += other.faults
        self.checked += other.checked
        self.points += other.points
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


def run_all(schedules: Iterable[Schedule], cores: int = 0, most_violations: int = 20) -> Totals:
    """Runs them all, in this process if `cores` is 1; stops early once `most_violations` were found."""
    begun, total = time.monotonic(), Totals()
    cores = cores or multiprocessing.cpu_count()
    for part in _batches(schedules, cores):
        total.add(part)
        if len(total.violations) >= most_violations:
            break
    if not total.violations:
        total.add(_strike_missed_places(total))
    total.seconds = time.monotonic() - begun
    return total


def run_here(schedules: Iterable[Schedule]) -> Totals:
    """Runs them in this process, without garbage collection in between, which costs more than the runs."""
    total, begun = Totals(), time.process_time()
    gc.disable()
    gc.freeze()
    for schedule in schedules:
        run = make_run(schedule)
        found = run.play()
        run.discard()
        total.schedules += 1
        total.faults += found.faults_fired
        total.checked += found.checked
        total.points += found.points
        total.covered.update(found.struck)
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


def _strike_missed_places(total: Totals) -> Totals:
    """A crash at every place that was crossed without a fault, until there is none; each may lead to new places."""
    extra = Totals()
    for _ in range(_ROUNDS):
        places, covered = total.places | extra.places, total.covered | extra.covered
        examples = {**extra.examples, **total.examples}
        missing = [_killed_at(*examples[place]) for place in sorted(places - covered)]
        if not missing:
            break
        extra.add(run_here(missing))
    return extra


def _killed_at(schedule: Schedule, at: int) -> Schedule:
    before = tuple(fault for fault in schedule.faults if fault.at < at)
    return replace(schedule, name=f"{schedule.name}, struck at {at}", faults=(*before, Fault(at, "kill")))


def _batches(schedules: Iterable[Schedule], cores: int) -> Iterator[Totals]:
    chunks = _chunked(iter(schedules))
    if cores == 1:
        yield from map(run_here, chunks)
        return
    with multiprocessing.get_context("fork").Pool(cores) as pool:
        yield from pool.imap(run_here, chunks)


def _chunked(schedules: Iterator[Schedule]) -> Iterator[list[Schedule]]:
    while chunk := list(islice(schedules, _CHUNK)):
        yield chunk
