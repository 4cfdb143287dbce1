"""What people and webhooks ask for: a release, a switch, a way back, a stop. Pure: a record in, a record out."""

from datetime import datetime
from typing import NamedTuple

from bluegreen.core import progress, tags
from bluegreen.core.environment import Environment, EnvironmentState, Status
from bluegreen.core.notices import Tone
from bluegreen.core.phases import BEFORE_SWITCH, Phase
from bluegreen.core.record import DELIVERIES_KEPT, PAST_KEPT, Past, Queued, Record
from bluegreen.core.release import Finding, Options, Release, Target
from bluegreen.core.service import Service
from bluegreen.core.table import Verdict

_REOPENED = (Phase.LIVE, Phase.UNPROVEN)


class Order(NamedTuple):
    """A release that is asked for. `delivery` is "" when a person asks; a person may repeat what a webhook may not."""

    tag: str
    commit: str
    options: Options
    by: str
    delivery: str = ""


class Outcome(NamedTuple):
    """What became of an order. `record` is the one that came in where nothing has to be written."""

    ok: bool
    record: Record
    says: str
    next_step: str = ""


def adopt(service: Service) -> Record:
    """The first record: what bluegreen.yml says is true on the day Bluegreen takes over."""
    found = service.adopt
    runs = {Environment.BLUE: found.blue, Environment.GREEN: found.green}

    def state(environment: Environment) -> EnvironmentState:
        status = Status.ACTIVE if environment is found.active else Status.IDLE
        known = environment is found.active or bool(runs[environment])
        return EnvironmentState(status=status, tag=runs[environment], proven=known)

    return Record(service=service.name, active=found.active, environments={e: state(e) for e in Environment})


def request(record: Record, service: Service, order: Order, now: datetime) -> Outcome:
    """A tag is to be released: at once, or after the release in flight."""
    if order.delivery and order.delivery in record.deliveries:
        return Outcome(True, record, f"delivery {order.delivery} was taken already")
    refused = _none_of_ours(service, order.tag) or _moved(record, order) or _unfit(record, order)
    if refused:
        return Outcome(not _by_person(order), record, refused)
    known = _known(record, order)
    if known:
        return Outcome(True, _delivered(record, order), known)
    record = heard_of(_delivered(record, order), order.tag)
    waiting = Queued(tag=order.tag, commit=order.commit, options=order.options, by=order.by, asked_at=now)
    return _queue(record, service, waiting, now) if record.release else _begin(record, service, waiting, now)


def missed(record: Record, service: Service, tags_there: list[str]) -> list[str]:
    """Release tags of the repository that nobody announced, oldest first."""
    ours = [tag for tag in tags_there if tags.order(tag) and not _none_of_ours(service, tag)]
    newer = [tag for tag in ours if tags.older(record.newest_tag, tag)]
    return sorted(newer, key=lambda tag: tags.order(tag) or ())


def heard_of(record: Record, tag: str) -> Record:
    """The highest version ever heard of goes up, never down; it is unset until GitHub was first asked."""
    return record.model_copy(update={"newest_tag": tag}) if tags.older(record.newest_tag, tag) else record


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


def abort(record: Record, service: Service, by: str, now: datetime) -> Outcome:
    """A person says: stop the release in flight."""
    release = record.release
    if release is None:
        return Outcome(False, record, "no release is in flight, so there is nothing to abort")
    if release.phase not in BEFORE_SWITCH:
        says = f"{release.tag} is {release.phase.value}: it cannot be aborted any more"
        return Outcome(False, record, says, "`rollback` takes production back")
    finding = Finding(verdict=Verdict.STOP, says=f"aborted by {by}")
    return Outcome(True, progress.advance(_kept_free(record), finding, service, by, now), f"{release.tag} was aborted")


def rollback(record: Record, service: Service, by: str, now: datetime, cancelled: bool = False) -> Outcome:
    """A person says: back to the release before. Takes no claim; whoever works for the old epoch loses its append.

    `cancelled`: the deployment in flight was seen to be cancelled, so the idle environment still runs what it ran.
    """
    release = record.release
    if release is not None and release.phase is Phase.ROLLING_BACK:
        return Outcome(True, record, f"{release.tag} is being rolled back already")
    finding = Finding(verdict=Verdict.BACK, says=f"rollback asked for by {by}")
    if release is not None and release.phase in (Phase.SWITCHING, Phase.WATCHING):
        return _go_back(record, finding, service, by, now)
    refused = _no_way_back(record, cancelled)
    if refused:
        return Outcome(False, record, refused, "`status` shows both environments")
    if release is not None:
        record = _made_room(record, service, by, now)
    return _go_back(_reopened(record, now), finding, service, by, now)


def overwritten(release: Release | None) -> bool:
    """True once the release in flight may have replaced what the idle environment ran."""
    return release is not None and release.deployment is not None


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


