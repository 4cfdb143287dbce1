"""The way back, restored: the idle environment is given the release that it ran before one that failed its checks.

Until then nothing is there to go back to, at the very time that production is a release newer than what is known to be
good. The release is deployed and checked like any other, but production does not move: it stands by. A person asks for
it, or bluegreen.yml does (`restore_idle: true`), after an end that took the way back away and where nothing waits.
"""

from datetime import datetime

from bluegreen.core import quarantine
from bluegreen.core.environment import EnvironmentState, PreviousDeployment
from bluegreen.core.phases import Phase
from bluegreen.core.record import QueuedRelease, Record
from bluegreen.core.release import Purpose, Release

BY = "restore_idle"  # who has a release restored where no person does
_TAKE_IT_AWAY = (Phase.FAILED, Phase.EXPIRED, Phase.ABORTED)
_BY_ITSELF = (Phase.FAILED, Phase.EXPIRED)  # whoever aborts is about to release something else


def lost_by(record: Record, release: Release) -> PreviousDeployment | None:
    """What the idle environment ran before a release that has ended there; None where the way back is as it was."""
    if release.phase not in _TAKE_IT_AWAY or release.target is None or release.target is record.active:
        return None
    untouched = release.deployment is None or release.deployment.ended
    return None if untouched else fit_to_restore(record, record.on(release.target))


def restorable(record: Record) -> PreviousDeployment | None:
    """What the idle environment can be given again, after the newest release took the way back away."""
    idle = record.on(record.idle)
    newest = next((past for past in record.past if past.outcome is not Phase.SUPERSEDED), None)
    if record.release is not None or idle.may_serve or newest is None or newest.outcome not in _TAKE_IT_AWAY:
        return None
    return fit_to_restore(record, idle)


def why_not(record: Record, tag: str) -> str:
    """Why a tag must not be given to the idle environment to stand by there; "" where it may."""
    idle, where = record.on(record.idle), record.idle.value
    if record.release is None and idle.may_serve:
        holds = f"{where} holds {idle.tag or 'the release before'}"
        return f"{holds}, which can be gone back to: there is nothing to restore"
    if tag == record.on(record.active).tag:
        return f"{tag} is active: name an earlier release, which can be gone back to"
    return ""


def by_itself(record: Record, ended: Release, now: datetime) -> QueuedRelease | None:
    """The release that bluegreen.yml wants restored once another has ended; None where it is not to be."""
    before = lost_by(record, ended)
    if before is None or ended.phase not in _BY_ITSELF or ended.purpose.restore or record.queued is not None:
        return None
    purpose = Purpose(restore=True)
    return QueuedRelease(tag=before.tag, commit=before.commit, purpose=purpose, by=BY, asked_at=now)


def fit_to_restore(record: Record, state: EnvironmentState) -> PreviousDeployment | None:
    """What an environment ran before, where it may come back."""
    before = state.before
    if before is None or before.tag == record.on(record.active).tag:
        return None
    refused = quarantine.refused(record, before.tag, before.commit, before.digest) or record.below_floor(before.tag)
    return None if refused else before
