"""Every single fault at every interruption point of a scenario, and pairs of crashes in a good release."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from tests.simulation.engine.make_run import make_run
from tests.simulation.faults.places import Place, possible
from tests.simulation.faults.schedule import Action, Fault, Schedule

# What runs at another's interruption point: to its end, or (@9) to its own tenth point, and then on beside it.
INTERLEAVED = (
    "ops/watch",
    "ops/watch@9",
    "again",
    "again@7",
    "rollback",
    "rollback@7",
    "abort",
    "switch",
    "redeliver v1.3.0",
    "deploy v1.3.0",
    "push v1.4.0",
    "rollback to:v1.2.0@7",
    "rollback native:true",
    "alert",
)
INTERLEAVED_IN_SETS = (
    *("ops/watch", "ops/watch@9", "again", "again@7", "redeliver v1.3.0", "push v1.4.0"),
    *("of api rollback@7", "of web rollback", "of web rollback native:true", "of api abort", "of web abort@9"),
    *("set rollback", "set rollback@9", "set abort", "set deploy v1.3.0"),
)
PAUSES = ("1", "20", "900")


def singles(scenario: Schedule, every: bool = True) -> Iterator[Schedule]:
    """One fault each. Without `every`: crashes at all points, other faults at the first and last point of a place."""
    trace = make_run(scenario).play().trace
    interleaved = INTERLEAVED_IN_SETS if scenario.services else INTERLEAVED
    chosen = set(range(len(trace))) if every else _first_and_last(trace)
    for at, place in enumerate(trace):
        for kind, arg in _faults(place, interleaved) if at in chosen else (("kill", ""),):
            yield scenario.with_faults((Fault(at, kind, arg),))


def pairs(scenario: Schedule, step: int = 1) -> Iterator[Schedule]:
    """Two crashes, at any two of every `step`-th interruption point."""
    count = len(make_run(scenario).play().trace)
    for first, second in combinations(range(0, count, step), 2):
        yield scenario.with_faults((Fault(first, "kill"), Fault(second, "kill")))


def late_clocks(most: int = 70) -> Iterator[Schedule]:
    """A function that is about to deploy stands still while clocks differ by up to a minute, and the watch comes."""
    scenario = Schedule("late clocks", (Action(31, "push", "v1.3.0"),))
    acts = ("github.move_branch", "digitalocean.deploy")
    places = [at for at, place in enumerate(make_run(scenario).play().trace) if place.method in acts]
    for skew in range(1, most + 1):
        for at in places:
            yield replace(scenario, skew=skew, faults=(Fault(at, "pause", "45"),))


def _faults(place: Place, interleaved: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    yield "kill", ""
    yield "raises", ""
    for kind in possible(place):
        yield kind, ""
    for seconds in PAUSES:
        yield "pause", seconds
    for whom in interleaved:
        yield "interleave", whom


def _first_and_last(trace: list[Place]) -> set[int]:
    last = {place: at for at, place in enumerate(trace)}
    first: dict[Place, int] = {}
    for at, place in enumerate(trace):
        first.setdefault(place, at)
    return {*first.values(), *last.values()}
