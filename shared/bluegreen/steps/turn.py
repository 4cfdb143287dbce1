"""A turn: one function at work on the release in flight, and the claim that keeps others from the same work."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from bluegreen.cloud import Cloud
from bluegreen.core.errors import BluegreenError, IllegalMove, Stale, described
from bluegreen.core.record import Record, Version
from bluegreen.core.release import Claim, Release

# Seconds that a claim outlasts the function's time limit: a minute for clock skew, and five to be sure.
_CLAIM_MARGIN = 65.0
WAKE_UPS_REFUSED = 2  # in a row, in one invocation; then no more are tried, for each may take seconds to time out
T = TypeVar("T")


@dataclass
class Turn:
    """What the turn works with, the newest version that it has read, and the bugs (exceptions of ours) that it met."""

    cloud: Cloud
    version: Version
    bugs: list[str] = field(default_factory=list)

    @property
    def record(self) -> Record:
        return self.version.record

    @property
    def release(self) -> Release:
        return self.version.record.in_flight

    def claim(self, lease: float | None) -> None:
        """Writes a claim, unless this invocation holds one already. `lease`: see `fresh_claim`."""
        cloud, held = self.cloud, self.release.claim
        if held is not None and held.owner == cloud.caller.activation and held.until > cloud.clock.now():
            return
        claim = fresh_claim(cloud, lease)
        self.change(f"claimed by {cloud.caller.function}", lambda record: record.with_release(claim=claim))

    def change(self, why: str, change: Callable[[Record], Record]) -> None:
        """Writes a change; if another writer was faster, on top of theirs. `Stale` if the turn is no longer ours."""
        cloud = self.cloud
        self.version = cloud.journal.update(
            self.version,
            lambda record, now: change(record),
            cloud.caller.function,
            why,
            cloud.clock.now,
            on_conflict=self._catch_up,
        ).version

    def met(self, bug: Exception) -> str:
        """Notes a bug, so that the turn's next version reports it once; returns it in words."""
        says = described(bug)
        if says not in self.bugs:
            self.bugs.append(says)
            self.cloud.log("bug", what_it_is=says, release=self.release.id, level="error")
        return says

    def shielded(self, ask: Callable[[], T], otherwise: Callable[[str], T]) -> T:
        """One part of a look. A bug in it is noted, and `otherwise` takes its place, so that the other parts go on."""
        try:
            return ask()
        except Exception as error:
            if isinstance(error, BluegreenError) and not isinstance(error, IllegalMove):
                raise
            return otherwise(self.met(error))

    def _catch_up(self, newest: Version) -> Version:
        if not self._is_ours(newest.record):
            raise Stale("the release has moved on")
        self.version = newest
        return newest

    def _is_ours(self, record: Record) -> bool:
        """True while the release, its phase and the epoch are the same, and no one else holds a claim."""
        theirs, ours = record.release, self.release
        if (
            record.lost
            or theirs is None
            or (theirs.id, theirs.phase, record.epoch) != (ours.id, ours.phase, self.record.epoch)
        ):
            return False
        return not theirs.claimed_by_other(self.cloud.caller.activation, self.cloud.clock.now())


def fresh_claim(cloud: Cloud, lease: float | None) -> Claim:
    """`lease`: seconds; None: until this function must be over."""
    lasts = cloud.clock.remaining() + _CLAIM_MARGIN if lease is None else lease
    return Claim(owner=cloud.caller.activation, until=cloud.clock.now() + timedelta(seconds=lasts))


def give_up_claim(cloud: Cloud) -> None:
    """Ends a claim that was kept to look again, so that the next function need not wait until it expires."""
    version = cloud.journal.newest()
    release = version.record.release if version else None
    if version is None or release is None or release.claim is None or release.claim.owner != cloud.caller.activation:
        return
    with suppress(Stale):  # another function has the release by now
        Turn(cloud, version).change("the claim is given up", lambda record: record.with_release(claim=None))


def wake(cloud: Cloud, function: str, event: dict[str, Any]) -> str | None:
    """Wakes a function. None if the platform accepted, else why not; nothing is raised, for the journal is written."""
    functions, so_far = cloud.clients.functions, cloud.wake_ups
    if len(so_far.refusals) >= WAKE_UPS_REFUSED:
        return so_far.refusals[-1]
    try:
        refused = functions.wake(function, event)
    except Exception as error:  # noqa: BLE001 - the caller has more to do, and the watch runs within a minute
        refused = described(error)
    if refused:
        cloud.log("wake-up not accepted", function=function, why=refused)
    if refused is None:
        so_far.accepted = True
        so_far.refusals.clear()  # what counts are those in a row
    elif functions.can_wake:
        so_far.refusals.append(refused)
    return refused
