"""Applies a finding to the record: the move in the table, and what follows from the new phase."""

from datetime import datetime, timedelta

from bluegreen.core import advice, outbox, pointing, quarantine, standby, unsettled
from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import longest_way
from bluegreen.core.data_jobs import clean_ups, entries
from bluegreen.core.environment import NOT_TO_SERVE, InBake, Status
from bluegreen.core.finding import HOLDS, Finding, Verdict
from bluegreen.core.judge.evidence import Evidence
from bluegreen.core.notices import Tone
from bluegreen.core.phases import RESTING, SERVING, Phase
from bluegreen.core.record import HISTORY_KEPT, SAYS_KEPT, PastRelease, Record
from bluegreen.core.release import PERSON, HistoryLine, Release
from bluegreen.core.standstill import held
from bluegreen.core.table import Move, move_for

_AT_ONCE = 60.0  # seconds that a person waits for the answer of a function
_TOLD_AGAIN = timedelta(minutes=5)  # after the first notice; doubled with each
_SETTLING = 60.0  # seconds that a switch gets beyond what its driver may take
_LEFT_PRODUCTION = (Phase.ROLLED_BACK, Phase.STUCK)
_TONES = {
    Phase.LIVE: Tone.GOOD,
    Phase.WATCHING: Tone.PROGRESS,
    Phase.READY: Tone.GOOD,
    Phase.DEPLOYING: Tone.PROGRESS,
    Phase.UNPROVEN: Tone.WARNING,
    Phase.ABORTED: Tone.WARNING,
    Phase.EXPIRED: Tone.WARNING,
    Phase.SUPERSEDED: Tone.WARNING,
    Phase.RESTORED: Tone.GOOD,
    Phase.REJECTED: Tone.WARNING,
}


def advance(record: Record, finding: Finding, service: Service, by: str, now: datetime) -> Record:
    """The record after a finding. IllegalMove if the table has no such move."""
    release = record.in_flight
    move = move_for(release.phase, finding.verdict)
    if move.next is release.phase:
        return _stay(record, finding, move, service, now)
    line = HistoryLine(at=now, phase=move.next, by=by, says=finding.says[:SAYS_KEPT])
    totals = record.totals.left(release.phase, move.next, (now - release.phase_since).total_seconds())
    record = record.model_copy(update={"totals": totals}).with_release(
        phase=move.next,
        phase_since=now,
        wake_at=now,
        claim=None,
        troubles=0,
        troubled_since=None,
        trouble_told=False,
        reason=finding.says[:SAYS_KEPT],
        history=(*release.history, line)[-HISTORY_KEPT:],
    )
    record = _enter(record, now)
    record = outbox.queue_move(record, service, release.phase.value, now)
    if not (finding.for_asker and _reads_it_in_the_answer(release, now)):
        record = _queue_headline(record, service, move, now, pages=by != PERSON)
    return _come_to_rest(record, service, now) if move.next in RESTING else record


def deadline(release: Release, service: Service) -> datetime | None:
    """When the release's phase has taken too long; None if only evidence ends the phase."""
    limit = getattr(service.deadlines, release.phase.name.lower(), None)
    if release.phase in (Phase.SWITCHING, Phase.ROLLING_BACK):
        limit = max(limit or 0.0, longest_way(service.traffic) + _SETTLING)
    if release.phase is Phase.READY and service.approval and not release.purpose.leads_back:
        limit = service.approval.within or limit
    if release.native is not None:
        limit = max(limit or 0.0, service.deadlines.deploying)
    return None if limit is None else release.phase_since + timedelta(seconds=limit)


def begin_queued(record: Record, service: Service, now: datetime) -> Record:
    """Puts the queued release in flight, if none is and no pause or freeze window holds it."""
    queued = record.queued
    if record.release is not None or queued is None or held(record, service, queued.purpose, now):
        return record
    record = record.model_copy(update={"queued": None, "last_number": record.last_number + 1})
    asked = f"{queued.tag} was asked for{queued.purpose.says}"
    release = Release(
        id=f"{record.service}-{record.last_number}",
        tag=queued.tag,
        commit=queued.commit,
        committed_at=queued.committed_at,
        options=queued.options,
        purpose=queued.purpose,
        by=queued.by,
        requested_at=queued.asked_at,
        phase_since=now,
        wake_at=now,
        history=(HistoryLine(at=now, phase=Phase.REQUESTED, by=queued.by, says=asked),),
    )
    record = outbox.waits_no_more(record.model_copy(update={"release": release}), queued.tag)
    return outbox.queue_move(record, service, "", now)


def _stay(record: Record, finding: Finding, move: Move, service: Service, now: datetime) -> Record:
    """The phase stays. A hold is notified when its kind first appears in the bake, then at growing intervals."""
    evidence = record.in_flight.evidence
    shared, one = finding.verdict in (Verdict.HOLD, Verdict.BARRED), finding.verdict is Verdict.ONE_CLIENT
    known = (evidence.held_total if finding.total else evidence.held) if shared else evidence.held_for_one
    tells = (shared or one) and (not known or _is_time(evidence, now))
    changes: dict[str, object] = {
        "holds": shared or one,
        "held": shared or evidence.held,
        "held_for_one": one or evidence.held_for_one,
        "held_total": finding.total or evidence.held_total,
    }
    if tells:
        changes |= {"told": evidence.told + 1, "told_at": now}
    record = record.with_release(
        reason=finding.says[:SAYS_KEPT],
        wake_at=now + timedelta(seconds=finding.again_in),
        evidence=evidence.model_copy(update=changes),
    )
    if not tells:
        return record
    page = f"{record.in_flight.id}, {evidence.told + 1}. time" if finding.total and evidence.told else ""
    return _queue_headline(record, service, move, now, page=page)


