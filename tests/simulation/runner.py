"""`make simulate`: seeds, single faults, pairs of deaths, mistakes, or one seed told line by line."""

import multiprocessing
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

import typer

from tests.load import deliveries
from tests.simulation import report
from tests.simulation.batch import Tally, tally
from tests.simulation.faults import set_scenarios as stories
from tests.simulation.faults.exhaustive import late_clocks, pairs, singles
from tests.simulation.faults.provider_scenarios import DRIVEN
from tests.simulation.faults.scenarios import GOOD, STORIES
from tests.simulation.faults.schedule import Schedule
from tests.simulation.faults.seeds import schedule as from_seed
from tests.simulation.faults.set_seeds import schedule as set_from_seed
from tests.simulation.make_run import run_of
from tests.simulation.mutants.catalogue import MUTANTS
from tests.simulation.mutants.detection import Caught, hunted
from tests.simulation.shrink import story

_TOLD = 3  # violations that are told in full
_SEEDS_A_SET = 100  # seeds to one release set


def seeds(count: int, first: int, json_file: Path | None, sets: bool) -> bool:
    """The stories and their single faults at every place, then seeds; `count` schedules in all.

    `sets`: of release sets alone, of which there are a few otherwise.
    """
    numbers = range(first, first + count)
    plain = chain(STORIES, DRIVEN, singles(GOOD, every=False), chain.from_iterable(map(_mixed, numbers)))
    found = chain(stories.STORIES, map(set_from_seed, numbers)) if sets else plain
    return _told(tally(islice(found, count)), json_file)


def _mixed(seed: int) -> tuple[Schedule, ...]:
    """A release set takes as long as three services, so there is one for many seeds."""
    return (from_seed(seed),) if seed % _SEEDS_A_SET else (from_seed(seed), set_from_seed(seed))


def exhaustive(json_file: Path | None, sets: bool) -> bool:
    """All single faults at all passages of all stories, and clocks that differ; of sets: of a good and a bad one."""
    found = map(singles, (stories.GOOD, stories.BAD)) if sets else (late_clocks(), *map(singles, (*STORIES, *DRIVEN)))
    return _told(tally(chain(*found)), json_file)


def all_pairs(step: int, json_file: Path | None) -> bool:
    """Two deaths at any two passages of the happy path."""
    return _told(tally(pairs(GOOD, step)), json_file)


def one(seed: int, sets: bool) -> bool:
    """A single seed, told line by line."""
    schedule = set_from_seed(seed) if sets else from_seed(seed)
    typer.echo("\n".join(story(schedule)))
    found = run_of(schedule).play()
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
        found = list(_printed(pool.imap(hunted, MUTANTS)))
    report.write(json_file, report.mutants_facts(found))
    return all(each.caught for each in found)


def _printed(found: Iterator[Caught]) -> Iterator[Caught]:
    for each in found:
        typer.echo(report.mutants_lines([each])[0])
        yield each


def _told(total: Tally, json_file: Path | None) -> bool:
    for broken in total.violations[:_TOLD]:
        typer.echo("\n".join(report.failure(*broken)))
    typer.echo("\n".join(report.lines(total)))
    report.write(json_file, report.facts(total))
    return not total.violations
