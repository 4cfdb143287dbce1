"""Mistakes in what convicts a release."""

from bluegreen.core.judge.leave_one_out import LeaveOneOut
from tests.simulation.mutants.mutation import Patch, mutant


@mutant
def what_fails_for_one_client_convicts() -> list[Patch]:
    return [(LeaveOneOut, "_decisive", lambda test, alarm: iter(()))]
