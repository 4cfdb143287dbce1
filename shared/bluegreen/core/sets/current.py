"""What people are told about a set, and whether what they ask of it may be begun. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from bluegreen.core.orders import Outcome
from bluegreen.core.phases import BEFORE_SWITCH, Phase
from bluegreen.core.record import Record
from bluegreen.core.release import SetRelease
from bluegreen.core.sets.course import Place, Station, stations, under_way
from bluegreen.core.sets.members import ReleaseSet, asked

_NOT_TO_SWITCH = (Place.COMING, Place.ABSENT, Place.RETURNING, Place.BACK, Place.OUT)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Current(NamedTuple):
    """The newest release of a set that is in flight or in production, and where its members stand."""

    part: SetRelease
    tag: str
    stations: list[Station]
    ready: list[str]  # members in the phase *ready*

    def at(self, *places: Place) -> list[str]:
        return [one.service for one in self.stations if one.place in places]

    @property
    def says(self) -> str:
        return ", ".join(one.says for one in self.stations)

    @property
    def places(self) -> dict[str, str]:
        return {one.service: one.place.value for one in self.stations}

    @property
    def rests(self) -> bool:
        """All are in production, or none is and none comes."""
        return len({one.place for one in self.stations if one.place is not Place.ALONE}) == 1 and not self.ready


def current(records: Mapping[str, Record], name: str) -> Current | None:
    found = [(_since(record), *taking) for record in records.values() if (taking := under_way(record))]
    ours = [one for one in found if one[1].name == name]
    if not ours:
        return None
    _, part, tag = max(ours, key=lambda one: one[0])
    ready = [m for m in part.members if m in records and _is_ready(records[m], part)]
    known = [one for one in stations(records, part, tag) if one.service in records]
    return Current(part, tag, known, ready)


def wanted(
    records: Mapping[str, Record], name: str, found: ReleaseSet, tag: str, pushed: SetRelease | None, nonce: str
) -> SetRelease:
    """The set release that a person's order is for: one that was begun, what a webhook makes of the tag, or another."""
    begun = joined(records, name, tag)
    if begun is not None:
        return begun
    if pushed is None or pushed.members != found.services or any(_met(record, pushed) for record in records.values()):
        return asked(name, found, tag, nonce)
    return pushed


def joined(records: Mapping[str, Record], name: str, tag: str) -> SetRelease | None:
    """The set release that an order cut short has begun: asked again, the others join it."""
    for record in records.values():
        begun = [one for one in (record.release, record.queued) if one is not None and one.tag == tag]
        parts = [one.purpose.part_of for one in begun if getattr(one, "phase", Phase.REQUESTED) in BEFORE_SWITCH]
        for part in parts:
            if part is not None and part.name == name and not any(_met(one, part) for one in records.values()):
                return part
    return None


def not_taken(records: Mapping[str, Record], outcomes: Mapping[str, Outcome], part: SetRelease, tag: str) -> str | None:
    """Why a set's release is not to be begun: the members that would refuse it, or that release it by themselves."""
    refused = [f"{member}: {outcome.says}" for member, outcome in outcomes.items() if not outcome.ok]
    for member, record in records.items():
        theirs = [one for one in (record.release, record.queued) if one is not None and one.tag == tag]
        if any(one.purpose.part_of is None or one.purpose.part_of.id != part.id for one in theirs):
            refused.append(f"{member}: {tag} is under way there by itself")
    return "; ".join(refused) or None


def not_to_switch(records: Mapping[str, Record], name: str, found: Current | None) -> str | None:
    if found is None or not found.ready:
        return f"no release of set {name} is ready"
    apart = [one.says for one in found.stations if one.place in _NOT_TO_SWITCH]
    return "; ".join(apart) or None


def _since(record: Record) -> datetime:
    release = record.release
    if release is not None and release.purpose.part_of is not None:
        return release.requested_at
    since = record.on(record.active).since
    return since or _LONG_AGO


def _is_ready(record: Record, part: SetRelease) -> bool:
    release = record.release
    theirs = release.purpose.part_of if release is not None else None
    return release is not None and release.phase is Phase.READY and theirs is not None and theirs.id == part.id


def _met(record: Record, part: SetRelease) -> bool:
    """It has come to rest there."""
    return any(past.part_of is not None and past.part_of.id == part.id for past in record.past)