def _made_room(record: Record, service: Service, by: str, now: datetime) -> Record:
    """The release in flight is aborted, what it would have replaced still stands; the queued one goes on waiting."""
    waiting, idle = record.queued, record.on(record.idle)
    record = abort(record.model_copy(update={"queued": None}), service, f"{by}'s rollback", now).record
    record = record.stand(record.idle, status=Status.IDLE, proven=idle.proven)
    return record.model_copy(update={"queued": waiting})


def _no_way_back(record: Record, cancelled: bool) -> str | None:
    idle = record.on(record.idle)
    what = f"{record.idle.value} holds {idle.tag or 'an unknown release'}"
    if overwritten(record.release) and not cancelled:
        tag = record.release.tag if record.release else ""
        return f"nothing to go back to: {record.idle.value} is being given {tag}, which is not proven"
    if not idle.proven:
        return f"nothing to go back to: {what}, which is not proven"
    return None


def _reopened(record: Record, now: datetime) -> Record:
    """The active release in flight once more, so that it can be taken back."""
    record = record.model_copy(update={"last_number": record.last_number + 1})
    active = record.on(record.active)
    release = Release(
        id=f"{record.service}-{record.last_number}",
        tag=active.tag or record.active.value,
        commit=active.commit,
        digest=active.digest,
        requested_at=now,
        phase=Phase.LIVE,
        phase_since=now,
        wake_at=now,
        target=record.active,
        previous=record.idle,
    )
    return record.model_copy(update={"release": release})


def _begin(record: Record, service: Service, waiting: Queued, now: datetime) -> Outcome:
    """Nothing is in flight: the tag goes at once."""
    record = progress.promote(record.model_copy(update={"queued": waiting}), service, now)
    return Outcome(True, record, f"{waiting.tag} accepted")


def _queue(record: Record, service: Service, waiting: Queued, now: datetime) -> Outcome:
    """One place only: the newest tag takes it, the one passed over is recorded."""
    release, before = record.in_flight, record.queued
    if before is not None and tags.older(waiting.tag, before.tag):
        return Outcome(
            True, _superseded(record, waiting, before.tag, now), f"{waiting.tag} is passed over: {before.tag} waits"
        )
    if before is not None:
        record = _superseded(record, before, waiting.tag, now)
    record = record.model_copy(update={"queued": waiting})
    says = f"{waiting.tag} waits until {release.tag}, which is {release.phase.value}, has come to rest"
    next_step = f"to make room: doctl serverless functions invoke abort -p service:{record.service}"
    return Outcome(True, progress.tell(record, service, release, Tone.PROGRESS, says, now, next_step), says)


def _superseded(record: Record, passed_over: Queued, by: str, now: datetime) -> Record:
    why = f"{by} came before its turn"
    number = record.last_number + 1
    past = Past(id=f"{record.service}-{number}", tag=passed_over.tag, outcome=Phase.SUPERSEDED, at=now, reason=why)
    return record.model_copy(update={"last_number": number, "past": (past, *record.past)[:PAST_KEPT]})


def _none_of_ours(service: Service, tag: str) -> str | None:
    return tags.fault(tag, service.tags.pattern, service.tags.prereleases)


def _unfit(record: Record, order: Order) -> str | None:
    """Why a tag is not to be released now, whoever asks."""
    if order.tag in record.quarantine:
        return f"{order.tag} is quarantined: {record.quarantine[order.tag]}"
    if order.tag == record.on(record.active).tag and record.release is None:
        return f"{order.tag} is active already"
    if order.options.target is not Target.AUTO and order.options.target.value == record.active.value:
        return f"target {record.active.value} is the active environment: allowed are auto and {record.idle.value}"
    return None


def _moved(record: Record, order: Order) -> str | None:
    """A tag that was met before at another commit is refused: what was checked is not what it would be now."""
    before = record.commit_of(order.tag)
    if not before or not order.commit or before == order.commit:
        return None
    return f"tag {order.tag} was moved from {before[:12]} to {order.commit[:12]}: refused; push a new tag instead"


def _known(record: Record, order: Order) -> str | None:
    """Why an order changes nothing: it is in hand, or a webhook speaks of what has been."""
    if record.release is not None and record.release.tag == order.tag:
        return f"{order.tag} is in flight already: {record.release.phase.value}"
    if record.queued is not None and record.queued.tag == order.tag:
        return f"{order.tag} waits already"
    if _by_person(order):
        return None
    for past in record.past:
        if past.tag == order.tag:
            return f"{order.tag} has been here: {past.outcome.value}"
    active = record.on(record.active).tag
    if tags.older(order.tag, active):
        return (
            f"{order.tag} is older than {active}, which is active; `deploy -p tag:{order.tag}` releases it all the same"
        )
    return None


def _delivered(record: Record, order: Order) -> Record:
    if _by_person(order):
        return record
    return record.model_copy(update={"deliveries": (*record.deliveries, order.delivery)[-DELIVERIES_KEPT:]})


def _by_person(order: Order) -> bool:
    return not order.delivery
