"""The run that a schedule is for: of one service, or of a set."""

from tests.simulation.faults.schedule import Schedule
from tests.simulation.run import Run
from tests.simulation.set_run import SetRun


def make_run(schedule: Schedule, told: bool = False) -> Run:
    return SetRun(schedule, told) if schedule.services else Run(schedule, told)
