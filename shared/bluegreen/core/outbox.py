"""Queueing notices: each is appended in the same version as the change that it reports (a transactional outbox).

A function that dies after the append leaves the notice in the record, and the next one delivers it. So there is no
notice of what was not written, and nothing that should be reported is lost.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from bluegreen.core.config.service import Service
from bluegreen.core.notices import Channel, Notice, Tone
from bluegreen.core.record import BUGS_KEPT, OUTBOX_KEPT, SAYS_KEPT, Record
from bluegreen.core.release import Release

_STATUS_ONLY = (Channel.GITHUB,)  # shows one status a release, which is replaced: no room for other messages
_AFTER_A_BUG = "it goes on by itself, within its deadlines; please report it with the log of this minute"


class _Subject(NamedTuple):
    """What a notice is about. `event` makes the notice's id readable."""

    release: str
    tag: str
    commit: str
    environment: str
    status: str
    event: str


def queue_notice(
    record: Record,
    service: Service,
    tone: Tone,
    headline: str,
    now: datetime,
    reason: str = "",
    next_step: str = "",
    release: Release | None = None,
) -> Record:
    """Queues one notice for each channel of the service.

    With `release` it shows the status of that release, and its reason where none is given. Without, it is a message
    about the service: it shows what is active, and channels that only show a status do not get it.
    """
    subject = _about_release(release) if release else _about_service(record)
    number = record.last_notice + 1
    notices = tuple(
        Notice(
            id=f"{subject.release}/{number}/{subject.event}/{channel.value}",
            channel=channel,
            at=now,
            tone=tone,
            service=service.name,
            release=subject.release,
            tag=subject.tag,
            commit=subject.commit,
            environment=subject.environment,
            status=subject.status,
            headline=headline[:SAYS_KEPT],
            reason=reason[:SAYS_KEPT] or (release.reason if release else ""),
            next_step=next_step,
        )
        for channel in (Channel(settings.kind) for settings in service.notify)
        if release or channel not in _STATUS_ONLY
    )
    return record.model_copy(update={"last_notice": number, "outbox": (*record.outbox, *notices)[-OUTBOX_KEPT:]})


def queue_bugs(record: Record, service: Service, found: Iterable[str], now: datetime) -> Record:
    """Queues a notice of each that people have not been told of yet, for this release and this place."""
    for says in found:
        about = record.release.id if record.release else f"{record.service}-{record.last_number}"
        key = f"{about}: {says}"
        if key in record.bugs:
            continue
        record = queue_notice(record, service, Tone.WARNING, says, now, next_step=_AFTER_A_BUG, release=record.release)
        record = record.model_copy(update={"bugs": (*record.bugs, key)[-BUGS_KEPT:]})
    return record


def _about_release(release: Release) -> _Subject:
    environment = release.target.value if release.target else ""
    phase = release.phase
    return _Subject(release.id, release.tag, release.commit, environment, phase.value, phase.name.lower())


def _about_service(record: Record) -> _Subject:
    active = record.on(record.active)
    release = record.release.id if record.release else record.service
    return _Subject(release, active.tag, active.commit, record.active.value, "", "said")
