"""The newest release of a set, as its members' records show it: for `status`, and for what people ask of a set."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.core.release import SetRelease
from bluegreen.core.sets.status import MemberState, MemberStatus, member_statuses

_NOT_TO_SWITCH = (
    MemberState.PAUSED,
    MemberState.COMING,
    MemberState.ABSENT,
    MemberState.RETURNING,
    MemberState.BACK,
    MemberState.OUT,
)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class CurrentSetRelease(NamedTuple):
    """The newest release of a set that is in flight or in production, and where its members stand."""

    set_release: SetRelease
    tag: str
    members: list[MemberStatus]
    ready: list[str]  # services in the phase *ready*

    def services(self, *states: MemberState) -> list[str]:
        """The members in one of these states."""
        return [member.service for member in self.members if member.state in states]

    @property
    def says(self) -> str:
        return ", ".join(member.says for member in self.members)

    @property
    def states(self) -> dict[str, str]:
        return {member.service: member.state.value for member in self.members}

    @property
    def rests(self) -> bool:
        """All members stand alike and none is about to switch: there is nothing to report."""
        states = {member.state for member in self.members if member.state is not MemberState.ALONE}
        return len(states) == 1 and not self.ready


def current_release(records: Mapping[str, Record], name: str) -> CurrentSetRelease | None:
    """Of the set of that name; None where no member takes part in a release of it."""
    releases = [(_since(record), *release) for record in records.values() if (release := record.set_under_way)]
    of_this_set = [release for release in releases if release[1].name == name]
    if not of_this_set:
        return None
    _, set_release, tag = max(of_this_set, key=lambda release: release[0])
    ready = [member for member in set_release.members if member in records and _is_ready(records[member], set_release)]
    members = [status for status in member_statuses(records, set_release, tag) if status.service in records]
    return CurrentSetRelease(set_release, tag, members, ready)


def why_not_switched(name: str, current: CurrentSetRelease | None) -> str | None:
    """Why a person cannot switch the set now."""
    if current is None or not current.ready:
        return f"no release of set {name} is ready"
    return "; ".join(member.says for member in current.members if member.state in _NOT_TO_SWITCH) or None


def _since(record: Record) -> datetime:
    release = record.release
    if release is not None and release.set_release is not None:
        return release.requested_at
    return record.on(record.active).since or _LONG_AGO


def _is_ready(record: Record, set_release: SetRelease) -> bool:
    release = record.release
    return release is not None and release.phase is Phase.READY and set_release.same_as(release.set_release)
