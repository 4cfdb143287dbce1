"""Stopping a release before the switch: its deployment is cancelled first, so that the way back stays open."""

from bluegreen.cloud import Cloud
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.core.release import Release
from bluegreen.steps import deploying


def ended(cloud: Cloud, release: Release | None) -> bool:
    """Cancels the deployment under way; True when it is certain that the environment still runs what it ran."""
    return release is not None and release.phase is Phase.DEPLOYING and deploying.cancelled(cloud, release)


def stopped(record: Record, seen: Release | None, ended: bool) -> Record:
    """`ended` counts only for the very deployment that was seen to end."""
    ours = record.release
    if ended and ours is not None and seen is not None and ours.deployment == seen.deployment and ours.deployment:
        return record.now_at(deployment=ours.deployment.model_copy(update={"ended": True}))
    return record
