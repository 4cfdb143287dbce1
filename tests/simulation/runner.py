"""`make simulate`: seeds, single faults, pairs of deaths, mistakes, or one seed told line by line."""

import multiprocessing
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

import typer

from tests.load import deliveries
from tests.simulation import report
from tests.simulation.batch import Totals, run_all
from tests.simulation.faults import set_scenarios
from tests.simulation.faults.exhaustive import late_clocks, pairs, singles
from tests.simulation.faults.provider_scenarios import PROVIDER_SCENARIOS
from tests.simulation.faults.scenarios import GOOD, SCENARIOS
from tests.simulation.faults.schedule import Schedule
from tests.simulation.faults.seeds import schedule as from_seed
from tests.simulation.faults.set_seeds import schedule as set_from_seed
from tests.simulation.make_run import make_run
from tests.simulation.mutants.catalogue import MUTANTS
from tests.simulation.mutants.detection import Detection, detect
from tests.simulation.shrink import narrate

_TOLD = 3  # violations that are told in full
_SEEDS_A_SET = 100  # seeds to one release set


def seeds(count: int, first: int, json_file: Path | None, sets: bool) -> bool:
    """The stories and their single faults at every place, then seeds; `count` schedules in all.

    `sets`: of release sets alone, of which there are a few otherwise.
    """
    numbers = range(first, first + count)
    plain = chain(SCENARIOS, PROVIDER_SCENARIOS, singles(GOOD, every=False), chain.from_iterable(map(_mixed, numbers)))
    found = chain(set_scenarios.SCENARIOS, map(set_from_seed, numbers)) if sets else plain
    return _print_result(run_all(islice(found, count)), json_file)


def _mixed(seed: int) -> tuple[Schedule, ...]:
    """A release set takes as long as three services, so there is one for many seeds."""
    return (from_seed(seed),) if seed % _SEEDS_A_SET else (from_seed(seed), set_from_seed(seed))


def exhaustive(json_file: Path | None, sets: bool) -> bool:
    """All single faults at all passages of all stories, and clocks that differ; of sets: of a good and a bad one."""
    found = (
        map(singles, (set_scenarios.GOOD, set_scenarios.BAD))
        if sets
        else (late_clocks(), *map(singles, (*SCENARIOS, *PROVIDER_SCENARIOS)))
    )
    return _print_result(run_all(chain(*found)), json_file)


def all_pairs(step: int, json_file: Path | None) -> bool:
    """Two deaths at any two passages of the happy path."""
    return _print_result(run_all(pairs(GOOD, step)), json_file)


def one(seed: int, sets: bool) -> bool:
    """A single seed, told line by line."""
    schedule = set_from_seed(seed) if sets else from_seed(seed)
    typer.echo("\n".join(narrate(schedule)))
    found = make_run(schedule).play()
    typer.echo("\n".join(report.failure(schedule, found.invariant, found.violation)) if found.violation else "all held")
    return found.violation is None


def load(count: int, json_file: Path | None) -> bool:
    """Webhook deliveries over twenty services, lost, doubled and out of order."""
    told = deliveries.load(count)
    typer.echo("\n".join(deliveries.lines(told)))
    report.write(json_file, told._asdict() | {"deliveries_per_second": round(told.per_second, 1)})
    return not told.faults


def mutants(json_file: Path | None) -> bool:
    """Every mistake has to be noticed."""
    with multiprocessing.get_context("fork").Pool() as pool:
        found = list(_echo_each(pool.imap(detect, MUTANTS)))
    report.write(json_file, report.mutants_facts(found))
    return all(each.detected for each in found)


def _echo_each(found: Iterator[Detection]) -> Iterator[Detection]:
    for each in found:
        typer.echo(report.mutants_lines([each])[0])
        yield each


def _print_result(total: Totals, json_file: Path | None) -> bool:
    for broken in total.violations[:_TOLD]:
        typer.echo("\n".join(report.failure(*broken)))
    typer.echo("\n".join(report.lines(total)))
    report.write(json_file, report.facts(total))
    return not total.violations
