"""How soon each mistake is noticed: the stories and what was found first, then single faults, then seeds."""

import random
from collections.abc import Iterator
from itertools import chain, islice
from typing import NamedTuple

from tests.simulation.faults.exhaustive import late_clocks, singles
from tests.simulation.faults.provider_scenarios import PROVIDER_SCENARIOS
from tests.simulation.faults.regressions import REGRESSIONS
from tests.simulation.faults.scenarios import GOOD, SCENARIOS
from tests.simulation.faults.schedule import Fault, Schedule
from tests.simulation.faults.seeds import schedule as from_seed
from tests.simulation.faults.set_scenarios import SCENARIOS as SET_SCENARIOS
from tests.simulation.make_run import make_run
from tests.simulation.mutants.catalogue import MUTANTS, under

BOUND = 3000
_SOME = 900  # single faults


class Detection(NamedTuple):
    mutation: str
    detected: bool
    schedules: int
    by: str
    violation: str


def detect(mutation: str, bound: int = BOUND) -> Detection:
    """Plays schedules under a mistake until something breaks."""
    count = 0
    for count, found in enumerate(islice(_schedules(), bound), start=1):
        make_run(found).first_day()  # kept for all that follow: made by the product as it is
        with under(mutation):
            result = make_run(found).play()
        if result.violation:
            return Detection(mutation, True, count, _description(found), result.violation)
    return Detection(mutation, False, count, "", "")


def detect_all(bound: int = BOUND) -> Iterator[Detection]:
    for mutation in MUTANTS:
        yield detect(mutation, bound)


def _schedules() -> Iterator[Schedule]:
    return chain(
        SCENARIOS,
        REGRESSIONS,
        SET_SCENARIOS,
        PROVIDER_SCENARIOS,
        _at_known_points(),
        _on_the_good_release(),
        map(from_seed, range(BOUND)),
    )


def _at_known_points() -> Iterator[Schedule]:
    """Where only a death right there shows the mistake."""
    native = next(scenario for scenario in SCENARIOS if scenario.name == "a person takes the second line")
    yield native.with_faults([Fault(1, "kill", "", "rollback after digitalocean.roll_back")])
    for kind, arg in (("kill", ""), ("interleave", "rollback")):
        yield PROVIDER_SCENARIOS[0].with_faults(
            [Fault(1, kind, arg, "switch before digitalocean.update_load_balancer")]
        )


def _on_the_good_release() -> Iterator[Schedule]:
    """Single faults on the good release, in no order, and the clocks that differ."""
    yield from late_clocks(most=20)
    found = list(singles(GOOD, every=False))
    random.Random(1).shuffle(found)
    trace = make_run(GOOD).play().trace
    found.sort(key=lambda each: not _likely_to_show(trace[each.faults[0].at].method, each.faults[0].kind))
    yield from found[:_SOME]


def _likely_to_show(method: str, kind: str) -> bool:
    """Where most mistakes show: around the deployment, and where a write may have landed."""
    return method == "digitalocean.deploy" or (method == "objects.create" and kind == "time out")


def _description(found: Schedule) -> str:
    return found.name if not found.faults else f"{found.name}: {', '.join(map(str, found.faults))}"
