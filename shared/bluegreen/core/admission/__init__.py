"""Admission: a tag asks to be released. It begins at once, waits for the one in flight, or is refused with a reason.

One release is in flight and at most one is queued: the newest tag takes the queue's place, the one passed over is
recorded as superseded. A webhook that is not taken still gets a good answer, as GitHub has nothing to correct; a person
gets `ok: false`.
"""

from collections.abc import Iterator
from datetime import datetime

from bluegreen.core import advice, outbox, progress, quarantine, standby
from bluegreen.core.admission import hotfix, waiting
from bluegreen.core.admission.request import ReleaseRequest as ReleaseRequest
from bluegreen.core.admission.request import due_at_once, queued_by, supersede
from bluegreen.core.config.options import Options, Target
from bluegreen.core.config.service import Service
from bluegreen.core.config.tags import Tags
from bluegreen.core.config.thresholds import WhileWatching
from bluegreen.core.long_memory import RememberedRelease
from bluegreen.core.notices import Tone
from bluegreen.core.orders import Outcome
from bluegreen.core.phases import BEFORE_SWITCH
from bluegreen.core.record import DELIVERIES_KEPT, Record
from bluegreen.core.standstill import held


def is_unknown(record: Record, service: Service, request: ReleaseRequest) -> bool:
    """True where the record cannot say whether a webhook's tag has been here: the long memory has to be asked."""
    known = record.in_hand(request.tag) or any(past.counts for past in record.past if past.tag == request.tag)
    return not request.by_person and not known and not service.tag_fault(request.tag)


def admit(
    record: Record,
    service: Service,
    request: ReleaseRequest,
    now: datetime,
    remembered: RememberedRelease | None = None,
) -> Outcome:
    """What becomes of a request; `taken` where a release begins or is queued.

    `remembered` is what the long memory says where the tag `is_unknown`.
    """
    request = request._replace(options=service.options_of(request.options, request.purpose.leads_back))
    if request.delivery and request.delivery in record.deliveries:
        return Outcome(True, record, f"delivery {request.delivery} was taken already")
    if request.by_person and request.purpose.lift and request.tag in record.quarantine:
        return _admit_lifted(record, service, request, now)
    foreign = service.tag_fault(request.tag)
    if foreign:
        return Outcome(not request.by_person, record, foreign)
    record = _note_newest_tag(record, service, request)
    refused = next(_refusals(record, request, remembered), None)
    still = held(record, service, request.purpose, now) if request.by_person else None
    if still and not refused:
        return Outcome(False, record, f"{still.says}: {request.tag} is not released", still.next_step)
    if refused:
        lift = advice.to_lift(record, service, now, request.tag) if request.tag in record.quarantine else ""
        lift = record.floor.forward if record.floor and record.below_floor(request.tag) else lift
        return Outcome(not request.by_person, record, refused, lift)
    in_hand = _nothing_new(record, service, request, remembered)
    record = _note_delivery(record, request)
    if in_hand:
        return _answer_in_hand(record, service, request, in_hand, now)
    if record.release is not None:
        return _queue(record, service, request, now)
    if found := held(record, service, request.purpose, now):
        return waiting.hold_back(record, service, request, found, now)
    waits = record.queued if record.queued and record.queued.tag != request.tag else None  # it is held; this is not
    record = progress.begin_queued(record.model_copy(update={"queued": queued_by(request, now)}), service, now)
    record = record.model_copy(update={"queued": waits})
    return Outcome(True, waiting.told_of_override(record, service, request, now), f"{request.tag} accepted", taken=True)


def queue_first(record: Record, request: ReleaseRequest, now: datetime) -> Record:
    """The request is next, whatever was queued: that is superseded."""
    if record.queued is not None and record.queued.tag != request.tag:
        record = supersede(record, record.queued, request.tag, now)
    return record.model_copy(update={"queued": queued_by(request, now)})


def missed(record: Record, service: Service, tags_there: list[str]) -> list[str]:
    """Release tags of the repository for which no webhook came, oldest first."""
    newer = [tag for tag in releases(service, tags_there) if service.tags.older(record.newest_tag, tag)]
    return sorted(newer, key=lambda tag: service.tags.rank(tag) or ())


