"""Totals of a service, kept in its record: versions of the journal expire, and what has been counted must not fall.

A move of the table adds the time (progress.py), a release that enters the past its outcome (record.py). A record that
was written before they were kept begins at zero.
"""

from pydantic import Field

from bluegreen.core.model import Frozen
from bluegreen.core.phases import RESTING, Phase

# Upper bounds in seconds of how long production took to go back; the last bucket holds what took longer.
ROLLBACK_BOUNDS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)


class TimeSpent(Frozen):
    """How often something was done to its end, and the seconds of all times together."""

    times: int = 0
    seconds: float = 0.0

    def plus(self, seconds: float) -> "TimeSpent":
        return TimeSpent(times=self.times + 1, seconds=round(self.seconds + seconds, 3))


class Totals(Frozen):
    """`outcomes` and `phases` by the phase's value; `rollbacks` are those that are within each bound, then the rest."""

    outcomes: dict[str, int] = Field(default_factory=dict)
    phases: dict[str, TimeSpent] = Field(default_factory=dict)
    rollbacks: tuple[int, ...] = ()
    rollback: TimeSpent = TimeSpent()

    def left(self, phase: Phase, to: Phase, seconds: float) -> "Totals":
        """After a release has left one phase, in which it was for some time, for another."""
        if phase in RESTING:
            return self  # it was taken back to work from there
        spent = max(seconds, 0.0)  # clocks differ, and a sum that falls would be read as a fresh start
        so_far = self.phases.get(phase.value, TimeSpent())
        changes: dict[str, object] = {"phases": {**self.phases, phase.value: so_far.plus(spent)}}
        if to is Phase.ROLLED_BACK:
            changes |= {"rollback": self.rollback.plus(spent), "rollbacks": self._with_rollback(spent)}
        return self.model_copy(update=changes)

    def ended(self, outcome: Phase) -> "Totals":
        name = outcome.value
        return self.model_copy(update={"outcomes": {**self.outcomes, name: self.outcomes.get(name, 0) + 1}})

    def _with_rollback(self, seconds: float) -> tuple[int, ...]:
        counted = self.rollbacks or (0,) * (len(ROLLBACK_BOUNDS) + 1)
        within = sum(bound < seconds for bound in ROLLBACK_BOUNDS)
        return tuple(count + (at == within) for at, count in enumerate(counted))
