"""Back to any earlier release: at once where the other environment holds it, otherwise as a release of its own."""

from datetime import datetime

from bluegreen.core import admission, orders, quarantine, tags
from bluegreen.core.admission import Order
from bluegreen.core.config.options import Options
from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment
from bluegreen.core.orders import Outcome
from bluegreen.core.phases import BEFORE_SWITCH
from bluegreen.core.record import Record
from bluegreen.core.release import Purpose

_NAMED = 10  # tags that an answer lists
_WHO = "a person"


def go_back(record: Record, service: Service, to: str, by: str, now: datetime, cancelled: bool = False) -> Outcome:
    """`cancelled`: as for `orders.rollback`."""
    refused = _refused(record, service, to)
    if refused:
        return Outcome(False, record, refused, _allowed(record))
    if _stands(record, to, cancelled):
        return orders.rollback(record, service, _WHO, now, cancelled)
    order = Order(to, record.served.get(to, ""), Options(), by, purpose=Purpose(back=True))
    release = record.release
    if release is None or release.tag == to:
        return _worded(admission.request(record, service, order, now), record, to)
    if release.phase in BEFORE_SWITCH:
        return _instead(record, service, order, now, cancelled)
    return _afterwards(record, service, order, now)


def earlier(record: Record) -> list[str]:
    """What may be gone back to, the newest first."""
    idle = record.on(record.idle)
    known = [*([idle.tag] if idle.proven and idle.tag else []), *reversed(record.served)]
    hidden = {record.on(record.active).tag, *record.quarantine, *([record.release.tag] if record.release else [])}
    return [tag for tag in dict.fromkeys(known) if tag not in hidden]


def served_before(record: Record) -> bool:
    """True where the release in flight is an earlier one, and is the very commit that production was on."""
    release = record.in_flight
    return release.purpose.back and bool(release.commit) and record.served.get(release.tag) == release.commit


def _refused(record: Record, service: Service, to: str) -> str | None:
    if not to:
        return "which release? pass -p to: and its tag"
    bad = tags.fault(to, service.tags.pattern, service.tags.prereleases) or quarantine.refused(record, to)
    if bad:
        return bad
    if to == record.on(_destination(record)).tag:
        return None
    if to == record.on(record.active).tag:
        return f"{to} is active already"
    if record.release is not None and record.release.tag == to:
        return None
    return None if to in earlier(record) else f"{to} is not known to have served production"


def _destination(record: Record) -> Environment:
    """Where an ordinary rollback leads."""
    release = record.release
    if release is None or release.phase in BEFORE_SWITCH:
        return record.idle
    return release.previous or record.active


def _stands(record: Record, to: str, cancelled: bool) -> bool:
    """The ordinary rollback leads to exactly this tag, and may."""
    state, release = record.on(_destination(record)), record.release
    if state.tag != to:
        return False
    if release is not None and release.phase not in BEFORE_SWITCH:
        return True
    return state.proven and (cancelled or not orders.overwritten(release))


def _instead(record: Record, service: Service, order: Order, now: datetime, cancelled: bool) -> Outcome:
    """What is in flight before the switch is aborted for it; what waits goes on waiting."""
    before, waiting = record, record.queued
    if cancelled or not orders.overwritten(record.release):
        record = orders.made_room(record, service, _WHO, now)
    else:
        alone = record.model_copy(update={"queued": None})
        record = orders.abort(alone, service, f"{_WHO}'s rollback", now).record
    outcome = admission.request(record.model_copy(update={"queued": None}), service, order, now)
    if not outcome.taken:
        return outcome._replace(record=before)
    outcome = outcome._replace(record=outcome.record.model_copy(update={"queued": waiting}))
    outcome = _worded(outcome, before, order.tag)
    return outcome._replace(says=f"{outcome.says}; {before.in_flight.tag} was aborted for it")


def _afterwards(record: Record, service: Service, order: Order, now: datetime) -> Outcome:
    """Production leaves the release that it is on at once, by the ordinary way; the earlier one follows."""
    back = orders.rollback(record, service, _WHO, now)
    if not back.ok or back.record.release is None:
        return back
    taken = admission.take_place(back.record, order, now)
    return Outcome(True, taken, f"{back.says}; {order.tag} follows from there", taken=True)


def _worded(outcome: Outcome, before: Record, to: str) -> Outcome:
    if not outcome.taken:
        return outcome
    idle = before.idle.value
    return outcome._replace(says=f"going back to {to}: {idle} does not hold it, so it is released there first")


def _allowed(record: Record) -> str:
    found = earlier(record)[:_NAMED]
    if not found:
        return "nothing else is known that production was on; `deploy -p tag:…` releases any tag"
    return f"may be gone back to: {', '.join(found)}; `deploy -p tag:…` releases any other"
