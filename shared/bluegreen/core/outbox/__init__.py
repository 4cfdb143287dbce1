"""The outbox: each notice is appended in the same version as the change that it reports (a transactional outbox).

A function that dies after the append leaves the notice in the record, and the next one delivers it. So there is no
notice of what was not written, and nothing that should be reported is lost.

Here notices are queued. `delivery` says which are due and what became of a try, `paging` which of them page a person,
`troubles` what people read of a channel that takes none. steps/delivering.py sends them, through notify/.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from bluegreen.core.config import notify
from bluegreen.core.config.service import Service
from bluegreen.core.notices import Channel, Notice, Tone
from bluegreen.core.outbox import delivery, paging
from bluegreen.core.phases import RESTING, Phase
from bluegreen.core.record import BUGS_KEPT, SAYS_KEPT, Record
from bluegreen.core.release import Release

_STATUS_ONLY = (Channel.GITHUB,)  # shows one status a release, which is replaced: no room for other messages
_INCIDENTS = {Channel.PAGER, Channel.CDEVENTS}  # hear of what is important once, and when it is over
_TOLD_APART = {*_INCIDENTS, Channel.OTLP}
_BACK = (Phase.ROLLING_BACK, Phase.ROLLED_BACK, Phase.STUCK)
_AFTER_A_BUG = "it goes on by itself, within its deadlines; please report it with the log of this minute"


class _Subject(NamedTuple):
    """What a notice is about. `event` makes the notice's id readable."""

    release: str
    tag: str
    commit: str
    environment: str
    status: str
    event: str
    log: str = ""
    base: str = ""
    deployment: str = ""
    digest: str = ""
    report: str = ""


def queue_notice(
    record: Record,
    service: Service,
    tone: Tone,
    headline: str,
    now: datetime,
    reason: str = "",
    next_step: str = "",
    release: Release | None = None,
    needs_person: bool = False,
    page: str = "",
    pages: bool = True,
) -> Record:
    """Queues one notice for each entry of the service's `notify`; for a pager where it matters enough.

    With `release` it shows the status of that release, and its reason where none is given. Without, it is a message
    about the service: it shows what is active, and channels that only show a status do not get it. `page`: what a pager
    knows the matter by, where that is not the release. Not `pages`: a person has just done it.
    """
    subject = _about_release(record, release) if release else _about_service(record)
    why = reason or (release.reason if release else "")
    notice = _notice(record, service, tone, headline, now, subject, why, next_step, needs_person)
    entries = channels(service)
    copies = [
        _addressed(notice, name, channel)
        for name, channel in entries.items()
        if channel not in _TOLD_APART and (release or channel not in _STATUS_ONLY)
    ]
    if pages and _INCIDENTS & set(entries.values()):
        record = _paged(record, entries, notice, page or subject.release)
    # A status that was not shown yet would be shown over the newer one.
    about = release.id if release else ""
    left = (known for known in record.outbox if known.channel not in _STATUS_ONLY or known.release != about)
    outbox = delivery.bounded((*left, *copies))
    return record.model_copy(update={"last_notice": record.last_notice + 1, "outbox": outbox})


def waits_no_more(record: Record, tag: str) -> Record:
    """What was not told yet of a tag that waits is news no more, and would be told over what became of it."""
    waits = f"{tag} waits ", f"{tag} waits: "  # for a release, or for the end of a pause or a freeze window
    outbox = tuple(known for known in record.outbox if not known.headline.startswith(waits))
    return record.model_copy(update={"outbox": outbox})


def queue_move(record: Record, service: Service, was: str, now: datetime) -> Record:
    """Programs hear of each move of the release in flight, a collector of its end. `was`: the phase before."""
    release, listed = record.in_flight, channels(service).items()
    told = {Channel.CDEVENTS, Channel.OTLP} if release.phase in RESTING else {Channel.CDEVENTS}
    entries = [(name, channel) for name, channel in listed if channel in told]
    if not entries:
        return record
    subject = _about_release(record, release)
    subject = subject._replace(event=f"to-{subject.event}")
    tone = Tone.BAD if release.phase in _BACK else Tone.PROGRESS
    notice = _notice(record, service, tone, f"{was or 'nothing'} → {release.phase.value}", now, subject, release.reason)
    copies = [_addressed(notice.model_copy(update={"was": was}), *entry) for entry in entries]
    outbox = delivery.bounded((*record.outbox, *copies))
    return record.model_copy(update={"last_notice": record.last_notice + 1, "outbox": outbox})


def queue_over(record: Record, service: Service, page: str, headline: str, now: datetime) -> Record:
    """Pagers hear that the matter of a page is over, where it is open."""
    if page not in record.pages:
        return record
    notice = _notice(record, service, Tone.GOOD, headline, now, _about_service(record))
    left = tuple(known for known in record.pages if known != page)
    record = record.model_copy(update={"pages": left, "last_notice": record.last_notice + 1})
    return _to_pagers(record, channels(service), [paging.resolved(notice, page)])


def _notice(
    record: Record,
    service: Service,
    tone: Tone,
    headline: str,
    now: datetime,
    subject: _Subject,
    reason: str = "",
    next_step: str = "",
    needs_person: bool = False,
) -> Notice:
    """To nobody yet."""
    return Notice(
        id=f"{subject.release}/{record.last_notice + 1}/{subject.event}",
        channel=Channel.SLACK,
        at=now,
        tone=tone,
        service=service.name,
        release=subject.release,
        tag=subject.tag,
        commit=subject.commit,
        environment=subject.environment,
        status=subject.status,
        log=subject.log,
        base=subject.base,
        deployment=subject.deployment,
        digest=subject.digest,
        report=subject.report,
        headline=headline[:SAYS_KEPT],
        reason=reason[:SAYS_KEPT],
        next_step=next_step,
        needs_person=needs_person,
    )


def _paged(record: Record, entries: dict[str, Channel], notice: Notice, page: str) -> Record:
    events = paging.events(record, notice, page)
    return _to_pagers(paging.noted(record, notice, page), entries, events)


def _to_pagers(record: Record, entries: dict[str, Channel], events: list[Notice]) -> Record:
    pagers = [(name, channel) for name, channel in entries.items() if channel in _INCIDENTS]
    copies = [_addressed(event, name, channel) for event in events for name, channel in pagers]
    outbox = delivery.bounded((*paging.superseded(record.outbox, copies), *copies))
    return record.model_copy(update={"outbox": outbox})


def channels(service: Service) -> dict[str, Channel]:
    """Of each entry of `notify`, by name."""
    return {name: Channel(settings.kind) for name, settings in notify.named(service.notify).items()}


def _addressed(notice: Notice, entry: str, channel: Channel) -> Notice:
    return notice.model_copy(update={"id": f"{notice.id}/{entry}", "entry": entry, "channel": channel})


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


def _about_release(record: Record, release: Release) -> _Subject:
    environment, phase = release.target.value if release.target else "", release.phase
    before = record.on(release.previous or record.active).tag
    return _Subject(
        release.id,
        release.tag,
        release.commit,
        environment,
        phase.value,
        phase.name.lower(),
        log=release.log if phase is Phase.FAILED else "",
        base="" if before == release.tag else before,
        deployment=release.deployment.id if release.deployment else "",
        digest=release.digest,
        report=release.smoke_run.report if release.smoke_run and phase is Phase.FAILED else "",
    )


def _about_service(record: Record) -> _Subject:
    active = record.on(record.active)
    release = record.release.id if record.release else record.service
    return _Subject(release, active.tag, active.commit, record.active.value, "", "said")
