"""Where the members of a set release stand, and what follows for each. Pure: their records in, a course out.

Every member has a journal of its own and no transaction spans two. So each decides for itself from what the others'
newest records say, and only final things end it: what was rolled back, or did not pass, stays so for that release;
where two releases of a set would wait for each other, the newer one goes on.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from bluegreen.core import tags
from bluegreen.core.finding import Verdict
from bluegreen.core.phases import BEFORE_SWITCH, RESTING, Phase
from bluegreen.core.record import Past, Record
from bluegreen.core.release import Release, SetRelease


class Place(Enum):
    COMING = "coming"  # not ready yet, or not begun
    ABSENT = "absent"  # it was never given the tag, and by itself never will be
    HELD = "held"  # ready, and a person has to say so
    READY = "ready"
    MOVING = "moving"  # production is being moved
    ACROSS = "across"  # production is on it
    RETURNING = "returning"  # production was pointed back, which is being proven
    BACK = "back"
    ALONE = "alone"  # it has gone on since, or has the tag by a release of its own: it is not taken back with them
    OUT = "out"  # it did not come as far as a switch


_PLACES = {
    Phase.SWITCHING: Place.MOVING,
    Phase.WATCHING: Place.ACROSS,
    Phase.LIVE: Place.ACROSS,
    Phase.UNPROVEN: Place.ACROSS,
    Phase.ROLLING_BACK: Place.RETURNING,
    Phase.ROLLED_BACK: Place.BACK,
    Phase.STUCK: Place.BACK,
    **dict.fromkeys(BEFORE_SWITCH - {Phase.READY}, Place.COMING),
}
_SERVES = (Place.MOVING, Place.ACROSS)
_PASSED = (Place.ACROSS, Place.ALONE)
_LOST = (Place.RETURNING, Place.BACK, Place.OUT)


class Station(NamedTuple):
    service: str
    place: Place
    says: str
    since: datetime | None = None
    stays: bool = False  # it was to go back and cannot: people were told


class Course(NamedTuple):
    """GOOD: its turn to switch. STOP: ends before the switch. BACK: goes back. WAIT: none of these yet."""

    verdict: Verdict
    says: str
    goes_back: bool = False  # it waits only for those after it to have gone back


def station(service: str, record: Record | None, part: SetRelease, tag: str) -> Station:
    """Where a member stands in one set release, by its newest record; None where it has none yet."""
    if record is None:
        return Station(service, Place.COMING, f"{service} has not begun")
    release = record.release
    if release is not None and _is(release.purpose.part_of, part):
        says = f"{service} is {release.phase.value}"
        return Station(service, _place(release), _because(says, release.reason, release.phase), release.phase_since)
    for past in record.past:
        if _is(past.part_of, part):
            return _rested(service, record, past, part)
    if tag in record.quarantine:
        return Station(service, Place.OUT, _quarantined(service, record, tag))
    if record.on(record.active).tag == tag:
        return Station(service, Place.ALONE, f"{service} has {tag} already")
    return _not_begun(service, record, part, tag)


def stations(records: Mapping[str, Record | None], part: SetRelease, tag: str) -> list[Station]:
    """All members in the order of the set."""
    return [station(name, records.get(name), part, tag) for name in part.members]


def course(me: str, found: Sequence[Station], now: datetime, settle: float) -> Course:
    """What follows for one member. `settle`: seconds that a way back is waited for until it is proven."""
    number = next(n for n, one in enumerate(found) if one.service == me)
    mine, earlier, later = found[number], found[:number], found[number + 1 :]
    lost = [one for one in (*earlier, *later) if one.place in _LOST]
    if lost and mine.place in _SERVES:
        return _back(lost[0], later, now, settle)
    if lost and mine.place not in (*_LOST, Place.ALONE):
        return Course(Verdict.STOP, f"nothing of the set is switched: {lost[0].says}")
    absent = [one for one in found if one.place is Place.ABSENT]
    if absent and mine.place in (Place.READY, Place.HELD):
        return Course(Verdict.STOP, f"nothing of the set is switched: {absent[0].says}")
    if mine.place is not Place.READY:
        return Course(Verdict.WAIT, mine.says)
    waits = [one for one in found if one.place in (Place.COMING, Place.HELD)]
    waits += [one for one in earlier if one.place not in _PASSED]
    if waits:
        return Course(Verdict.WAIT, f"ready; waiting for the others of the set: {waits[0].says}")
    return Course(Verdict.GOOD, "all of the set are ready, and all before it are switched")


def under_way(record: Record) -> tuple[SetRelease, str] | None:
    """The set release that a record takes part in now, in flight or by what is active; and its tag."""
    release = record.release
    if release is not None and release.phase not in BEFORE_SWITCH and release.purpose.part_of is None:
        return None
    if release is not None and release.purpose.part_of is not None:
        return release.purpose.part_of, release.tag
    part = record.serves_in
    return None if part is None else (part, record.on(record.active).tag)


def _rested(service: str, record: Record, past: Past, part: SetRelease) -> Station:
    place = _PLACES.get(past.outcome, Place.OUT)
    if place is not Place.ACROSS:
        return Station(service, place, _because(f"{service} is {past.outcome.value}", past.reason, past.outcome))
    if past.tag in record.quarantine:
        return Station(service, Place.BACK, _quarantined(service, record, past.tag))
    if record.on(record.active).tag != past.tag:
        return Station(service, Place.ALONE, f"{service} has gone on from {past.tag}")
    return Station(service, place, f"{service} is {past.outcome.value}", stays=record.apart == part.id)


def _not_begun(service: str, record: Record, part: SetRelease, tag: str) -> Station:
    """It waits its turn, or was not given the tag. Two releases of one set must not wait for each other."""
    newer = record.release if record.release is not None and _overtaken(part, tag, record.release) else None
    if newer is not None:
        return Station(service, Place.OUT, f"{service} has gone on to {newer.tag}")
    if record.queued is not None and _is(record.queued.purpose.part_of, part):
        return Station(service, Place.COMING, f"{service} waits its turn")
    comes = not record.newest_tag or tags.older(record.newest_tag, tag)  # the watch takes up what was missed
    return Station(service, Place.COMING if comes else Place.ABSENT, f"{service} has not been given {tag}")


def _overtaken(part: SetRelease, tag: str, by: Release) -> bool:
    """The newer of two tags goes on; where neither is newer, everybody has to find the same one."""
    other = by.purpose.part_of
    if other is None or other.name != part.name or by.phase not in BEFORE_SWITCH:
        return False
    return tags.older(tag, by.tag) or (not tags.older(by.tag, tag) and part.id < other.id)


def _quarantined(service: str, record: Record, tag: str) -> str:
    return f"{service} has {tag} in quarantine: {record.quarantine[tag]}"[:200]


def _back(why: Station, later: Sequence[Station], now: datetime, settle: float) -> Course:
    """The last switched goes back first; one that cannot is not waited for."""
    serving = [one for one in later if one.place in _SERVES and not one.stays]
    before = serving + [one for one in later if _still_returning(one, now, settle)]
    if before:
        says = f"goes back after {before[0].service}: {why.says}"
        return Course(Verdict.WAIT, says, goes_back=True)
    return Course(Verdict.BACK, why.says)


def _still_returning(one: Station, now: datetime, settle: float) -> bool:
    young = one.since is not None and (now - one.since).total_seconds() < settle
    return one.place is Place.RETURNING and young


def _place(release: Release) -> Place:
    if release.phase is Phase.READY:
        return Place.READY if release.go or release.options.auto_switch else Place.HELD
    return _PLACES.get(release.phase, Place.OUT)


def _because(says: str, reason: str, phase: Phase) -> str:
    ended = phase in RESTING or phase is Phase.ROLLING_BACK
    return f"{says}: {reason}"[:200] if reason and ended and _PLACES.get(phase) is not Place.ACROSS else says


def _is(part: SetRelease | None, other: SetRelease) -> bool:
    return part is not None and part.id == other.id
