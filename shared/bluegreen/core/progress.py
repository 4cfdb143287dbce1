"""What a finding does to the record: the row of the table, and what follows from the phase it leads to."""

from datetime import datetime, timedelta

from bluegreen.core import quarantine
from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import longest_way
from bluegreen.core.environment import Environment, EnvironmentState, Status
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.notices import Channel, Notice, Tone
from bluegreen.core.phases import RESTING, Phase
from bluegreen.core.record import (
    HISTORY_KEPT,
    OUTBOX_KEPT,
    SAYS_KEPT,
    SERVED_KEPT,
    Past,
    Record,
)
from bluegreen.core.release import HistoryLine, Release
from bluegreen.core.table import Row, row

_SETTLING = 60.0  # seconds that a switch gets beyond what its driver may take
_TONES = {
    Phase.LIVE: Tone.GOOD,
    Phase.WATCHING: Tone.PROGRESS,
    Phase.READY: Tone.GOOD,
    Phase.DEPLOYING: Tone.PROGRESS,
    Phase.UNPROVEN: Tone.WARNING,
    Phase.ABORTED: Tone.WARNING,
    Phase.EXPIRED: Tone.WARNING,
    Phase.SUPERSEDED: Tone.WARNING,
    Phase.REJECTED: Tone.WARNING,
}


def advance(record: Record, finding: Finding, service: Service, by: str, now: datetime) -> Record:
    """The record after a step's finding; IllegalMove where the table has no such row."""
    release = record.in_flight
    move = row(release.phase, finding.verdict)
    if move.next is release.phase:
        return _stay(record, finding, move, service, now)
    line = HistoryLine(at=now, phase=move.next, by=by, says=finding.says[:SAYS_KEPT])
    record = record.now_at(
        phase=move.next,
        phase_since=now,
        wake_at=now,
        claim=None,
        troubles=0,
        reason=finding.says[:SAYS_KEPT],
        history=(*release.history, line)[-HISTORY_KEPT:],
    )
    record = _entered(record, now)
    record = _told(record, service, move, now)
    return _rested(record, service, now) if move.next in RESTING else record


def deadline(release: Release, service: Service) -> datetime | None:
    """When a phase has taken too long; None where only evidence ends it."""
    limit = getattr(service.deadlines, release.phase.name.lower(), None)
    if release.phase in (Phase.SWITCHING, Phase.ROLLING_BACK):
        limit = max(limit or 0.0, longest_way(service.traffic) + _SETTLING)
    if release.native is not None:
        limit = max(limit or 0.0, service.deadlines.deploying)
    return None if limit is None else release.phase_since + timedelta(seconds=limit)


def _stay(record: Record, finding: Finding, move: Row, service: Service, now: datetime) -> Record:
    """No move; people are told once when the release begins to be held, and once more after it had recovered."""
    evidence, holds = record.in_flight.evidence, finding.verdict is Verdict.HOLD
    record = record.now_at(
        reason=finding.says[:SAYS_KEPT],
        wake_at=now + timedelta(seconds=finding.again_in),
        evidence=evidence.model_copy(update={"held": holds}),
    )
    return _told(record, service, move, now) if holds and not evidence.held else record


def _entered(record: Record, now: datetime) -> Record:
    """What the world must look like in the new phase."""
    release = record.in_flight
    if release.phase is Phase.DEPLOYING and release.target:
        return record.stand(release.target, status=Status.DEPLOYING)
    if release.phase is Phase.READY and release.target:
        return record.stand(release.target, status=Status.READY, proven=True)
    if release.phase is Phase.ROLLING_BACK:
        return back(record, now)
    return record


def point(record: Record, to: Environment, now: datetime) -> Record:
    """Production points at `to`. With the router, appending this is the switch."""
    if record.active is to:
        return record
    served = _served(record, record.on(record.active), record.on(to))
    record = record.model_copy(update={"active": to, "epoch": record.epoch + 1, "served": served, "apart": ""})
    record = record.stand(to, status=Status.ACTIVE, since=now)
    return record.stand(to.other, status=Status.IDLE)


def back(record: Record, now: datetime) -> Record:
    """Production points at what was active before the release."""
    release = record.in_flight
    if release.previous is None or record.active is release.previous:
        return record
    return point(record, release.previous, now).stand(release.previous.other, status=Status.UNFIT, proven=False)


def _rested(record: Record, service: Service, now: datetime) -> Record:
    """The release moves to the past; the one that waited takes its place."""
    release = record.in_flight
    past = Past(
        id=release.id,
        tag=release.tag,
        commit=release.commit,
        outcome=release.phase,
        at=now,
        reason=_cause(release),
        back=release.purpose.back,
        part_of=release.purpose.part_of,
    )
    record = _left_behind(record, release)
    record = record.model_copy(update={"release": None}).remember(past)
    return promote(record, service, now)


def _cause(release: Release) -> str:
    """Why it ended; after a rollback that is what led to it, not that production has followed."""
    if release.phase is not Phase.ROLLED_BACK:
        return release.reason
    return next((line.says for line in reversed(release.history) if line.phase is Phase.ROLLING_BACK), release.reason)


