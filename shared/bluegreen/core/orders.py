"""What people ask for: switch, abort, rollback. Pure functions from a record to an outcome."""

from datetime import datetime
from typing import NamedTuple

from bluegreen.core import advice, progress, unsettled
from bluegreen.core.checks.rounds import too_late
from bluegreen.core.config.service import Service
from bluegreen.core.environment import Status
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.phases import BEFORE_SWITCH, Phase
from bluegreen.core.record import HISTORY_KEPT, SAYS_KEPT, Record
from bluegreen.core.release import IN_WORDS, PERSON, HistoryLine, NativeRollback, Purpose, Release
from bluegreen.core.standstill import holds_switch


class Outcome(NamedTuple):
    """The result of an order. `record` is the same object that came in if nothing has to be written.

    `taken`: work follows: a tag was admitted, now or queued, or an alert asks for an act.
    """

    ok: bool
    record: Record
    says: str
    next_step: str = ""
    taken: bool = False


def switch(record: Record, service: Service, now: datetime, by: str = "", name: str | None = None) -> Outcome:
    """Approves the switch of the release that is ready. `by`: who and why; `name`: who, None if not known yet."""
    release = record.release
    if release is None:
        return Outcome(False, record, "no release is in flight, so there is nothing to switch to", "push a tag first")
    if release.phase in (Phase.SWITCHING, Phase.WATCHING):
        return Outcome(True, record, f"{release.tag} {IN_WORDS[release.phase]} already")
    if release.phase is not Phase.READY:
        says = f"{release.tag} {IN_WORDS[release.phase]}, and is not ready yet: nothing was switched"
        return Outcome(False, record, says, "wait until its checks have passed; `status` shows where it is")
    if release.purpose.restore:
        says = f"{release.tag} is to stand by on {release.goes_to.value}: nothing was switched"
        return Outcome(False, record, says, "once it does, `rollback` moves production there")
    if still := holds_switch(record, service, release, now):
        step = "say it again once that is over" if still.until else still.next_step
        return Outcome(False, record, f"{still.says}: nothing was switched", step)
    wanted = None if release.purpose.leads_back else service.approval
    if refused := wanted.refuses(name) if wanted and name is not None else "":
        return Outcome(False, record, f"{release.tag} was not switched: {refused}", "`status` shows until when")
    if release.go or (release.options.auto_switch and wanted is None):
        return Outcome(True, record, f"{release.tag} is about to be switched already")
    until = progress.deadline(release, service)
    if until is not None and now > until:
        return _expired(record, service, until, now)
    changes: dict[str, object] = {"go": True, "wake_at": now}
    if by:
        says = f"approved by {by}" if wanted else f"{by} said: switch"
        line = HistoryLine(at=now, phase=Phase.READY, by=by, says=says[:SAYS_KEPT])
        changes["history"] = (*release.history, line)[-HISTORY_KEPT:]
    return Outcome(True, record.with_release(**changes), f"{release.tag} will take over")


def _expired(record: Record, service: Service, until: datetime, now: datetime) -> Outcome:
    """An approval after the deadline is too late, even if no watch has ended the phase since."""
    release = record.in_flight
    finding = too_late(Finding(verdict=Verdict.WAIT, says=release.reason), release.phase, release.phase_since, until)
    record = progress.advance(record, finding, service, PERSON, now)
    again = advice.invoke("deploy", record.service, tag=release.tag)
    return Outcome(False, record, f"{release.tag} has expired: nothing was switched", f"to ask again: {again}")


def abort(record: Record, service: Service, by: str, now: datetime, why: str = "") -> Outcome:
    """Stops the release in flight, before the switch."""
    release = record.release
    if release is None:
        return Outcome(False, record, "no release is in flight, so there is nothing to abort")
    if release.phase not in BEFORE_SWITCH:
        says = f"{release.tag} {IN_WORDS[release.phase]}: it cannot be aborted any more"
        return Outcome(False, record, says, "`rollback` takes production back")
    open_end = unsettled.remark(release)
    finding = Finding(verdict=Verdict.STOP, says=f"{why or f'aborted by {by}'}{open_end}")
    record = progress.advance(_block_target(record), finding, service, by, now)
    return Outcome(True, record, f"{release.tag} was aborted{open_end}")


def rollback(
    record: Record, service: Service, by: str, now: datetime, cancelled: bool = False, why: str = ""
) -> Outcome:
    """Rolls back to the previous release. Needs no claim: a function at work on the release loses its next append.

    `cancelled`: the deployment in flight is known to be cancelled, so the idle environment still runs what it ran.
    """
    release = record.release
    if release is not None and release.phase is Phase.ROLLING_BACK:
        return Outcome(True, record, f"{release.tag} is being rolled back already")
    finding = Finding(verdict=Verdict.BACK, says=why or f"rollback asked for by {by}")
    if release is not None and release.phase in (Phase.SWITCHING, Phase.WATCHING):
        if why := record.barred(release.previous or record.active):
            return Outcome(False, record, why, record.forward or "`status` shows both environments")
        return _go_back(record, finding, service, by, now)
    refused = no_way_back(record, cancelled)
    if refused:
        return Outcome(False, record, refused, record.forward or "`status` shows both environments")
    if release is not None:
        record = make_room(record, service, by, now)
    return _go_back(_reopen_active(record, now), finding, service, by, now)


