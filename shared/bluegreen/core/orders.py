"""What people ask of a release: a switch, a way back, a stop. Pure: a record in, a record out."""

from datetime import datetime
from typing import NamedTuple

from bluegreen.core import progress
from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment, EnvironmentState, Status
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.phases import BEFORE_SWITCH, Phase
from bluegreen.core.record import Record
from bluegreen.core.release import NativeRollback, Purpose, Release

_REOPENED = (Phase.LIVE, Phase.UNPROVEN)


class Outcome(NamedTuple):
    """What became of an order. `record` is the one that came in where nothing has to be written.

    `taken`: something follows from it: a tag was admitted, now or in its turn, or an alert asks for an act.
    """

    ok: bool
    record: Record
    says: str
    next_step: str = ""
    taken: bool = False


def adopt(service: Service) -> Record:
    """The first record: what bluegreen.yml says is true on the day Bluegreen takes over."""
    found = service.adopt
    runs = {Environment.BLUE: found.blue, Environment.GREEN: found.green}

    def state(environment: Environment) -> EnvironmentState:
        status = Status.ACTIVE if environment is found.active else Status.IDLE
        known = environment is found.active or bool(runs[environment])
        return EnvironmentState(status=status, tag=runs[environment], proven=known)

    return Record(service=service.name, active=found.active, environments={e: state(e) for e in Environment})


def switch(record: Record, now: datetime) -> Outcome:
    """A person says: the release that is ready may take over."""
    release = record.release
    if release is None:
        return Outcome(False, record, "no release is in flight, so there is nothing to switch to", "push a tag first")
    if release.phase in (Phase.SWITCHING, Phase.WATCHING):
        return Outcome(True, record, f"{release.tag} is {release.phase.value} already")
    if release.phase is not Phase.READY:
        says = f"{release.tag} is {release.phase.value}, not ready: nothing was switched"
        return Outcome(False, record, says, "wait until its checks have passed; `status` shows where it is")
    if release.go or release.options.auto_switch:
        return Outcome(True, record, f"{release.tag} is about to be switched already")
    return Outcome(True, record.now_at(go=True, wake_at=now), f"{release.tag} will take over")


def abort(record: Record, service: Service, by: str, now: datetime, why: str = "") -> Outcome:
    """A person says: stop the release in flight."""
    release = record.release
    if release is None:
        return Outcome(False, record, "no release is in flight, so there is nothing to abort")
    if release.phase not in BEFORE_SWITCH:
        says = f"{release.tag} is {release.phase.value}: it cannot be aborted any more"
        return Outcome(False, record, says, "`rollback` takes production back")
    finding = Finding(verdict=Verdict.STOP, says=why or f"aborted by {by}")
    return Outcome(True, progress.advance(_kept_free(record), finding, service, by, now), f"{release.tag} was aborted")


def rollback(
    record: Record, service: Service, by: str, now: datetime, cancelled: bool = False, why: str = ""
) -> Outcome:
    """A person says: back to the release before. Takes no claim; whoever works for the old epoch loses its append.

    `cancelled`: the deployment in flight was seen to be cancelled, so the idle environment still runs what it ran.
    """
    release = record.release
    if release is not None and release.phase is Phase.ROLLING_BACK:
        return Outcome(True, record, f"{release.tag} is being rolled back already")
    finding = Finding(verdict=Verdict.BACK, says=why or f"rollback asked for by {by}")
    if release is not None and release.phase in (Phase.SWITCHING, Phase.WATCHING):
        return _go_back(record, finding, service, by, now)
    refused = no_way_back(record, cancelled)
    if refused:
        return Outcome(False, record, refused, "`status` shows both environments")
    if release is not None:
        record = made_room(record, service, by, now)
    return _go_back(_reopened(record, now), finding, service, by, now)


def native_rollback(record: Record, service: Service, way: NativeRollback, why: str, by: str, now: datetime) -> Outcome:
    """The second line: the active app itself goes back. Whatever is in flight before the switch makes room."""
    waiting = record.queued
    if record.release is not None and record.release.phase is not Phase.WATCHING:
        record = abort(record.model_copy(update={"queued": None}), service, f"{by}'s rollback", now).record
        record = record.model_copy(update={"queued": waiting})
    if record.release is None:
        record = _reopened(record, now)
    record = record.now_at(native=way, previous=record.active)
    where, tag = record.active.value, record.in_flight.tag
    does = f"App Platform takes {where} from {tag} back to {way.tag} itself: minutes, not seconds"
    finding = Finding(verdict=Verdict.BACK, says=f"rollback asked for by {by}; {does}; {why}")
    return Outcome(True, progress.advance(record, finding, service, by, now), does)


def no_way_back(record: Record, cancelled: bool = False) -> str | None:
    """Why the idle environment cannot take over; None where it can. `cancelled`: as for `rollback`."""
    idle = record.on(record.idle)
    what = f"{record.idle.value} holds {idle.tag or 'an unknown release'}"
    if overwritten(record.release) and not cancelled:
        tag = record.release.tag if record.release else ""
        return f"nothing to go back to: {record.idle.value} is being given {tag}, which is not proven"
    if not idle.proven:
        return f"nothing to go back to: {what}, which is not proven"
    return None


def overwritten(release: Release | None) -> bool:
    """True once the release in flight may have replaced what the idle environment ran."""
    return release is not None and release.deployment is not None


def made_room(record: Record, service: Service, by: str, now: datetime) -> Record:
    """The release in flight is aborted, what it would have replaced still stands; the queued one goes on waiting."""
    waiting, idle = record.queued, record.on(record.idle)
    record = abort(record.model_copy(update={"queued": None}), service, f"{by}'s rollback", now).record
    record = record.stand(record.idle, status=Status.IDLE, proven=idle.proven)
    return record.model_copy(update={"queued": waiting})


def _kept_free(record: Record) -> Record:
    """A deployment that is intended, and perhaps being asked for: its target is not free until that turn is over."""
    release = record.in_flight
    unasked = release.deployment is not None and not release.deployment.id and not release.deployment.ended
    if release.target is None or release.claim is None or not unasked:
        return record
    return record.stand(release.target, free_at=release.claim.until)


def _go_back(record: Record, finding: Finding, service: Service, by: str, now: datetime) -> Outcome:
    tag, to = record.in_flight.tag, record.in_flight.previous or record.active
    record = progress.advance(record, finding, service, by, now)
    return Outcome(True, record, f"going back from {tag} to {record.on(to).tag or to.value} on {to.value}")


def _reopened(record: Record, now: datetime) -> Record:
    """The active release in flight once more, so that it can be taken back."""
    record = record.model_copy(update={"last_number": record.last_number + 1})
    active = record.on(record.active)
    release = Release(
        id=f"{record.service}-{record.last_number}",
        tag=active.tag or record.active.value,
        commit=active.commit,
        digest=active.digest,
        purpose=Purpose(part_of=record.serves_in),
        requested_at=now,
        phase=Phase.LIVE,
        phase_since=now,
        wake_at=now,
        target=record.active,
        previous=record.idle,
    )
    return record.model_copy(update={"release": release})
