"""What a new version of the journal says that the one before did not."""

from collections.abc import Iterator

from bluegreen.core.phases import Phase
from bluegreen.core.record import Record, Version
from bluegreen_demo.event import Event, Mood

_MOODS = {
    Phase.LIVE: Mood.GOOD,
    Phase.READY: Mood.GOOD,
    Phase.ROLLED_BACK: Mood.GOOD,
    Phase.ROLLING_BACK: Mood.BAD,
    Phase.FAILED: Mood.BAD,
    Phase.REJECTED: Mood.BAD,
    Phase.STUCK: Mood.BAD,
    Phase.UNPROVEN: Mood.BAD,
}


def events(before: Record, version: Version) -> list[Event]:
    """In the order in which they happened."""
    return [*_moves(before, version), *_turns(before, version), *_rests(before, version), *_queued(before, version)]


def function(name: str) -> str:
    """`checks/health` is told as `health`."""
    return name.rpartition("/")[2]


def _turns(before: Record, version: Version) -> Iterator[Event]:
    release = version.record.release
    if release is None:
        return
    known = before.release.history if before.release and before.release.id == release.id else ()
    new = release.history[len(known) :] if release.history[: len(known)] == known else release.history[-1:]
    for line in new:
        if line.phase is Phase.REQUESTED and version.by == "hooks/github":
            continue  # GitHub's own line says so
        headline = f"{release.tag} → {line.phase.value}"
        yield Event(line.at, function(version.by), headline, line.says, _MOODS.get(line.phase, Mood.PLAIN))


def _rests(before: Record, version: Version) -> Iterator[Event]:
    known = {past.id for past in before.past}
    for past in reversed(version.record.past):
        if past.id not in known:
            mood = _MOODS.get(past.outcome, Mood.PLAIN)
            headline = f"{past.tag} → {past.outcome.value}"
            yield Event(past.at, function(version.by), headline, past.reason, mood)


def _moves(before: Record, version: Version) -> Iterator[Event]:
    record = version.record
    if record.active is not before.active:
        tag = record.on(record.active).tag
        headline = f"production is pointed at {record.active.value} ({tag})"
        yield Event(version.at, function(version.by), headline, mood=Mood.TRAFFIC)


def _queued(before: Record, version: Version) -> Iterator[Event]:
    waiting = version.record.queued
    if waiting is not None and waiting != before.queued:
        yield Event(version.at, function(version.by), f"{waiting.tag} waits for its turn")
