"""Admission: a tag asks to be released. At once, after the one in flight, or not at all and why."""

from datetime import datetime
from typing import NamedTuple

from bluegreen.core import progress, quarantine, tags
from bluegreen.core.announce import announce
from bluegreen.core.config.options import Options, Target
from bluegreen.core.config.service import Service
from bluegreen.core.notices import Tone
from bluegreen.core.orders import Outcome
from bluegreen.core.phases import BEFORE_SWITCH, Phase
from bluegreen.core.record import DELIVERIES_KEPT, Past, Queued, Record
from bluegreen.core.release import Purpose


class Order(NamedTuple):
    """A release that is asked for. `delivery` is "" when a person asks; a person may repeat what a webhook may not."""

    tag: str
    commit: str
    options: Options
    by: str
    delivery: str = ""
    purpose: Purpose = Purpose()


def request(record: Record, service: Service, order: Order, now: datetime) -> Outcome:
    """A tag is to be released: at once, or after the release in flight."""
    if order.delivery and order.delivery in record.deliveries:
        return Outcome(True, record, f"delivery {order.delivery} was taken already")
    if order.purpose.lift and order.tag in record.quarantine and _by_person(order):
        return _lifted(record, service, order, now)
    foreign = _none_of_ours(service, order.tag)
    if foreign:
        return Outcome(not _by_person(order), record, foreign)
    record = _heard_of(record, order)
    refused = _moved(record, order) or _unfit(record, order)
    if refused:
        lifts = to_lift(record, order.tag) if order.tag in record.quarantine else ""
        return Outcome(not _by_person(order), record, refused, lifts)
    known = _known(record, order)
    if known:
        return _in_hand(_delivered(record, order), order, known)
    record = _delivered(record, order)
    waiting = _waiting(order, now)
    return _queue(record, service, waiting, now) if record.release else _begin(record, service, waiting, now)


def take_place(record: Record, order: Order, now: datetime) -> Record:
    """The order is next, whatever waited: that is passed over, and recorded."""
    if record.queued is not None and record.queued.tag != order.tag:
        record = _superseded(record, record.queued, order.tag, now)
    return record.model_copy(update={"queued": _waiting(order, now)})


def to_lift(record: Record, tag: str) -> str:
    """What a person can do about a quarantine."""
    invoke = "doctl serverless functions invoke"
    return f"to release it all the same: {invoke} deploy -p service:{record.service} -p tag:{tag} -p lift:true"


def missed(record: Record, service: Service, tags_there: list[str]) -> list[str]:
    """Release tags of the repository that nobody announced, oldest first."""
    newer = [tag for tag in releases(service, tags_there) if tags.older(record.newest_tag, tag)]
    return sorted(newer, key=lambda tag: tags.order(tag) or ())


def releases(service: Service, tags_there: list[str]) -> list[str]:
    """Those of a repository's tags that are releases of the service and carry a version."""
    return [tag for tag in tags_there if tags.order(tag) and not _none_of_ours(service, tag)]


def _waiting(order: Order, now: datetime) -> Queued:
    return Queued(
        tag=order.tag,
        commit=order.commit,
        options=order.options,
        purpose=order.purpose,
        by=order.by,
        asked_at=now,
    )


def _lifted(record: Record, service: Service, order: Order, now: datetime) -> Outcome:
    """The quarantine is lifted only together with a release that is taken."""
    why = record.quarantine[order.tag]
    outcome = request(quarantine.lifted(record, order.tag), service, order, now)
    if not outcome.taken:
        return outcome._replace(record=record, says=f"{outcome.says}; its quarantine stays")
    headline = f"the quarantine of {order.tag} was lifted by {order.by}"
    told = announce(outcome.record, service, Tone.WARNING, headline, now, f"it was quarantined: {why}")
    return outcome._replace(record=told, says=f"{outcome.says}; its quarantine is lifted (it was: {why})")


def _begin(record: Record, service: Service, waiting: Queued, now: datetime) -> Outcome:
    """Nothing is in flight: the tag goes at once."""
    record = progress.promote(record.model_copy(update={"queued": waiting}), service, now)
    return Outcome(True, record, f"{waiting.tag} accepted", taken=True)


def _queue(record: Record, service: Service, waiting: Queued, now: datetime) -> Outcome:
    """One place only: the newest tag takes it, the one passed over is recorded."""
    release, before = record.in_flight, record.queued
    if before is not None and tags.older(waiting.tag, before.tag):
        says = f"{waiting.tag} is passed over: {before.tag} waits"
        then = f"ask again once {before.tag} has come to rest"
        return Outcome(True, _superseded(record, waiting, before.tag, now), says, then, taken=True)
    if before is not None:
        record = _superseded(record, before, waiting.tag, now)
    record = record.model_copy(update={"queued": waiting})
    says = f"{waiting.tag} waits until {release.tag}, which is {release.phase.value}, has come to rest"
    next_step = f"to make room: doctl serverless functions invoke abort -p service:{record.service}"
    record = progress.tell(record, service, release, Tone.PROGRESS, says, now, next_step)
    return Outcome(True, record, says, taken=True)