def releases(service: Service, tags_there: list[str]) -> list[str]:
    """Those of a repository's tags that are releases of the service and carry a version."""
    return [tag for tag in tags_there if service.tags.rank(tag) and not service.tag_fault(tag)]


def _refusals(record: Record, request: ReleaseRequest, remembered: RememberedRelease | None) -> Iterator[str]:
    """Why a tag must not be released now, whoever asks. The first reason is the answer."""
    tag, target, active = request.tag, request.options.target, record.active
    before = record.commit_of(tag) or (remembered.commit if remembered else "")
    if before and request.commit and before != request.commit:
        yield f"tag {tag} was moved from {before[:12]} to {request.commit[:12]}: refused; push a new tag instead"
    if quarantined := quarantine.refused(record, tag):
        yield quarantined
    if below := record.below_floor(tag):
        yield below
    if request.purpose.restore and (not_restored := standby.why_not(record, tag)):
        yield not_restored
    if tag == record.on(active).tag and record.release is None:
        yield f"{tag} is active already"
    if target is not Target.AUTO and target.value == active.value:
        yield f"target {active.value} is the active environment: allowed are auto and {record.idle.value}"


def _nothing_new(
    record: Record, service: Service, request: ReleaseRequest, remembered: RememberedRelease | None
) -> str | None:
    """Why a request changes nothing: its tag is in hand, or it is a webhook that comes too late."""
    if record.release is not None and record.release.tag == request.tag:
        return f"{request.tag} is in flight already: {record.release.phase.value}"
    begins = record.release is None and request.by_person  # although what waits is held
    if record.queued is not None and record.queued.tag == request.tag and not begins:
        return f"{request.tag} waits already"
    if remembered is not None:
        return f"{request.tag} has been here: {remembered.outcome or 'its outcome cannot be read'}"
    return None if request.by_person else next(_too_late(record, service.tags, request.tag), None)


def _too_late(record: Record, tags: Tags, tag: str) -> Iterator[str]:
    """Why a webhook's tag is not released. The first reason is the answer."""
    queued, release, active = record.queued, record.release, record.on(record.active).tag
    for past in record.past:
        if past.tag == tag and past.counts:
            yield f"{tag} has been here: {past.outcome.value}"
    too_old_to_know = bool(record.forgotten) and not tags.older(record.forgotten, tag)  # whether it has been here
    if queued is not None and too_old_to_know and tags.older(tag, queued.tag):
        yield f"{tag} is older than {queued.tag}, which waits"
    if release is not None and tags.older(tag, release.tag):
        yield f"{tag} is older than {release.tag}, which is in flight"
    if tags.older(tag, active):
        yield f"{tag} is older than {active}, which is active; `deploy -p tag:{tag}` releases it all the same"


def _note_newest_tag(record: Record, service: Service, request: ReleaseRequest) -> Record:
    """By GitHub's word only: a version that a person misspelt would hide all tags below it from the watch.

    It is unset until GitHub was first asked, and unset it stays here.
    """
    if request.by_person or not service.tags.older(record.newest_tag, request.tag):
        return record
    return record.model_copy(update={"newest_tag": request.tag})


def _note_delivery(record: Record, request: ReleaseRequest) -> Record:
    if request.by_person:
        return record
    return record.model_copy(update={"deliveries": (*record.deliveries, request.delivery)[-DELIVERIES_KEPT:]})


def _answer_in_hand(record: Record, service: Service, request: ReleaseRequest, in_hand: str, now: datetime) -> Outcome:
    """A person who will not wait is heard: now, or as soon as there is a bake to be cut short."""
    queued = record.queued
    waits = queued is not None and queued.tag == request.tag and not held(record, service, request.purpose, now)
    if queued is None or not (waits and request.now):
        return _answer_again(record, request, in_hand)
    record = record.model_copy(update={"queued": queued.model_copy(update={"now": True})})
    if hotfix.may_cut_short(record):
        return _go_ahead(record, service, request, now)
    outcome = _answer_again(record, request, f"{in_hand} {hotfix.until_when(record)}")
    return outcome._replace(next_step=outcome.next_step or hotfix.to_make_room(outcome.record, request.tag))


