"""Back to any earlier release: at once where the idle environment still holds it, otherwise it is released again."""

from datetime import datetime

from bluegreen.core import admission, orders, quarantine
from bluegreen.core.admission import ReleaseRequest
from bluegreen.core.config.options import Options
from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment
from bluegreen.core.orders import Outcome
from bluegreen.core.phases import BEFORE_SWITCH
from bluegreen.core.record import Record
from bluegreen.core.release import PERSON, Purpose

_LISTED = 10  # tags that an answer lists


def go_back(record: Record, service: Service, to: str, by: str, now: datetime, cancelled: bool = False) -> Outcome:
    """A person says: back to the release `to`. `cancelled`: as for `orders.rollback`."""
    refused = _refusal(record, service, to)
    if refused and record.floor is not None and record.below_floor(to):
        return Outcome(False, record, refused, record.floor.forward)
    if refused:
        return Outcome(False, record, refused, _allowed(record))
    if _is_ordinary(record, to, cancelled):
        return orders.rollback(record, service, PERSON, now, cancelled)
    request = ReleaseRequest(to, record.served.get(to, ""), Options(), by, purpose=Purpose(back=True))
    release = record.release
    if _may_become_way_back(record, to):
        return _made_way_back(record, now)
    if release is None or release.tag == to:
        return _explained(admission.admit(record, service, request, now), record, to)
    if release.phase in BEFORE_SWITCH:
        return _replace_release(record, service, request, now, cancelled)
    return _leave_production_first(record, service, request, now)


def _may_become_way_back(record: Record, to: str) -> bool:
    """It is in flight already, for another purpose, and is exactly what production was on: a release that never served
    must not pass its approval or a pause under the name of a rollback."""
    release = record.release
    if release is None or release.tag != to or release.purpose.back or release.set_release is not None:
        return False
    return release.phase in BEFORE_SWITCH and bool(release.commit) and record.served.get(to) == release.commit


def _made_way_back(record: Record, now: datetime) -> Outcome:
    """From here on nobody's word to switch is waited for."""
    release = record.in_flight
    purpose = release.purpose.model_copy(update={"back": True, "restore": False})
    record = record.with_release(purpose=purpose, go=True, wake_at=now)
    return Outcome(True, record, f"{release.tag} is {release.phase.value}: production goes back to it", taken=True)


def earlier(record: Record) -> list[str]:
    """The tags that production may go back to, the newest first."""
    idle = record.on(record.idle)
    candidates = [*([idle.tag] if idle.may_serve and idle.tag else []), *reversed(record.served)]
    excluded = {record.on(record.active).tag, *record.quarantine, *([record.release.tag] if record.release else [])}
    return [tag for tag in dict.fromkeys(candidates) if tag not in excluded and not record.below_floor(tag)]


def _refusal(record: Record, service: Service, to: str) -> str | None:
    if not to:
        return "which release? pass -p to: and its tag"
    bad = service.tag_fault(to) or quarantine.refused(record, to) or record.below_floor(to)
    if bad:
        return bad
    in_flight = record.release is not None and record.release.tag == to
    if to == record.on(_ordinary_destination(record)).tag and not in_flight:
        return None
    if to == record.on(record.active).tag:
        return f"{to} is active already"
    if in_flight and to in record.served:
        return None
    return None if to in earlier(record) else f"{to} is not known to have served production"


def _ordinary_destination(record: Record) -> Environment:
    """Where `orders.rollback` would lead."""
    release = record.release
    if release is None or release.phase in BEFORE_SWITCH:
        return record.idle
    return release.previous or record.active


def _is_ordinary(record: Record, to: str, cancelled: bool) -> bool:
    """True where `orders.rollback` leads to exactly this tag, and is possible."""
    state, release = record.on(_ordinary_destination(record)), record.release
    if state.tag != to:
        return False
    if release is not None and release.phase not in BEFORE_SWITCH:
        return True
    return state.may_serve and (cancelled or not orders.may_be_overwritten(release))


def _replace_release(
    record: Record, service: Service, request: ReleaseRequest, now: datetime, cancelled: bool
) -> Outcome:
    """The release in flight has not switched: it is aborted for this one. The queued one stays queued."""
    before, queued = record, record.queued
    if cancelled or not orders.may_be_overwritten(record.release):
        record = orders.make_room(record, service, PERSON, now)
    else:
        without_queue = record.model_copy(update={"queued": None})
        record = orders.abort(without_queue, service, f"{PERSON}'s rollback", now).record
    outcome = admission.admit(record.model_copy(update={"queued": None}), service, request, now)
    if not outcome.taken:
        return outcome._replace(record=before)
    outcome = outcome._replace(record=outcome.record.model_copy(update={"queued": queued}))
    outcome = _explained(outcome, before, request.tag)
    return outcome._replace(says=f"{outcome.says}; {before.in_flight.tag} was aborted for it")


def _leave_production_first(record: Record, service: Service, request: ReleaseRequest, now: datetime) -> Outcome:
    """The release in flight serves production: it is rolled back at once; then the earlier one is released."""
    outcome = orders.rollback(record, service, PERSON, now)
    if not outcome.ok or outcome.record.release is None:
        return outcome
    record = admission.queue_first(outcome.record, request, now)
    return Outcome(True, record, f"{outcome.says}; {request.tag} follows from there", taken=True)


def _explained(outcome: Outcome, before: Record, to: str) -> Outcome:
    if not outcome.taken:
        return outcome
    idle = before.idle.value
    return outcome._replace(says=f"going back to {to}: {idle} does not hold it, so it is released there first")


def _allowed(record: Record) -> str:
    tags_there = earlier(record)[:_LISTED]
    if not tags_there:
        return "nothing else is known that production was on; `deploy -p tag:…` releases any tag"
    return f"may be gone back to: {', '.join(tags_there)}; `deploy -p tag:…` releases any other"