def _superseded(record: Record, passed_over: Queued, by: str, now: datetime) -> Record:
    why = f"{by} came before its turn"
    number = record.last_number + 1
    past = Past(id=f"{record.service}-{number}", tag=passed_over.tag, outcome=Phase.SUPERSEDED, at=now, reason=why)
    return record.model_copy(update={"last_number": number}).remember(past)


def _none_of_ours(service: Service, tag: str) -> str | None:
    return tags.fault(tag, service.tags.pattern, service.tags.prereleases)


def _moved(record: Record, order: Order) -> str | None:
    """A tag that was met before at another commit is refused: what was checked is not what it would be now."""
    before = record.commit_of(order.tag)
    if not before or not order.commit or before == order.commit:
        return None
    return f"tag {order.tag} was moved from {before[:12]} to {order.commit[:12]}: refused; push a new tag instead"


def _unfit(record: Record, order: Order) -> str | None:
    """Why a tag is not to be released now, whoever asks."""
    quarantined = quarantine.refused(record, order.tag)
    if quarantined:
        return quarantined
    if order.tag == record.on(record.active).tag and record.release is None:
        return f"{order.tag} is active already"
    if order.options.target is not Target.AUTO and order.options.target.value == record.active.value:
        return f"target {record.active.value} is the active environment: allowed are auto and {record.idle.value}"
    return None


def _known(record: Record, order: Order) -> str | None:
    """Why an order changes nothing: it is in hand, or a webhook speaks of what has been."""
    if record.release is not None and record.release.tag == order.tag:
        return f"{order.tag} is in flight already: {record.release.phase.value}"
    if record.queued is not None and record.queued.tag == order.tag:
        return f"{order.tag} waits already"
    if _by_person(order):
        return None
    for past in record.past:
        was_there = past.outcome is not Phase.REJECTED or past.commit  # else a person was faster than the push
        if past.tag == order.tag and was_there:
            return f"{order.tag} has been here: {past.outcome.value}"
    if record.queued is not None and _long_past(record, order.tag) and tags.older(order.tag, record.queued.tag):
        return f"{order.tag} is older than {record.queued.tag}, which waits"
    if record.release is not None and tags.older(order.tag, record.release.tag):
        return f"{order.tag} is older than {record.release.tag}, which is in flight"
    active = record.on(record.active).tag
    if tags.older(order.tag, active):
        return (
            f"{order.tag} is older than {active}, which is active; `deploy -p tag:{order.tag}` releases it all the same"
        )
    return None


def _long_past(record: Record, tag: str) -> bool:
    """So old that nobody can tell any more whether it has been here."""
    return bool(record.forgotten) and not tags.older(record.forgotten, tag)


def _heard_of(record: Record, order: Order) -> Record:
    """The highest version ever heard of goes up, never down; it is unset until GitHub was first asked.

    By GitHub's word only: a version that a person misspelt would hide all tags below it from the watch.
    """
    if _by_person(order) or not tags.older(record.newest_tag, order.tag):
        return record
    return record.model_copy(update={"newest_tag": order.tag})


def _in_hand(record: Record, order: Order, known: str) -> Outcome:
    """An order for what is in hand already; a person who wants it done otherwise is told whether it will be."""
    release, waiting = record.release, record.queued
    ours = release if release is not None and release.tag == order.tag else waiting
    if ours is None or ours.tag != order.tag or not _by_person(order) or order.purpose.back:
        return Outcome(True, record, known)
    other = _otherwise(ours.options, order.options)
    if not other or (ours is release and release.phase not in BEFORE_SWITCH):
        return Outcome(True, record, known)
    if waiting is not None and ours is waiting:
        changed = record.model_copy(update={"queued": waiting.model_copy(update={"options": order.options})})
        return Outcome(True, changed, f"{known}; now with {_otherwise(order.options, ours.options)}")
    abort = f"doctl serverless functions invoke abort -p service:{record.service}"
    return Outcome(False, record, f"{known}, with {other}", f"to have it otherwise: {abort}, then deploy it again")


def _otherwise(options: Options, than: Options) -> str:
    """Those of the first that the second has not, as a person would pass them."""
    ours, theirs = options.model_dump(mode="json"), than.model_dump(mode="json")
    return ", ".join(f"{name}:{str(value).lower()}" for name, value in ours.items() if theirs[name] != value)


def _delivered(record: Record, order: Order) -> Record:
    if _by_person(order):
        return record
    return record.model_copy(update={"deliveries": (*record.deliveries, order.delivery)[-DELIVERIES_KEPT:]})


def _by_person(order: Order) -> bool:
    return not order.delivery