def _answer_again(record: Record, request: ReleaseRequest, in_hand: str) -> Outcome:
    """The tag is in hand already. A person who now wants other options gets them while the tag is queued."""
    release, queued = record.release, record.queued
    known = release if release is not None and release.tag == request.tag else queued
    if known is None or known.tag != request.tag or not request.by_person or request.purpose.back:
        return Outcome(True, record, in_hand)
    differing = _options_unlike(known.options, request.options)
    if not differing or (known is release and release.phase not in BEFORE_SWITCH):
        return Outcome(True, record, in_hand)
    if queued is not None and known is queued:
        changed = record.model_copy(update={"queued": queued.model_copy(update={"options": request.options})})
        return Outcome(True, changed, f"{in_hand}; now with {_options_unlike(request.options, known.options)}")
    abort = advice.invoke("abort", record.service)
    next_step = f"to have it otherwise: {abort}, then deploy it again"
    return Outcome(False, record, f"{in_hand}, with {differing}", next_step)


def _options_unlike(options: Options, others: Options) -> str:
    """The options that differ from the others, as a person would pass them."""
    values, other_values = options.model_dump(mode="json"), others.model_dump(mode="json")
    differing = {name: value for name, value in values.items() if other_values[name] != value}
    return ", ".join(f"{name}:{str(value).lower()}" for name, value in differing.items())


def _admit_lifted(record: Record, service: Service, request: ReleaseRequest, now: datetime) -> Outcome:
    """Decided as if it were not quarantined. It stays so until it serves: it may be passed over, or fail before."""
    why, queued = record.quarantine[request.tag], record.queued
    if queued is not None and queued.tag == request.tag and not queued.purpose.lift:
        queued = queued.model_copy(update={"purpose": queued.purpose.model_copy(update={"lift": True})})
    others = {tag: other for tag, other in record.quarantine.items() if tag != request.tag}
    free = record.model_copy(update={"quarantine": others, "queued": queued})
    found = admit(free, service, request, now)
    if not found.ok:
        return found._replace(record=record, says=f"{found.says}; its quarantine stays")
    if found.record is free and queued is record.queued:
        return found._replace(record=record)
    lifted = found.record.model_copy(update={"quarantine": record.quarantine})
    if not found.taken:
        return found._replace(record=lifted)
    headline = f"{request.tag}, which is quarantined, is released all the same by {request.by}"
    reason = f"its quarantine is lifted once it serves; it was: {why}"
    lifted = outbox.queue_notice(lifted, service, Tone.WARNING, headline, now, reason)
    return found._replace(record=lifted, says=f"{found.says}; its quarantine is lifted once it serves (it was: {why})")


def _queue(record: Record, service: Service, request: ReleaseRequest, now: datetime) -> Outcome:
    release, before, queued = record.in_flight, record.queued, queued_by(request, now)
    if before is not None and service.tags.older(queued.tag, before.tag):
        says = f"{queued.tag} is passed over: {before.tag} waits"
        next_step = f"ask again once {before.tag} has come to rest"
        return Outcome(True, supersede(record, queued, before.tag, now), says, next_step, taken=True)
    if before is not None:
        record = supersede(record, before, queued.tag, now)
    record = record.model_copy(update={"queued": queued})
    waits = held(record, service, request.purpose, now)
    at_once = not waits and (request.now or service.while_watching is WhileWatching.REPLACE)
    if at_once and hotfix.may_cut_short(record):
        return _go_ahead(record, service, request, now)
    says = f"{queued.tag} waits {hotfix.until_when(record, at_once)}"
    next_step = waits.next_step if waits else hotfix.to_make_room(record, queued.tag)
    record = outbox.queue_notice(record, service, Tone.PROGRESS, says, now, next_step=next_step, release=release)
    return Outcome(True, due_at_once(record, request, now), says, next_step, taken=True)


def _go_ahead(record: Record, service: Service, request: ReleaseRequest, now: datetime) -> Outcome:
    watched = record.in_flight.tag
    record = hotfix.cut_short(record, service, request.by, now)
    says = f"{request.tag} accepted; {watched} stays in production until then, unproven, as its bake is cut short"
    return Outcome(True, record, says, taken=True)
