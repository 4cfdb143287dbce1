"""A step, which is the work of one phase, and the turn in which it is done."""

from collections.abc import Callable
from typing import Any, NamedTuple

from bluegreen.cloud import Cloud
from bluegreen.core.errors import Stale
from bluegreen.core.finding import Finding
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record, Version
from bluegreen.core.release import Release

_TRIES = 6  # appends that may be lost to others before the turn is given up


class Ruling(NamedTuple):
    """What a step concludes: the record with what was seen written into it, and the finding."""

    record: Record
    finding: Finding


class Step(NamedTuple):
    """The work of one phase. `look` touches the world, `judge(record, seen, service, now)` only decides.

    `lease`: seconds that a claim lasts where two at work do no harm; None: until its function is certainly over.
    """

    phase: Phase
    look: Callable[["Turn"], Any]
    judge: Callable[[Record, Any, Any, Any], Ruling]
    lease: float | None = None


class Turn:
    """A turn under way: the newest version that it knows, and its clients."""

    def __init__(self, cloud: Cloud, version: Version) -> None:
        self.cloud = cloud
        self.version = version

    @property
    def record(self) -> Record:
        return self.version.record

    @property
    def release(self) -> Release:
        return self.record.in_flight

    def change(self, why: str, change: Callable[[Record], Record]) -> None:
        """Appends a change; where another was faster, on top of theirs, as long as the turn is still ours."""
        for _ in range(_TRIES):
            changed = change(self.record)
            if changed == self.record:
                return
            try:
                cloud = self.cloud
                self.version = cloud.journal.append(
                    self.version, changed, cloud.caller.function, why, cloud.clock.now()
                )
                return
            except Stale:
                self._catch_up()
        raise Stale("others kept being faster", delay=2.0)

    def _catch_up(self) -> None:
        newest = self.cloud.journal.newest()
        ours = newest.record.release if newest else None
        if newest is None or ours is None or not self._same(ours, newest.record):
            raise Stale("the release has moved on")
        self.version = newest

    def _same(self, found: Release, record: Record) -> bool:
        ours = self.release
        same_work = (found.id, found.phase, record.epoch) == (ours.id, ours.phase, self.record.epoch)
        return same_work and not found.claimed_by_other(self.cloud.caller.activation, self.cloud.clock.now())
