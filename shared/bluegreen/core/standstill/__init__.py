"""Why nothing new begins: a person has paused the service, or a freeze window of bluegreen.yml is open.

What is held back is the beginning of a release, and the switch of one that is ready. What serves production goes on
being watched, judged, and taken back; whatever leads back (a rollback, its undo, what stands by) is never held.
"""

from datetime import datetime
from typing import NamedTuple

from bluegreen.core.config import freeze
from bluegreen.core.config.service import Service
from bluegreen.core.record import Record
from bluegreen.core.release import Purpose, Release


class Standstill(NamedTuple):
    """`until` is None where only a person ends it."""

    says: str
    next_step: str
    until: datetime | None = None


def standstill(record: Record, service: Service, now: datetime) -> Standstill | None:
    """A pause goes before a window: it has to be ended by hand."""
    if record.paused is not None:
        resume = f"doctl serverless functions invoke deploy -p service:{record.service} -p resume:true"
        return Standstill(record.paused.says(record.service), f"to go on: {resume}")
    found = freeze.open_at(service.freeze, now)
    if found is None:
        return None
    ends = f"{found.until:%Y-%m-%d %H:%M} UTC"
    allowed = ", ".join(found.window.override)
    way = f"{allowed} may say -p override:true -p by:NAME" if allowed else "bluegreen.yml names nobody who may override"
    return Standstill(f"{record.service} is frozen until {ends} by {found.name}", f"wait, or: {way}", found.until)


def held(record: Record, service: Service, purpose: Purpose, now: datetime) -> Standstill | None:
    """As far as a release with this purpose is concerned."""
    found = standstill(record, service, now)
    if found is None or purpose.leads_back:
        return None
    return None if purpose.override and record.paused is None else found


def holds_switch(record: Record, service: Service, release: Release, now: datetime) -> Standstill | None:
    """Why a person's word does not switch it now. Members of a set go on together."""
    return None if release.set_release is not None else held(record, service, release.purpose, now)


def why_not_overridden(service: Service, who: str, now: datetime) -> str:
    """Why somebody may not release in a freeze window; "" where they may, or where none is open."""
    found = freeze.open_at(service.freeze, now)
    if found is None or found.may_override(who):
        return ""
    names = ", ".join(found.window.override) or "nobody"
    return f"{found.name} may be overridden by {names}, and not by {who or 'somebody without a name'}"
