"""Telling people what is not a release's state: only channels that carry messages are used."""

from datetime import datetime

from bluegreen.core.config.service import Service
from bluegreen.core.notices import Channel, Notice, Tone
from bluegreen.core.record import OUTBOX_KEPT, SAYS_KEPT, Record

_STATES_ONLY = (Channel.GITHUB,)  # a deployment's status there is set, not added to


def announce(
    record: Record, service: Service, tone: Tone, headline: str, now: datetime, reason: str = "", next_step: str = ""
) -> Record:
    """Puts one notice per channel into the outbox; a release need not be in flight."""
    active, number = record.on(record.active), record.last_notice + 1
    about = record.release.id if record.release else service.name
    notices = tuple(
        Notice(
            id=f"{about}/{number}/said/{channel.value}",
            channel=channel,
            at=now,
            tone=tone,
            service=service.name,
            release=about,
            tag=active.tag,
            commit=active.commit,
            environment=record.active.value,
            status="",
            headline=headline[:SAYS_KEPT],
            reason=reason[:SAYS_KEPT],
            next_step=next_step,
        )
        for channel in (Channel(settings.kind) for settings in service.notify)
        if channel not in _STATES_ONLY
    )
    return record.model_copy(update={"last_notice": number, "outbox": (*record.outbox, *notices)[-OUTBOX_KEPT:]})
