"""A rollback by mistake is undone: production moves again to the release that it has left and that still runs.

Only what a person had taken back, never what the judge or an alert found at fault. The release is not deployed anew: it
goes on where a release goes on that has passed its checks. So its health is looked at once more, production moves, and
it is watched for a whole bake.
"""

from datetime import datetime

from bluegreen.core import advice, orders, outbox
from bluegreen.core.config.service import Service
from bluegreen.core.environment import EnvironmentState, Status
from bluegreen.core.notices import Tone
from bluegreen.core.orders import Outcome
from bluegreen.core.phases import SERVING, Phase
from bluegreen.core.record import PastRelease, Record
from bluegreen.core.release import IN_WORDS, Deployment, HistoryLine, Purpose, Release

_MOVED_PRODUCTION = (*SERVING, Phase.ROLLED_BACK, Phase.STUCK)


def undo(record: Record, service: Service, by: str, now: datetime) -> Outcome:
    """A person says: the last rollback was a mistake."""
    left, release = record.on(record.idle), record.release
    if release is not None and release.purpose.undo:
        return Outcome(True, record, f"{release.tag} is on its way back already: it {IN_WORDS[release.phase]}")
    refused = why_not(record)
    if refused:
        return Outcome(False, record, refused, "`status` shows both environments")
    aborted = f"; {release.tag} was aborted to make room" if release is not None else ""
    if release is not None:
        record = orders.make_room(record, service, by, now)
    headline = f"the rollback of {left.tag} is being undone, as {by} asked"
    record = _reopened(record, left, by, now)
    record = outbox.queue_move(record, service, "", now)
    record = outbox.queue_notice(record, service, Tone.WARNING, headline, now, release=record.in_flight)
    return Outcome(True, record, f"production goes back to {left.tag} on {record.idle.value}{aborted}")


def advised(record: Record, service: Service, now: datetime) -> str:
    """How a person undoes the last rollback, "" where that would be refused."""
    return "" if why_not(record) else advice.to_undo(record, service, now, record.on(record.idle).tag)


def why_not(record: Record) -> str:
    """Why there is no rollback to be undone, "" where there is one."""
    left, release, where = record.on(record.idle), record.release, record.idle.value
    if release is not None and release.phase is Phase.ROLLING_BACK:
        return f"{release.tag} is still being rolled back: ask again once `status` says that it was"
    newest = next((past for past in record.past if past.outcome in _MOVED_PRODUCTION), None)
    serving = release is not None and release.switched_at is not None
    if newest is None or serving or not _was_left(newest):
        return "there is nothing to undo: what moved production last was no rollback"
    if below := record.below_floor(left.tag):
        return below
    if not _asked_for(newest):
        how = f"went back with set {newest.part_of.name}" if newest.part_of else "was not taken back by a person"
        return f"{newest.tag} {how}: {newest.reason}"
    if newest.part_of is not None:
        again = f"deploy -p set:{newest.part_of.name} -p tag:{newest.tag} -p lift:true"
        return f"{newest.tag} was taken back with its set, so it is released again as a whole: `{again}`"
    if release is not None and orders.may_be_overwritten(release):
        return f"{where} is being given {release.tag}, so {newest.tag} does not run there any more"
    if left.since is not None and left.since > newest.at:
        return f"{where} was deployed to since, so what production has left does not run there any more"
    if newest.back and left.tag not in record.quarantine:
        return f"the quarantine of {left.tag or 'what production has left'} was lifted: `deploy` releases it again"
    if not newest.back and left.tag != newest.tag:
        return f"{where} holds {left.tag or 'an unknown release'}, not what production has left"
    return ""


def _was_left(newest: PastRelease) -> bool:
    return newest.outcome is Phase.ROLLED_BACK or (newest.back and newest.outcome in SERVING)


def _asked_for(newest: PastRelease) -> bool:
    return newest.asked or (newest.back and newest.outcome in SERVING)


def _reopened(record: Record, left: EnvironmentState, by: str, now: datetime) -> Record:
    """In flight once more, on the environment where it still runs, with its checks behind it."""
    record = record.with_environment(record.idle, status=Status.READY, proven=True)
    number = record.last_number + 1
    says = f"{left.tag} still runs on {record.idle.value}: its rollback is undone, as {by} asked"
    release = Release(
        id=f"{record.service}-{number}",
        tag=left.tag,
        commit=left.commit,
        digest=left.digest,
        purpose=Purpose(undo=True),
        by=by,
        requested_at=now,
        phase=Phase.READY,
        phase_since=now,
        wake_at=now,
        target=record.idle,
        deployment=Deployment(intended_at=now, id=left.deployment),
        go=True,
        reason=says,
        history=(HistoryLine(at=now, phase=Phase.READY, by=by, says=says),),
    )
    return record.model_copy(update={"release": release, "last_number": number})
