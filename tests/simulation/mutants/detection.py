"""Which schedule detects a mistake: scenarios and regressions are tried first, then single faults, then seeds."""

import json
import random
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from tests.simulation.engine.make_run import make_run
from tests.simulation.faults.after_bake_scenarios import AFTER_BAKE_SCENARIOS
from tests.simulation.faults.bug_scenarios import BUG_SCENARIOS
from tests.simulation.faults.exhaustive import late_clocks, singles
from tests.simulation.faults.fleet_scenarios import FLEET_SCENARIOS
from tests.simulation.faults.provider_scenarios import PROVIDER_SCENARIOS
from tests.simulation.faults.refused_wake_ups import REFUSED_WAKE_UPS
from tests.simulation.faults.regressions import REGRESSIONS
from tests.simulation.faults.scenarios import GOOD, SCENARIOS
from tests.simulation.faults.schedule import Fault, Schedule
from tests.simulation.faults.seeds import schedule as from_seed
from tests.simulation.faults.set_scenarios import SCENARIOS as SET_SCENARIOS
from tests.simulation.faults.slow_scenarios import SLOW_SCENARIOS
from tests.simulation.faults.store_scenarios import STORE_SCENARIOS
from tests.simulation.mutants.catalogue import under

BOUND = 3000
_SOME = 900  # single faults
_ALIKE = 60  # schedules of one description
_KNOWN = Path(__file__).with_name("detections.json")


class Detection(NamedTuple):
    mutation: str
    detected: bool
    schedules: int
    by: str
    violation: str


def detect(mutation: str, bound: int = BOUND, by: str = "") -> Detection:
    """Runs schedules under a mistake until an invariant is violated. `by`: those so described are tried before all."""
    first = (found for found in _schedules() if _description(found) == by)
    count = 0
    for found in chain(islice(first, _ALIKE) if by else (), islice(_schedules(), bound)):
        count += 1
        make_run(found).first_day()  # kept for all that follow: made by the product as it is
        with under(mutation):
            result = make_run(found).play()
        if result.violation:
            return Detection(mutation, True, count, _description(found), result.violation)
    return Detection(mutation, False, count, "", "")


def known() -> dict[str, str]:
    """Mistake → the schedule that detected it when `--mutants --json` wrote the file last."""
    return {one["mutation"]: one["by"] for one in json.loads(_KNOWN.read_text()) if one["caught"]}


def _schedules() -> Iterator[Schedule]:
    return chain(
        SCENARIOS,
        REGRESSIONS,
        SET_SCENARIOS,
        PROVIDER_SCENARIOS,
        BUG_SCENARIOS,
        STORE_SCENARIOS,
        REFUSED_WAKE_UPS,
        SLOW_SCENARIOS,
        AFTER_BAKE_SCENARIOS,
        FLEET_SCENARIOS,
        _at_known_points(),
        _on_the_good_release(),
        map(from_seed, range(BOUND)),
    )


def _at_known_points() -> Iterator[Schedule]:
    """Where only a crash right there, or two turns that meet in one way, show the mistake."""
    yield from_seed(20)  # claims are ignored: else by the 1,208th schedule
    native = next(scenario for scenario in SCENARIOS if scenario.name == "a person takes the second line")
    yield native.with_faults([Fault(1, "kill", "", "rollback after digitalocean.roll_back")])
    for kind, arg in (("kill", ""), ("interleave", "rollback")):
        yield PROVIDER_SCENARIOS[0].with_faults(
            [Fault(1, kind, arg, "switch before digitalocean.update_load_balancer")]
        )


def _on_the_good_release() -> Iterator[Schedule]:
    """Clocks that differ, then single faults in the good release, shuffled."""
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
