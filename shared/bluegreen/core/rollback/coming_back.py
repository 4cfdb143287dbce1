"""Which releases can come back: whose code may run on the schema that a migration leaves."""

from typing import NamedTuple

from bluegreen.core.record import Record


class ComingBack(NamedTuple):
    tag: str
    commit: str  # "" where only the tag is known
    why: str
    serves: bool = False


def can_come_back(record: Record, tag: str) -> list[ComingBack]:
    """Besides the release `tag` itself: what serves, what production may go back to, what is queued; newest first."""
    active, idle = record.on(record.active), record.on(record.idle)
    found = [ComingBack(active.tag, active.commit, "in production", serves=True)]
    if idle.tag and idle.tag not in record.quarantine:
        found.append(ComingBack(idle.tag, idle.commit, f"on {record.idle.value}"))
    if record.queued is not None:
        found.append(ComingBack(record.queued.tag, record.queued.commit, "queued"))
    found += [ComingBack(*served, "served before") for served in reversed(record.served.items())]
    kept = {each.tag: each for each in reversed(found) if each.serves or _may_come(record, each.tag)}
    kept.pop(tag, None)
    return sorted(kept.values(), key=lambda each: found.index(each))


def _may_come(record: Record, tag: str) -> bool:
    return bool(tag) and tag not in record.quarantine and not record.below_floor(tag)