def _is_time(evidence: Evidence, now: datetime) -> bool:
    """After 5, 10, 20 … minutes, whether a hold has lasted or come again."""
    return evidence.told_at is None or now - evidence.told_at >= _TOLD_AGAIN * 2 ** max(evidence.told - 1, 0)


def _enter(record: Record, now: datetime) -> Record:
    """Applies the new phase to the environments and the quarantine."""
    release = record.in_flight
    if release.phase is Phase.DEPLOYING and release.target:
        return record.with_environment(release.target, status=Status.DEPLOYING)
    if release.phase is Phase.READY and release.target:
        return record.with_environment(release.target, status=Status.READY, proven=True)
    if release.phase is Phase.ROLLING_BACK:
        return pointing.point_back(record, now)
    if release.phase in (Phase.WATCHING, Phase.RESTORED) and (release.purpose.undo or release.purpose.lift):
        return quarantine.lifted(record, release)
    return unsettled.noted(record) if release.phase in (Phase.ABORTED, Phase.FAILED) else record


def _queue_headline(
    record: Record, service: Service, move: Move, now: datetime, pages: bool = True, page: str = ""
) -> Record:
    """Queues the notice that the table has for a move. `page`: a page of its own, so that somebody is called again."""
    release = record.in_flight
    if not move.headline:
        return record
    before = record.on(release.previous or record.active)
    previous = (release.previous or record.active).value
    if before.unproven and not before.proven:
        previous = f"{previous}, whose {before.tag} was never proven"
    if release.native is not None:
        previous = f"{release.native.tag} on {previous} by App Platform's own rollback"
    target = release.target.value if release.target else "the idle environment"
    headline = move.headline.format(target=target, previous=previous)
    if release.purpose.back:
        headline = f"{headline} (going back to {release.tag})"
    holds = move.verdict in HOLDS  # users suffer, and only a person can help
    tone = Tone.WARNING if holds else _TONES.get(release.phase, Tone.BAD)
    return outbox.queue_notice(
        record,
        service,
        tone,
        headline,
        now,
        next_step=advice.next_step(record, service, deadline(release, service), now),
        release=release,
        needs_person=holds,
        page=page,
        pages=pages,
    )


def _reads_it_in_the_answer(release: Release, now: datetime) -> bool:
    """A person who asked just now waits for the answer of a function."""
    asked = not release.purpose.announced and release.by != standby.BY
    return asked and (now - release.requested_at).total_seconds() < _AT_ONCE


def _come_to_rest(record: Record, service: Service, now: datetime) -> Record:
    """The release in flight is over: it moves to the past, and the queued one, or one to restore, takes its place."""
    release = record.in_flight
    past = PastRelease(
        id=release.id,
        tag=release.tag,
        commit=release.commit,
        outcome=release.phase,
        at=now,
        reason=_cause(release),
        log=release.log,
        back=release.purpose.back,
        asked=release.asked_back,
        part_of=release.purpose.part_of,
        requested_at=None if release.switched_at and not release.purpose.back else release.requested_at,
        switched_at=release.switched_at,
        committed_at=release.committed_at,
        change=not release.purpose.leads_back,
        undoes=release.purpose.undo,
        outage=release.asked_back and record.judged is not None and record.judged.shows_outage(release.id),
    )
    record = _settle_environments(record, release)
    record = record.model_copy(update={"release": None}).with_past(past)
    record = clean_ups.remembered(entries.queued(record, service, release, now), release)
    wanted = standby.by_itself(record, release, now) if service.restore_idle else None
    record = record if wanted is None else record.model_copy(update={"queued": wanted})
    return begin_queued(record, service, now)


def _cause(release: Release) -> str:
    """Why it ended. After a rollback: what led to it, not that production has followed."""
    if release.phase is not Phase.ROLLED_BACK:
        return release.reason
    return next((line.says for line in reversed(release.history) if line.phase is Phase.ROLLING_BACK), release.reason)


def _settle_environments(record: Record, release: Release) -> Record:
    """What each environment may be used for once a release is over; what left production is quarantined."""
    if release.phase in _LEFT_PRODUCTION:
        image = quarantine.image_of(release.commit, release.digest)
        record = quarantine.put(record, release.tag, image, _cause(release))
    if release.purpose.back and release.phase in SERVING:
        record = quarantine.abandoned(record, release)
    if release.phase in SERVING and release.target is record.active:
        record = _with_what_was_seen(record, release)
    if release.target is None or release.target is record.active:
        return record
    if release.phase is Phase.RESTORED:
        return record.with_environment(release.target, status=Status.IDLE, proven=True)
    if (release.deployment is None or release.deployment.ended) and release.phase not in _LEFT_PRODUCTION:
        return record.with_environment(release.target, status=Status.IDLE)
    return record.with_environment(release.target, **NOT_TO_SERVE)


def _with_what_was_seen(record: Record, release: Release) -> Record:
    """The end of a bake: without a proof what serves is not proven any more, however well it may be."""
    counted, proven = release.evidence.counted, release.phase is Phase.LIVE
    seen = InBake(requests=counted.requests, failed=counted.bad) if counted.requests else None
    unproven = "" if proven else record.on(record.active).tag
    return record.with_environment(record.active, proven=proven, unproven=unproven, in_bake=seen)
