"""Shrinking: faults and actions are dropped one by one while the same invariant is still violated."""

from collections.abc import Iterator

from tests.simulation.engine.make_run import make_run
from tests.simulation.faults.schedule import Schedule


def shrink(schedule: Schedule, invariant: int) -> Schedule:
    """From the start again after each drop, until nothing more can go."""
    while True:
        shorter = next((less for less in _candidates(schedule) if make_run(less).play().invariant == invariant), None)
        if shorter is None:
            return schedule
        schedule = shorter


def narrate(schedule: Schedule) -> list[str]:
    """A run in lines: virtual time, who, what, where."""
    found = make_run(schedule, verbose=True).play()
    return [f"{line.t:8.2f} s  {line.who:18} {line.what} {line.where}".rstrip() for line in found.lines]


def _candidates(schedule: Schedule) -> Iterator[Schedule]:
    for number in range(len(schedule.faults)):
        yield schedule.with_faults(schedule.faults[:number] + schedule.faults[number + 1 :])
    for number in range(len(schedule.actions)):
        yield schedule.with_actions(schedule.actions[:number] + schedule.actions[number + 1 :])
