"""What `make simulate` runs: one function for each thing that it can be asked for."""

import multiprocessing
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

import typer

from tests.load import deliveries
from tests.simulation import report
from tests.simulation.batch import Totals, run_all
from tests.simulation.engine.make_run import make_run
from tests.simulation.faults import set_scenarios
from tests.simulation.faults.after_bake_scenarios import AFTER_BAKE_SCENARIOS
from tests.simulation.faults.bug_scenarios import BUG_SCENARIOS
from tests.simulation.faults.exhaustive import late_clocks, pairs, singles
from tests.simulation.faults.fleet_scenarios import FLEET_SCENARIOS
from tests.simulation.faults.fleet_scenarios import schedule as fleet_from_seed
from tests.simulation.faults.provider_scenarios import PROVIDER_SCENARIOS
from tests.simulation.faults.refused_wake_ups import REFUSED_WAKE_UPS
from tests.simulation.faults.scenarios import GOOD, SCENARIOS
from tests.simulation.faults.schedule import Schedule
from tests.simulation.faults.seeds import schedule as from_seed
from tests.simulation.faults.set_seeds import schedule as set_from_seed
from tests.simulation.faults.slow_scenarios import SLOW_SCENARIOS
from tests.simulation.faults.store_scenarios import STORE_SCENARIOS
from tests.simulation.mutants.catalogue import MUTANTS
from tests.simulation.mutants.detection import Detection, detect
from tests.simulation.shrink import narrate
from tests.simulation.states.explorer import Broken, Explorer

_SHOWN = 3  # violations that are printed in full
_SEEDS_PER_SET = (
    100  # with so many seeds comes one schedule of a release set, and one of a fleet, which take as long as several
)


def seeds(count: int, first: int, json_file: Path | None, sets: bool) -> bool:
    """All scenarios, the good release with single faults, then seeds: `count` in all. `sets`: of release sets only."""
    numbers = range(first, first + count)
    plain = chain(
        SCENARIOS,
        PROVIDER_SCENARIOS,
        BUG_SCENARIOS,
        STORE_SCENARIOS,
        REFUSED_WAKE_UPS,
        SLOW_SCENARIOS,
        AFTER_BAKE_SCENARIOS,
        FLEET_SCENARIOS,
        singles(GOOD, every=False),
        chain.from_iterable(map(_mixed, numbers)),
    )
    found = chain(set_scenarios.SCENARIOS, map(set_from_seed, numbers)) if sets else plain
    return _print_result(run_all(islice(found, count)), json_file)


def _mixed(seed: int) -> tuple[Schedule, ...]:
    more = () if seed % _SEEDS_PER_SET else (set_from_seed(seed), fleet_from_seed(seed))
    return (from_seed(seed), *more)


def exhaustive(json_file: Path | None, sets: bool) -> bool:
    """Every fault at every interruption point of all scenarios, and clocks that differ; of a good and a bad set."""
    found = (
        map(singles, (set_scenarios.GOOD, set_scenarios.BAD))
        if sets
        else (late_clocks(), *map(singles, (*SCENARIOS, *PROVIDER_SCENARIOS)))
    )
    return _print_result(run_all(chain(*found)), json_file)


def all_pairs(step: int, json_file: Path | None) -> bool:
    """Two crashes in a good release, at any two of every `step`-th point."""
    return _print_result(run_all(pairs(GOOD, step)), json_file)


def one(seed: int, sets: bool) -> bool:
    """One seed, printed line by line."""
    schedule = set_from_seed(seed) if sets else from_seed(seed)
    typer.echo(report.wrapped(narrate(schedule)))
    found = make_run(schedule).play()
    typer.echo(
        report.failure(schedule, found.invariant, found.violation) if found.violation else "no invariant was violated"
    )
    return found.violation is None


def load(count: int, json_file: Path | None) -> bool:
    """Webhook deliveries to twenty services, lost, doubled and out of order."""
    told = deliveries.load(count)
    typer.echo(report.wrapped(deliveries.lines(told)))
    report.write(json_file, told._asdict() | {"deliveries_per_second": round(told.per_second, 1)})
    return not told.faults


def states(most: int) -> bool:
    """All states of a small model, up to `most` of them; a broken promise ends it."""
    explorer = Explorer()
    try:
        explorer.explore(most)
    except Broken as broken:
        typer.echo(f"violated after {len(explorer.states):,} states: {broken}")
        return False
    stuck = explorer.stuck()
    typer.echo(f"states       {len(explorer.states):,}")
    typer.echo(f"transitions  {explorer.transitions:,}")
    typer.echo(f"stuck        {stuck:,} (states from which no rest is reached)")
    return not stuck


def mutants(json_file: Path | None) -> bool:
    """Is each deliberate mistake detected?"""
    with multiprocessing.get_context("fork").Pool() as pool:
        found = list(_echo_each(pool.imap(detect, MUTANTS)))
    report.write(json_file, report.mutants_facts(found))
    return all(each.detected for each in found)


def _echo_each(found: Iterator[Detection]) -> Iterator[Detection]:
    for each in found:
        typer.echo(report.mutant(each))
        yield each


def _print_result(total: Totals, json_file: Path | None) -> bool:
    for broken in total.violations[:_SHOWN]:
        typer.echo(report.failure(*broken))
    typer.echo("\n".join(report.lines(total)))
    report.write(json_file, report.facts(total))
    return not total.violations