def at_fault(record: Record, service: Service, by: str, now: datetime, why: str) -> Outcome:
    """Rolls back a release that fails after its bake, if the idle environment is proven."""
    refused = no_way_back(record)
    if refused or not record.on(record.idle).proven:
        return Outcome(False, record, refused or f"{record.on(record.idle).tag} was never proven")
    if record.release is not None:
        record = make_room(record, service, by, now)
    return _go_back(_reopen_active(record, now), Finding(verdict=Verdict.BAD, says=why), service, by, now)


def native_rollback(record: Record, service: Service, way: NativeRollback, why: str, by: str, now: datetime) -> Outcome:
    """Begins App Platform's own rollback of the active app. A release in flight before the switch is aborted."""
    queued = record.queued
    if record.release is not None and record.release.phase is not Phase.WATCHING:
        record = abort(record.model_copy(update={"queued": None}), service, f"{by}'s rollback", now).record
        record = record.model_copy(update={"queued": queued})
    if record.release is None:
        record = _reopen_active(record, now)
    record = record.with_release(native=way, previous=record.active)
    environment, tag = record.active.value, record.in_flight.tag
    says = f"App Platform takes {environment} from {tag} back to {way.tag} itself: minutes, not seconds"
    finding = Finding(verdict=Verdict.BACK, says=f"rollback asked for by {by}; {says}; {why}")
    return Outcome(True, progress.advance(record, finding, service, by, now), says)


def no_way_back(record: Record, cancelled: bool = False) -> str | None:
    """Why the idle environment is not a rollback target; None if it is. `cancelled`: as for `rollback`."""
    idle = record.on(record.idle)
    if may_be_overwritten(record.release) and not cancelled:
        tag = record.release.tag if record.release else ""
        return f"nothing to go back to: {record.idle.value} is being given {tag}, which is not proven"
    if idle.redeployed or idle.unsettled:
        return f"nothing to go back to: {idle.redeployed or unsettled.says(record)}"
    if not idle.may_serve:
        holds = f"{record.idle.value} holds {idle.tag or 'an unknown release'}"
        return f"nothing to go back to: {holds}, which is unfit to serve"
    return record.below_floor(idle.tag) or None


def has_way_back(record: Record) -> bool:
    """True if production could go back to the idle environment and no deployment to it is under way."""
    idle, release = record.on(record.idle), record.release
    free = release is None or release.phase in (Phase.REQUESTED, Phase.WATCHING)
    return not record.lost and free and idle.may_serve and idle.status is Status.IDLE


def may_be_overwritten(release: Release | None) -> bool:
    """True once the release in flight may have replaced what the idle environment ran."""
    return release is not None and release.deployment is not None


def make_room(record: Record, service: Service, by: str, now: datetime) -> Record:
    """Aborts the release in flight, whose target still runs what it ran; the queued one stays queued."""
    queued, idle = record.queued, record.on(record.idle)  # what runs there keeps its proof, or its lack of one
    if (made := record.in_flight.deployment) is not None:
        record = record.with_release(deployment=made.model_copy(update={"ended": True}))
    record = abort(record.model_copy(update={"queued": None}), service, f"{by}'s rollback", now).record
    record = record.with_environment(record.idle, status=Status.IDLE, proven=idle.proven, unproven=idle.unproven)
    return record.model_copy(update={"queued": queued})


def _block_target(record: Record) -> Record:
    """Blocks the target until the claim expires, while its owner may be requesting the deployment right now."""
    release = record.in_flight
    unasked = release.deployment is not None and not release.deployment.id and not release.deployment.ended
    if release.target is None or release.claim is None or not unasked:
        return record
    return record.with_environment(release.target, free_at=release.claim.until)


def _go_back(record: Record, finding: Finding, service: Service, by: str, now: datetime) -> Outcome:
    release = record.in_flight
    tag, to = release.tag, release.previous or record.active
    seen = f"of {tag} was seen so far: {release.reason}" if release.reason else f"{tag} was {release.phase.value}"
    record = progress.advance(record, finding, service, by, now)
    doubt = "" if record.on(to).proven else ", which was never proven"
    says = f"going back from {tag} to {record.on(to).tag or to.value} on {to.value}{doubt}"
    return Outcome(True, record, f"{says}; {seen}")


def _reopen_active(record: Record, now: datetime) -> Record:
    """Puts the active release in flight again, as live, so that the table can roll it back."""
    record = record.model_copy(update={"last_number": record.last_number + 1})
    active = record.on(record.active)
    release = Release(
        id=f"{record.service}-{record.last_number}",
        tag=active.tag or record.active.value,
        commit=active.commit,
        digest=active.digest,
        purpose=Purpose(part_of=record.active_set),
        requested_at=now,
        phase=Phase.LIVE,
        phase_since=now,
        wake_at=now,
        target=record.active,
        previous=record.idle,
    )
    return record.model_copy(update={"release": release})
