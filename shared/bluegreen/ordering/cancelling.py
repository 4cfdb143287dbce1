"""Stopping a release before the switch: its deployment is cancelled first, so that the way back stays open."""

from datetime import datetime

from bluegreen.cloud import Cloud
from bluegreen.core import orders
from bluegreen.core.orders import Outcome
from bluegreen.core.phases import Phase
from bluegreen.core.record import SAYS_KEPT, Record
from bluegreen.core.release import PERSON, Release, SetRelease
from bluegreen.ordering.placing import PlacedOrder, deliver_notices, place
from bluegreen.steps import deploying
from bluegreen.steps.take_turn import wake_next


def stop(cloud: Cloud, set_release: SetRelease | None = None, by: str = PERSON) -> PlacedOrder:
    """A person said: abort. With `set_release` only that one: something else may be in flight by now."""
    version = cloud.journal.newest()
    release, service = version.record.release if version else None, cloud.service
    ends = _meant(release, set_release) and cancel_deployment(cloud, release)

    def order(record: Record, now: datetime) -> Outcome:
        if not _meant(record.release, set_release):
            waits = record.queued
            if waits is not None and set_release is not None and set_release.same_as(waits.set_release):
                return Outcome(True, record, f"{waits.tag} waits there, and ends with the set once its turn comes")
            return Outcome(False, record, f"{service.name} has something else in hand")
        return orders.abort(with_deployment_ended(record, release, ends), service, PERSON, now, f"aborted by {by}")

    placed = place(cloud, f"{by} said: abort"[:SAYS_KEPT], order)
    if placed.outcome.ok:
        deliver_notices(cloud, placed)
        wake_next(cloud, placed.version.record)
    return placed


def cancel_deployment(cloud: Cloud, release: Release | None) -> bool:
    """Cancels the deployment under way; True when it is certain that the environment still runs what it ran."""
    return release is not None and release.phase is Phase.DEPLOYING and deploying.cancelled(cloud, release)


def with_deployment_ended(record: Record, seen: Release | None, ended: bool) -> Record:
    """`ended` counts only for the very deployment that was seen to end."""
    ours = record.release
    if ended and ours is not None and seen is not None and ours.deployment == seen.deployment and ours.deployment:
        return record.with_release(deployment=ours.deployment.model_copy(update={"ended": True}))
    return record


def _meant(release: Release | None, set_release: SetRelease | None) -> bool:
    return set_release is None or (release is not None and set_release.same_as(release.set_release))
