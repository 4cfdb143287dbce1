"""Everything comes to rest in time, and no tag is left behind (invariants 3 and 8)."""

import json
from typing import TYPE_CHECKING

from bluegreen.core.config import tags
from bluegreen.core.phases import Phase
from tests.simulation.checks.invariants import Violation
from tests.simulation.checks.production import WATCH

if TYPE_CHECKING:
    from tests.simulation.checks.ledger import Ledger
    from tests.simulation.engine.invocation import Invocation

CLAIM = 200.0  # the longest claim that a killed function leaves behind, with the clocks half a minute off
_RELEASE = 90.0  # what one release takes from request to rest, its bake included


class LivenessChecks:
    """Of one service. Tags are heard of once a webhook of theirs was answered well."""

    def __init__(self, ledger: "Ledger") -> None:
        self._ledger = ledger
        self._heard: set[str] = set()
        self._pushed: set[str] = set()

    def pushed(self, tag: str) -> None:
        self._pushed.add(tag)

    def answered(self, who: "Invocation") -> None:
        if who.call.name == "hooks/github" and who.answer and who.answer["statusCode"] < 300:
            self._heard.add(json.loads(who.event["http"]["body"])["ref"].removeprefix("refs/tags/"))

    def check_found(self, who: "Invocation") -> None:
        """Invariant 16: whoever had a turn has written down what it found, and that the turn is over."""
        self._ledger.checked += 1
        release = self._ledger.record.release if self._ledger.versions else None
        if release is None or release.claim is None or who.store_failed or who.held:
            return
        if release.claim.owner == who.activation:
            raise Violation(17, f"{who.name} had no time left to say what it found")

    def quiescent(self) -> bool:
        if not self._ledger.versions:
            return False
        record = self._ledger.record
        if record.epoch and self._ledger.world.routing.diverged(record.active):
            return False
        return record.release is None and record.queued is None and not record.outbox and not self.unnoticed()

    def unnoticed(self) -> list[str]:
        """Tags newer than all that were heard of, and not heard of themselves."""
        newest = self._ledger.record.newest_tag
        return [tag for tag in self._pushed if tag not in self._heard and tags.older(newest, tag)]

    def check_deadline(self) -> None:
        """Invariant 8."""
        self._ledger.checked += 1
        run = self._ledger.run
        if run.actions_left or not self._ledger.versions or self.quiescent():
            return
        allowed = 3 * WATCH + CLAIM + self.allowance()
        if run.world.clock.t - max(run.quiet_since, self.last_rest_at()) > allowed:
            release, outbox = self._ledger.record.release, len(self._ledger.record.outbox)
            where = release.phase.value if release else "at rest"
            raise Violation(8, f"{allowed:.0f} s after the last fault it is {where}, outbox {outbox}")

    def allowance(self, held: bool = True) -> float:
        """Seconds that what is under way and what waits may take by themselves. `held`: a person may have to switch."""
        record, deadlines = self._ledger.record, self._ledger.settings.deadlines
        release = record.release
        waiting = (release is not None) + (record.queued is not None) + len(self.unnoticed())
        allowed = (_RELEASE + self._ledger.world.routing.extra_seconds) * max(waiting, 1)
        if release is None or (release.phase is Phase.READY and not held):
            return allowed
        if release.phase is Phase.READY:
            allowed += deadlines.ready + 360
        return allowed + getattr(deadlines, release.phase.name.lower(), 0.0)

    def last_rest_at(self) -> float:
        """When something last came to rest: what waited for it begins only then."""
        versions = self._ledger.versions
        for before, version in zip(reversed(versions[:-1]), reversed(versions), strict=False):
            was, now = before.record.release, version.record.release
            if now is None or was is None or was.id != now.id:
                return self._ledger.world.routers.routes[version.seq - 1].at
        return 0.0

    def check_end(self) -> None:
        """Invariant 3, once nothing is left to do."""
        for tag in self.unnoticed():
            raise Violation(3, f"{tag} was pushed and nobody took it up")
