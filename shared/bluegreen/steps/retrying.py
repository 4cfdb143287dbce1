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


def unanswered(record: Record, service: Service, says: str, now: datetime, asked: float) -> Record:
    """After a look that ended in a `Later`. People are told once per phase: once this has lasted 30 seconds, or at once
    where it is known that it will.

    `asked`: seconds for which nobody may ask, as named by a service that was asked too often; 0 where none were.
    """
    release = record.release
    if release is None:
        return record
    since = release.troubled_since or now
    record = record.with_release(troubles=min(release.troubles + 1, _COUNTED), troubled_since=since)
    until, long = progress.deadline(release, service), timedelta(seconds=asked) >= _LASTS
    if release.trouble_told or (now - since < _LASTS and not long) or (until is not None and now > until):
        return record  # what ends by this very look is told as that
    goes_on = f"it is tried again by itself{f', until {until:%H:%M} UTC' if until else ''}"
    headline = f"no progress for {spoken(round((now - since).total_seconds()))} while {release.phase.value}"
    if long:
        headline = f"nobody can be asked for {spoken(round(asked))} while {release.phase.value}"
    if until is not None and now + timedelta(seconds=asked) > until:
        limit = f"deadlines.{release.phase.name.lower()}"
        goes_on = (
            f"that is after its deadline ({limit}): it is tried once more at {until:%H:%M} UTC, and ends if in vain"
        )
    record = record.with_release(trouble_told=True)
    return outbox.queue_notice(record, service, Tone.WARNING, headline, now, says, goes_on, release)
