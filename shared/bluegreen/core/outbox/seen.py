"""Notices that a person has seen in `status`: they are tried no more.

That `status` was called says nothing, as machines call it too: a person says so. A state that GitHub's page is to show
is no message, a page that is over is to be closed whoever has seen it, and a machine event is no person's to see.
"""

from bluegreen.core.notices import PROGRAMS, Channel, Notice, important
from bluegreen.core.record import Record


def waiting(record: Record) -> list[Notice]:
    """What somebody may have seen before it was delivered."""
    apart = {Channel.GITHUB, *PROGRAMS}
    return [n for n in record.outbox if important(n) and not n.resolves and n.channel not in apart]


def marked(record: Record, which: str) -> tuple[Record, str]:
    """Without those that are seen, and what they told. `which`: a notice's id, "" for all that wait.

    That there is none is no fault: it may just have been delivered.
    """
    seen = [notice for notice in waiting(record) if which in ("", notice.id)]
    if not seen:
        return record, ""
    left = tuple(notice for notice in record.outbox if notice not in seen)
    told = ", ".join(dict.fromkeys(f"{notice.tag} {notice.headline}" for notice in seen))
    return record.model_copy(update={"outbox": left}), told
