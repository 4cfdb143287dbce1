"""A record in the words of the README's table of five states."""

from bluegreen.core.environment import Status
from bluegreen.core.phases import BEFORE_SWITCH, Phase
from bluegreen.core.record import Record

UNKNOWN = "an unknown release"


def active(record: Record) -> str:
    return f"active {record.on(record.active).tag or UNKNOWN}"


def idle(record: Record) -> str:
    """What the other environment is doing, and with which tag."""
    state, release = record.on(record.idle), record.release
    coming = release is not None and release.target is record.idle and release.phase in BEFORE_SWITCH
    if coming and release is not None:
        return f"{'ready' if release.phase is Phase.READY else 'deploying'} {release.tag}"
    word = "idle" if state.status is Status.IDLE else state.status.value
    return f"{word} {state.tag or UNKNOWN}"


def traffic(record: Record) -> str:
    """Who serves production: all of it goes to one environment, at any time."""
    release = record.release
    moved = release is not None and release.switched_at is not None and record.active is release.target
    return "100 % new active" if moved else "100 % active"
