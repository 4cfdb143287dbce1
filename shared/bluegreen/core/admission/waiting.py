"""A tag that nothing refuses, and that a pause or a freeze window holds back; and one that goes ahead all the same."""

from datetime import datetime

from bluegreen.core import outbox
from bluegreen.core.admission.request import ReleaseRequest, due_at_once, queued_by, supersede
from bluegreen.core.config.service import Service
from bluegreen.core.notices import Tone
from bluegreen.core.orders import Outcome
from bluegreen.core.record import Record
from bluegreen.core.standstill import Standstill, standstill


def hold_back(record: Record, service: Service, request: ReleaseRequest, why: Standstill, now: datetime) -> Outcome:
    """A webhook's tag waits until the pause or the window is over: GitHub does not send it again."""
    before = record.queued
    if before is not None and service.tags.older(request.tag, before.tag):
        says = f"{request.tag} is passed over: {before.tag} waits"
        return Outcome(True, supersede(record, queued_by(request, now), before.tag, now), says, taken=True)
    if before is not None:
        record = supersede(record, before, request.tag, now)
    record = record.model_copy(update={"queued": queued_by(request, now)})
    says = f"{request.tag} waits: {why.says}"
    record = outbox.queue_notice(record, service, Tone.PROGRESS, says, now, next_step=why.next_step)
    return Outcome(True, due_at_once(record, request, now), says, why.next_step, taken=True)


def told_of_override(record: Record, service: Service, request: ReleaseRequest, now: datetime) -> Record:
    """Whoever releases in a freeze window is named to everybody."""
    found = standstill(record, service, now) if request.purpose.override else None
    if found is None:
        return record
    headline = f"{request.tag} is released in a freeze window by {request.by}"
    return outbox.queue_notice(record, service, Tone.WARNING, headline, now, found.says)
