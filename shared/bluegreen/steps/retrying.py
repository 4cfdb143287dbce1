"""Looks that ended in a `Later`: how many in a row, and when people are told that the release makes no progress."""

from datetime import datetime, timedelta

from bluegreen.core import outbox, progress
from bluegreen.core.config.service import Service
from bluegreen.core.config.units import spoken
from bluegreen.core.notices import Tone
from bluegreen.core.record import Record

_LASTS = timedelta(seconds=30)
_COUNTED = 10  # pauses between looks grow no further than with this many


def answered(record: Record) -> Record:
    """After a look without an error: the count begins again."""
    release = record.release
    if release is None or not (release.troubles or release.troubled_since):
        return record
    return record.with_release(troubles=0, troubled_since=None)


def unanswered(record: Record, service: Service, says: str, now: datetime) -> Record:
    """After a look that ended in a `Later`. People are told once per phase, once this has lasted 30 seconds."""
    release = record.release
    if release is None:
        return record
    since = release.troubled_since or now
    record = record.with_release(troubles=min(release.troubles + 1, _COUNTED), troubled_since=since)
    if release.trouble_told or now - since < _LASTS:
        return record
    until = progress.deadline(release, service)
    goes_on = f"it is tried again by itself{f', until {until:%H:%M} UTC' if until else ''}"
    headline = f"no progress for {spoken(round((now - since).total_seconds()))} while {release.phase.value}"
    record = record.with_release(trouble_told=True)
    return outbox.queue_notice(record, service, Tone.WARNING, headline, now, says, goes_on, release)
