"""Many messages of one kind within a minute become two: the first at once, and one of all that followed it.

The second waits in the outbox, is worded anew with each that joins it, and is told by the watch once its time has come.
"""

from datetime import datetime, timedelta

from bluegreen.core.notices import Channel
from bluegreen.core.outbox.delivery import bounded
from bluegreen.core.record import Record

FOR = timedelta(minutes=1)
_APART = frozenset((Channel.PAGER, Channel.CDEVENTS, Channel.OTLP))  # hear once of a matter, however often it is told


def waiting_since(record: Record, opening: str) -> datetime | None:
    """Since when a gathered message waits that begins so; None where none does."""
    return min((notice.at for notice in record.outbox if _waits(notice.headline, notice.tries, opening)), default=None)


def gathered(before: Record, record: Record, opening: str, since: datetime) -> Record:
    """With what was queued since `before` as the one message that waits, in the place of the one that did."""
    known = {notice.id for notice in before.outbox}
    told = {"at": since, "next_at": since + FOR}
    outbox = [
        notice if notice.id in known or notice.channel in _APART else notice.model_copy(update=told)
        for notice in record.outbox
        if notice.id not in known or not _waits(notice.headline, notice.tries, opening)
    ]
    return record.model_copy(update={"outbox": bounded(tuple(outbox))})


def _waits(headline: str, tries: int, opening: str) -> bool:
    return not tries and headline.startswith(opening)
