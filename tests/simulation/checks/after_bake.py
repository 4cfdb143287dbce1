"""A release that begins to fail once its bake is over (invariant 18)."""

from typing import TYPE_CHECKING

from bluegreen.core.config.thresholds import AfterBake
from bluegreen.core.phases import BEFORE_SWITCH, Phase
from bluegreen.core.record import Record
from tests.simulation.checks.invariants import Violation
from tests.simulation.checks.production import WATCH

if TYPE_CHECKING:
    from tests.simulation.checks.ledger import Ledger

_TOLD_WITHIN = 2 * WATCH + 5
_BACK_WITHIN = _TOLD_WITHIN + 2 * WATCH + 10
_LATER = {"kill": 1, "503": 1, "429": 1, "time out": 1}  # watches that one such fault may cost


class AfterBakeChecks:
    """Of one service: what the watch does by itself about what serves, and what it has to do."""

    def __init__(self, ledger: "Ledger") -> None:
        self._ledger = ledger
        self._told_at = self._left_at = float("inf")

    def moved(self, before: Record, after: Record) -> None:
        """A new version after the one before it."""
        t, decay = self._ledger.world.clock.t, self._ledger.world.decay
        if decay is not None and after.on(after.active).tag != decay.tag:
            self._left_at = min(self._left_at, t)
        spell = after.over_critical
        if spell is not None and spell.told and before.over_critical != spell:
            self._told_at = min(self._told_at, t)
        was, now, who = before.release, after.release, self._ledger.writer
        begins = now is not None and now.phase is Phase.ROLLING_BACK and (was is None or was.phase in BEFORE_SWITCH)
        if not begins or who is None or who.call.name != "ops/watch" or self._ledger.run.schedule.services:
            return
        self._check_back(before)

    def check_end(self) -> None:
        """Of the first decay: people were told and, by policy, production went back where it could."""
        ledger = self._ledger
        decay = ledger.world.decay
        if decay is None or not self._counts():
            return
        late = WATCH * sum(_LATER[fault.kind] for fault in ledger.run.schedule.faults)
        lasted = min(decay.until, self._left_at) - decay.since
        if lasted > _TOLD_WITHIN + late and self._told_at - decay.since > _TOLD_WITHIN + late:
            raise Violation(18, f"nobody was told that {decay.tag} fails")
        back = ledger.settings.after_bake is AfterBake.ROLLBACK and decay.way_back
        if back and lasted > _BACK_WITHIN + late:
            raise Violation(18, f"{decay.tag} fails, and production stays on it")

    def _counts(self) -> bool:
        """Nothing else went on than pushes, one decay, and faults of which it is known what they cost."""
        schedule = self._ledger.run.schedule
        known = all(fault.kind in _LATER for fault in schedule.faults)
        return known and {action.what for action in schedule.actions} <= {"push", "decay", "silence"}

    def _check_back(self, before: Record) -> None:
        world, settings = self._ledger.world, self._ledger.settings
        if settings.after_bake is not AfterBake.ROLLBACK:
            raise Violation(18, "production goes back although bluegreen.yml says that people are told")
        to = before.on(before.idle).tag
        if any(past.tag == to and past.outcome is Phase.UNPROVEN for past in before.past):
            raise Violation(18, f"production goes back to {to}, which was never proven")
        if world.decay is None or not world.fails(before.active, production=True):
            raise Violation(18, "production goes back from a release that is well")
        if world.clock.t - world.decay.since < 2 * WATCH:
            raise Violation(18, "production goes back after a burst")
