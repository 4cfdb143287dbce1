"""The journal lacks its newest versions, as its bucket was restored from an older copy: how that is known, and how it
goes on from what the routers serve. Pure.

The older copy says blue while users are on green: the next release would be deployed to green. Routers report the epoch
and the number that they have applied, so they tell. Epochs come first: after a recovery the numbers begin lower, and
the epoch is higher than any before.
"""

from datetime import datetime
from typing import NamedTuple

from bluegreen.core import advice, quarantine, unsettled
from bluegreen.core.config.service import Service
from bluegreen.core.environment import NOT_TO_SERVE, Environment, EnvironmentState, Status
from bluegreen.core.notices import Tone
from bluegreen.core.orders import Outcome
from bluegreen.core.outbox import paging, queue_notice, queue_over
from bluegreen.core.phases import Phase
from bluegreen.core.record import PastRelease, Record, Version
from bluegreen.core.release import Release

_WHY = "the journal lost its newest versions"


class Served(NamedTuple):
    """What a router instance serves. Compared as it stands: by epoch, then by number."""

    epoch: int
    seq: int
    instance: str

    def ahead_of(self, version: Version) -> bool:
        return (self.epoch, self.seq) > (version.record.epoch, version.seq)

    def says(self, version: Version) -> str:
        ours = f"the journal ends at version {version.seq} of epoch {version.record.epoch}"
        return f"{self.instance} has applied version {self.seq} of epoch {self.epoch}, and {ours}: newer ones were lost"


def lost(record: Record, service: Service, says: str, now: datetime) -> Outcome:
    """Noted once; from then on nothing moves."""
    record = record.model_copy(update={"lost": says})
    headline = f"{_WHY}: nothing is deployed or switched until it is recovered"
    step = advice.to_recover(record.service)
    record = queue_notice(record, service, Tone.BAD, headline, now, says, step, page=paging.JOURNAL)
    return Outcome(True, record, says)


def refusal(record: Record) -> Outcome:
    """What anybody gets who orders something meanwhile."""
    return Outcome(False, record, f"nothing was done: {record.lost}", advice.to_recover(record.service))


def recovered(record: Record, service: Service, active: Environment, epoch: int, now: datetime, missing: int) -> Record:
    """By the routers' word: production is on `active` since `epoch`. What the record knows beyond that is kept.

    `missing`: versions that were lost. There were not more releases than that, so no release's id comes again.
    """
    changed = (epoch, active) != (record.epoch, record.active)
    record = _without_queued(_without_release(record, now), now)
    if changed:
        record = record.model_copy(update={"active": active})
        serving = EnvironmentState(status=Status.ACTIVE, app=service.app(active), proven=True, since=now)
        unknown = EnvironmentState(status=Status.UNFIT, app=service.app(active.other), since=now)
        record = record.model_copy(update={"environments": {active: serving, active.other: unknown}})
    # Tags at GitHub are noted anew: what the lost versions had quarantined must not be taken for missed.
    above = max(epoch, record.epoch) + 1
    number = record.last_number + missing
    record = record.model_copy(
        update={"lost": "", "epoch": above, "last_number": number, "newest_tag": "", "apart": ""}
    )
    headline = f"the journal goes on: production is on {active.value}"
    record = queue_over(record, service, paging.JOURNAL, headline, now)
    step = f"push a newer tag; {active.other.value} is no rollback target before" if changed else ""
    return queue_notice(record, service, Tone.WARNING, headline, now, f"{_WHY}; its epoch is {above} now", step)


def _as_after_its_bake(record: Record, release: Release) -> Record:
    """Not begun yet, or switched: the environment before it is as it was. What serves has ended without a proof."""
    if release.target is not record.active or _outcome(release) is not Phase.UNPROVEN:
        return record
    return record.with_environment(record.active, proven=False, unproven=record.on(record.active).tag)


def _without_release(record: Record, now: datetime) -> Record:
    """What became of it is not known: nobody goes on from there."""
    release = record.release
    if release is None:
        return record
    past = PastRelease(
        id=release.id,
        tag=release.tag,
        commit=release.commit,
        outcome=_outcome(release),
        at=now,
        reason=f"{_WHY} while it was {release.phase.value}",
        back=release.purpose.back,
        part_of=release.set_release,
    )
    record = unsettled.noted(record).model_copy(update={"release": None}).with_past(past)
    if past.outcome is Phase.STUCK:  # it was being rolled back
        image = quarantine.image_of(release.commit, release.digest)
        record = quarantine.put(record, release.tag, image, release.reason or past.reason)
    if release.target is not record.idle:
        return _as_after_its_bake(record, release)
    return record.with_environment(record.idle, **NOT_TO_SERVE)


def _outcome(release: Release) -> Phase:
    """A release that had come to rest before it was taken back has no time of a switch."""
    if release.phase is Phase.ROLLING_BACK:
        return Phase.STUCK
    return Phase.ABORTED if release.switched_at is None else Phase.UNPROVEN


def _without_queued(record: Record, now: datetime) -> Record:
    queued, number = record.queued, record.last_number + 1
    if queued is None:
        return record
    past = PastRelease(
        id=f"{record.service}-{number}", tag=queued.tag, outcome=Phase.SUPERSEDED, at=now, reason=f"{_WHY}: ask again"
    )
    return record.model_copy(update={"queued": None, "last_number": number}).with_past(past)
