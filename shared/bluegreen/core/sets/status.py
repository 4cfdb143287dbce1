"""Where a member of a set release stands, read from its newest record alone."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from bluegreen.core.config import tags
from bluegreen.core.phases import BEFORE_SWITCH, RESTING, Phase
from bluegreen.core.record import PastRelease, Record
from bluegreen.core.release import Release, SetRelease

_LONGEST = 200  # characters of a member's sentence


class MemberState(Enum):
    COMING = "coming"  # not ready yet, or not begun
    ABSENT = "absent"  # it was never given the tag, and without a person it never will be
    HELD = "held"  # ready, but a person has to ask for the switch
    PAUSED = "paused"  # ready, and a person has paused the service: it holds all of the set until one has switched
    READY = "ready"
    MOVING = "moving"  # its production is being switched
    ACROSS = "across"  # its production is on the set release
    RETURNING = "returning"  # its production was pointed back, which is being proven
    BACK = "back"  # rolled back
    ALONE = "alone"  # on its own by now: a newer release, or the tag by a release of its own; it is not taken back
    OUT = "out"  # it ended before the switch


_STATES = {
    Phase.SWITCHING: MemberState.MOVING,
    Phase.WATCHING: MemberState.ACROSS,
    Phase.LIVE: MemberState.ACROSS,
    Phase.UNPROVEN: MemberState.ACROSS,
    Phase.ROLLING_BACK: MemberState.RETURNING,
    Phase.ROLLED_BACK: MemberState.BACK,
    Phase.STUCK: MemberState.BACK,
    **dict.fromkeys(BEFORE_SWITCH - {Phase.READY}, MemberState.COMING),
}


class MemberStatus(NamedTuple):
    service: str
    state: MemberState
    says: str
    since: datetime | None = None
    stays: bool = False  # it should have gone back and cannot: people got a notice


def member_statuses(records: Mapping[str, Record | None], set_release: SetRelease, tag: str) -> list[MemberStatus]:
    """All members in the order of the set."""
    return [member_status(name, records.get(name), set_release, tag) for name in set_release.members]


def member_status(service: str, record: Record | None, set_release: SetRelease, tag: str) -> MemberStatus:
    """`record` is None where the member has no journal yet."""
    if record is None:
        return MemberStatus(service, MemberState.COMING, f"{service} has not begun")
    release = record.release
    if release is not None and set_release.same_as(release.set_release):
        says, state = f"{service} is {release.phase.value}", _state_in_flight(release)
        says = _with_reason(says, release.reason, release.phase)
        if state is MemberState.READY and record.paused is not None and not release.purpose.leads_back:
            state, says = MemberState.PAUSED, record.paused.says(service)[:_LONGEST]
        return MemberStatus(service, state, says, release.phase_since)
    for past in record.past:
        if set_release.same_as(past.part_of):
            return _at_rest(service, record, past, set_release)
    if tag in record.quarantine:
        return MemberStatus(service, MemberState.OUT, _quarantined(service, record, tag))
    if record.on(record.active).tag == tag:
        return MemberStatus(service, MemberState.ALONE, f"{service} has {tag} already")
    return _not_begun(service, record, set_release, tag)


def _state_in_flight(release: Release) -> MemberState:
    if release.phase is Phase.READY:
        return MemberState.READY if release.go or release.options.auto_switch else MemberState.HELD
    return _STATES.get(release.phase, MemberState.OUT)


def _at_rest(service: str, record: Record, past: PastRelease, set_release: SetRelease) -> MemberStatus:
    state, says = _STATES.get(past.outcome, MemberState.OUT), f"{service} is {past.outcome.value}"
    if state is not MemberState.ACROSS:
        return MemberStatus(service, state, _with_reason(says, past.reason, past.outcome))
    if past.tag in record.quarantine:
        return MemberStatus(service, MemberState.BACK, _quarantined(service, record, past.tag))
    if record.on(record.active).tag != past.tag:
        return MemberStatus(service, MemberState.ALONE, f"{service} has gone on from {past.tag}")
    return MemberStatus(service, state, says, stays=record.apart == set_release.id)


def _not_begun(service: str, record: Record, set_release: SetRelease, tag: str) -> MemberStatus:
    """It is queued, or it has not been given the tag. Two releases of one set must not wait for each other."""
    release = record.release
    if release is not None and _overtaken(set_release, tag, release):
        return MemberStatus(service, MemberState.OUT, f"{service} has gone on to {release.tag}")
    if record.queued is not None and set_release.same_as(record.queued.set_release):
        return MemberStatus(service, MemberState.COMING, f"{service} waits its turn")
    comes = not record.newest_tag or tags.older(record.newest_tag, tag)  # the watch takes up what was missed
    return MemberStatus(
        service, MemberState.COMING if comes else MemberState.ABSENT, f"{service} has not been given {tag}"
    )


def _overtaken(set_release: SetRelease, tag: str, by: Release) -> bool:
    """The newer of two tags goes on. Where neither is newer the ids decide, so that every member decides alike."""
    other = by.set_release
    if other is None or other.name != set_release.name or by.phase not in BEFORE_SWITCH:
        return False
    return tags.older(tag, by.tag) or (not tags.older(by.tag, tag) and set_release.id < other.id)


def _quarantined(service: str, record: Record, tag: str) -> str:
    return f"{service} has {tag} in quarantine: {record.quarantine[tag]}"[:_LONGEST]


def _with_reason(says: str, reason: str, phase: Phase) -> str:
    """The reason belongs to a bad end."""
    ended = phase in RESTING or phase is Phase.ROLLING_BACK
    bad_end = ended and _STATES.get(phase) is not MemberState.ACROSS
    return f"{says}: {reason}"[:_LONGEST] if reason and bad_end else says
