"""How soon each mistake is noticed: the stories and what was found first, then single faults, then seeds."""

import random
from collections.abc import Iterator
from itertools import chain, islice
from typing import NamedTuple

from tests.simulation.faults.exhaustive import late_clocks, singles
from tests.simulation.faults.provider_scenarios import DRIVEN
from tests.simulation.faults.regressions import FOUND
from tests.simulation.faults.scenarios import GOOD, STORIES
from tests.simulation.faults.schedule import Fault, Schedule
from tests.simulation.faults.seeds import schedule as from_seed
from tests.simulation.faults.set_scenarios import STORIES as SET_STORIES
from tests.simulation.make_run import run_of
from tests.simulation.mutants.catalogue import MUTANTS, under

BOUND = 3000
_SOME = 900  # single faults


class Caught(NamedTuple):
    mutation: str
    caught: bool
    schedules: int
    by: str
    violation: str


def hunted(mutation: str, bound: int = BOUND) -> Caught:
    """Plays schedules under a mistake until something breaks."""
    count = 0
    for count, found in enumerate(islice(_schedules(), bound), start=1):
        run_of(found).first_day()  # kept for all that follow: made by the product as it is
        with under(mutation):
            result = run_of(found).play()
        if result.violation:
            return Caught(mutation, True, count, _named(found), result.violation)
    return Caught(mutation, False, count, "", "")


def all_hunted(bound: int = BOUND) -> Iterator[Caught]:
    for mutation in MUTANTS:
        yield hunted(mutation, bound)


def _schedules() -> Iterator[Schedule]:
    return chain(STORIES, FOUND, SET_STORIES, DRIVEN, _placed(), _pointed(), map(from_seed, range(BOUND)))


def _placed() -> Iterator[Schedule]:
    """Where only a death right there shows the mistake."""
    native = next(story for story in STORIES if story.name == "a person takes the second line")
    yield native.with_faults([Fault(1, "kill", "", "rollback after digitalocean.roll_back")])
    for kind, arg in (("kill", ""), ("meet", "rollback")):
        yield DRIVEN[0].with_faults([Fault(1, kind, arg, "switch before digitalocean.update_load_balancer")])


def _pointed() -> Iterator[Schedule]:
    """Single faults on the good release, in no order, and the clocks that differ."""
    yield from late_clocks(most=20)
    found = list(singles(GOOD, every=False))
    random.Random(1).shuffle(found)
    trace = run_of(GOOD).play().trace
    found.sort(key=lambda each: not _telling(trace[each.faults[0].at].method, each.faults[0].kind))
    yield from found[:_SOME]


def _telling(method: str, kind: str) -> bool:
    """Where most mistakes show: around the deployment, and where a write may have landed."""
    return method == "digitalocean.deploy" or (method == "objects.create" and kind == "time out")


def _named(found: Schedule) -> str:
    return found.name if not found.faults else f"{found.name}: {', '.join(map(str, found.faults))}"
