"""A bucket that loses versions, or its promise: nothing moves by it, and people are told (invariants 14 and 15)."""

from typing import TYPE_CHECKING

from bluegreen.core.record import Record
from tests.simulation.checks.invariants import Violation
from tests.simulation.checks.production import WATCH

if TYPE_CHECKING:
    from tests.simulation.checks.ledger import Ledger

_LOST, _KEPT = "the journal lost its newest versions", "the state bucket keeps versions"


class StoreChecks:
    """What was done to the bucket from outside, and what the product made of it."""

    def __init__(self, ledger: "Ledger") -> None:
        self._ledger = ledger
        self._lost_before: list[str] = []  # what Slack had heard by then
        self._losses = 0
        self._kept_since: float | None = None
        self._kept_for = 0.0

    @property
    def lost(self) -> bool:
        """Routers know of later versions than the journal holds, and nobody has recovered it yet."""
        served = self._ledger.world.routers.lost
        return served is not None and served.epoch >= self._ledger.record.epoch

    def loses(self) -> None:
        self._losses += 1
        self._lost_before = self._told()

    def keeps_versions(self, kept: str) -> None:
        t = self._ledger.world.clock.t
        if self._kept_since is not None:
            self._kept_for = max(self._kept_for, t - self._kept_since)
        self._kept_since = t if kept else None

    def moved(self, before: Record, after: Record) -> None:
        who, since = self._ledger.writer, self._kept_since
        if after.epoch > before.epoch and self.lost:
            raise Violation(14, f"production was pointed at {after.active.value} by a journal that was lost")
        if since is not None and who is not None and who.call.name == "ops/watch" and who.began_at > since:
            raise Violation(15, f"{who.name} appended a version to it")

    def check_end(self) -> None:
        told = self._told()
        if self._losses and sum(_LOST in text for text in told[len(self._lost_before) :]) != self._losses:
            raise Violation(14, "people were not told once of the versions that were lost")
        if self._kept_for > 2 * WATCH and sum(_KEPT in text for text in told) != 1:
            raise Violation(15, "people were not told once that the bucket keeps versions")

    def _told(self) -> list[str]:
        return [message["payload"]["text"] for message in self._ledger.world.slack.messages]
