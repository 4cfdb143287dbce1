"""What is asked for, and its place in the queue."""

from datetime import datetime
from typing import NamedTuple

from bluegreen.core import outbox
from bluegreen.core.config.options import Options
from bluegreen.core.phases import Phase
from bluegreen.core.record import PastRelease, QueuedRelease, Record
from bluegreen.core.release import Purpose


class ReleaseRequest(NamedTuple):
    """What a webhook or a person wants released. `delivery` is the webhook's id, "" when a person asks."""

    tag: str
    commit: str
    options: Options
    by: str
    delivery: str = ""
    purpose: Purpose = Purpose()
    now: bool = False  # it does not wait for the end of a bake
    committed_at: datetime | None = None

    @property
    def by_person(self) -> bool:
        """A person may ask again for what a webhook may not: an older tag, or one that was released before."""
        return not self.delivery


def queued_by(request: ReleaseRequest, now: datetime) -> QueuedRelease:
    return QueuedRelease(
        tag=request.tag,
        commit=request.commit,
        options=request.options,
        purpose=request.purpose.model_copy(update={"announced": not request.by_person}),
        by=request.by,
        asked_at=now,
        now=request.now,
        committed_at=request.committed_at,
    )


def due_at_once(record: Record, request: ReleaseRequest, now: datetime) -> Record:
    """What a webhook has queued: its function can tell nobody, so the next watch does, and waits for nothing."""
    if request.by_person:
        return record
    left = (n.model_copy(update={"next_at": now}) if n.at == now and not n.tries else n for n in record.outbox)
    return record.model_copy(update={"outbox": tuple(left)})


def supersede(record: Record, passed_over: QueuedRelease, by: str, now: datetime) -> Record:
    number = record.last_number + 1
    past = PastRelease(
        id=f"{record.service}-{number}",
        tag=passed_over.tag,
        outcome=Phase.SUPERSEDED,
        at=now,
        reason=f"{by} came before its turn",
    )
    record = outbox.waits_no_more(record.model_copy(update={"last_number": number}), passed_over.tag)
    return record.with_past(past)
