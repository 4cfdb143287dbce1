"""Makes the run for a schedule: of one service, or of a set."""

from tests.simulation.engine.run import Run
from tests.simulation.engine.set_run import SetRun
from tests.simulation.faults.schedule import Schedule


def make_run(schedule: Schedule, verbose: bool = False) -> Run:
    return SetRun(schedule, verbose) if schedule.services else Run(schedule, verbose)