def _left_behind(record: Record, release: Release) -> Record:
    """What the environment is worth after a release that does not serve production."""
    if release.phase in (Phase.ROLLED_BACK, Phase.STUCK):
        image = quarantine.image_of(release.commit, release.digest)
        record = quarantine.put(record, release.tag, image, _cause(release))
    if release.purpose.back and release.phase in (Phase.LIVE, Phase.UNPROVEN):
        record = _gone_back_from(record, release)
    if release.target is None or release.target is record.active:
        return record
    if release.phase in (Phase.ROLLED_BACK, Phase.STUCK):
        return record.stand(release.target, status=Status.UNFIT, proven=False)
    untouched = release.deployment is None or release.deployment.ended
    if untouched:
        return record.stand(release.target, status=Status.IDLE)
    return record.stand(release.target, status=Status.UNFIT, proven=False)


def _gone_back_from(record: Record, release: Release) -> Record:
    """What a person left for an earlier release is worth as much as if it had been rolled back."""
    left = record.on(record.idle)
    record = record.stand(record.idle, status=Status.UNFIT, proven=False)
    if not left.tag:
        return record
    why = f"left for {release.tag}, asked for by {release.by}"
    return quarantine.put(record, left.tag, quarantine.image_of(left.commit, left.digest), why)


def _served(record: Record, *states: EnvironmentState) -> dict[str, str]:
    tags = {state.tag: state.commit for state in states if state.tag}
    kept = {**{tag: commit for tag, commit in record.served.items() if tag not in tags}, **tags}
    return dict(list(kept.items())[-SERVED_KEPT:])


def promote(record: Record, service: Service, now: datetime) -> Record:
    """The queued release becomes the one in flight."""
    waiting = record.queued
    if record.release is not None or waiting is None:
        return record
    record = record.model_copy(update={"queued": None, "last_number": record.last_number + 1})
    asked = f"{waiting.tag} was asked for{waiting.purpose.says}"
    release = Release(
        id=f"{record.service}-{record.last_number}",
        tag=waiting.tag,
        commit=waiting.commit,
        options=waiting.options,
        purpose=waiting.purpose,
        by=waiting.by,
        requested_at=waiting.asked_at,
        phase_since=now,
        wake_at=now,
        history=(HistoryLine(at=now, phase=Phase.REQUESTED, by=waiting.by, says=asked),),
    )
    return record.model_copy(update={"release": release})


def _told(record: Record, service: Service, move: Row, now: datetime) -> Record:
    release = record.in_flight
    if not move.says:
        return record
    previous = (release.previous or record.active).value
    if release.native is not None:
        previous = f"{release.native.tag} on {previous} by App Platform's own rollback"
    target = release.target.value if release.target else "the idle environment"
    headline = move.says.format(target=target, previous=previous)
    if release.purpose.back:
        headline = f"{headline} (going back to {release.tag})"
    tone = Tone.WARNING if move.verdict is Verdict.HOLD else _TONES.get(release.phase, Tone.BAD)
    return tell(record, service, release, tone, headline, now, next_step(record, release))


def tell(
    record: Record, service: Service, release: Release, tone: Tone, headline: str, now: datetime, next_step: str = ""
) -> Record:
    """Puts one notice per channel into the outbox."""
    environment = release.target.value if release.target else ""
    number = record.last_notice + 1
    notices = tuple(
        Notice(
            id=f"{release.id}/{number}/{release.phase.name.lower()}/{settings.kind}",
            channel=Channel(settings.kind),
            at=now,
            tone=tone,
            service=service.name,
            release=release.id,
            tag=release.tag,
            commit=release.commit,
            environment=environment,
            status=release.phase.value,
            headline=headline,
            reason=release.reason,
            next_step=next_step,
        )
        for settings in service.notify
    )
    return record.model_copy(update={"last_notice": number, "outbox": (*record.outbox, *notices)[-OUTBOX_KEPT:]})


def next_step(record: Record, release: Release) -> str:
    """What a person can do, or what happens by itself."""
    invoke = "doctl serverless functions invoke"
    which = f"-p service:{record.service}"
    match release.phase:
        case Phase.READY if not release.options.auto_switch:
            return f"{invoke} switch {which}"
        case Phase.WATCHING | Phase.LIVE | Phase.UNPROVEN:
            return f"to go back: {invoke} rollback {which}"
        case Phase.ROLLED_BACK:
            pinned = f"; {record.active.value} is pinned until a release goes there" if release.native else ""
            return f"{release.tag} is quarantined; push a newer tag{pinned}"
        case Phase.STUCK:
            return f"look at where production goes, then {invoke} status {which}"
        case Phase.FAILED | Phase.REJECTED:
            lift = " -p lift:true" if quarantine.refused(record, release.tag, release.commit, release.digest) else ""
            return f"push a newer tag, or {invoke} deploy {which} -p tag:{release.tag}{lift}"
        case Phase.ABORTED | Phase.EXPIRED:
            return f"{invoke} deploy {which} -p tag:{release.tag}"
        case _:
            return ""
