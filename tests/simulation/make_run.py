"""Makes the run for a schedule: of one service, or of a set."""

from tests.simulation.faults.schedule import Schedule
from tests.simulation.run import Run
from tests.simulation.set_run import SetRun


def make_run(schedule: Schedule, verbose: bool = False) -> Run:
    return SetRun(schedule, verbose) if schedule.services else Run(schedule, verbose)
