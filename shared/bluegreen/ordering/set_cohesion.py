"""Keeping a set together: where one member fails, the others stop or roll back, each in its own journal."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from bluegreen.cloud import Cloud
from bluegreen.core import orders
from bluegreen.core.announce import announce
from bluegreen.core.errors import BluegreenError
from bluegreen.core.finding import Verdict
from bluegreen.core.inbound.webhooks import nudge
from bluegreen.core.notices import Tone
from bluegreen.core.orders import Outcome
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record, Version
from bluegreen.core.release import SetRelease
from bluegreen.core.sets.course import Course, course, stations, under_way
from bluegreen.ordering.cancelling import ended, stopped
from bluegreen.ordering.placing import deliver_notices, place
from bluegreen.steps.take_turn import wake_next


class _Member(NamedTuple):
    """One service of a set release, and what was read of all of them."""

    cloud: Cloud
    part: SetRelease
    tag: str
    records: Mapping[str, Record | None]

    def course(self, record: Record, now: datetime) -> Course:
        me = self.cloud.service.name
        found = stations({**self.records, me: record}, self.part, self.tag)
        return course(me, found, now, self.cloud.service.traffic.settle)


def keep(clouds: list[Cloud], versions: Mapping[str, Version]) -> bool:
    """True where something was done or is due soon. `versions`: the newest version of each service, just read."""
    busy = False
    for cloud in clouds:
        version = versions.get(cloud.service.name)
        found = under_way(version.record) if version else None
        if version is None or found is None:
            continue
        try:
            busy = _kept(_member(cloud, found, versions), version) or busy
        except BluegreenError as error:
            cloud.log("the set was not looked after", set=found[0].name, why=str(error), level="warning")
    return busy


def nudge_watch(cloud: Cloud, record: Record) -> None:
    """The watch looks at the others of a set at once; without it they follow within a minute."""
    if under_way(record) is not None:
        event = nudge(cloud.service.name, None, Phase.WATCHING, cloud.caller.function, cloud.clock.now())
        cloud.clients.functions.wake("ops/watch", event)


def _member(cloud: Cloud, found: tuple[SetRelease, str], versions: Mapping[str, Version]) -> _Member:
    part, tag = found
    read = {name: _newest(cloud, name, versions.get(name)) for name in part.members}
    return _Member(cloud, part, tag, {name: version.record if version else None for name, version in read.items()})


def _newest(cloud: Cloud, service: str, seen: Version | None) -> Version | None:
    """What is in flight may have moved since it was read; what rests has not."""
    rests = seen is not None and seen.record.release is None
    return seen if rests else cloud.journal_of(service).newest()


def _kept(member: _Member, version: Version) -> bool:
    cloud, release = member.cloud, version.record.release
    seen = member.course(version.record, cloud.clock.now())
    if seen.verdict is Verdict.WAIT:
        return seen.goes_back
    if seen.verdict is Verdict.GOOD:
        taken = release is None or release.claimed_by_other(cloud.caller.activation, cloud.clock.now())
        if cloud.clients.functions.can_wake and not taken:
            wake_next(cloud, version.record)
        return False
    stops = seen.verdict is Verdict.STOP and ended(cloud, release)
    placed = place(cloud, f"set {member.part.name}: {seen.says}", lambda r, now: _order(member, r, now, version, stops))
    deliver_notices(cloud, placed)
    if placed.written:
        wake_next(cloud, placed.version.record)
    return placed.written and placed.outcome.ok


def _order(member: _Member, record: Record, now: datetime, seen: Version, stops: bool) -> Outcome:
    """Decided anew on the newest record: a person, or another watch, may have been faster."""
    found, service = under_way(record), member.cloud.service
    if found is None or found[0].id != member.part.id:
        return Outcome(True, record, "another release is under way")
    decided, by = member.course(record, now), f"set {member.part.name}"
    why = f"{by}: {decided.says}"
    if decided.verdict is Verdict.STOP and record.release is not None:
        return orders.abort(stopped(record, seen.record.release, stops), service, by, now, why)
    if decided.verdict is not Verdict.BACK:
        return Outcome(True, record, decided.says)
    done = orders.rollback(record, service, by, now, why=why)
    return done if done.ok else _apart(member, record, why, done, now)


def _apart(member: _Member, record: Record, why: str, refused: Outcome, now: datetime) -> Outcome:
    """A member that cannot roll back with the others: people are notified once."""
    if record.apart == member.part.id:
        return refused
    headline = f"{member.tag} stays in production although {why}"
    announced = announce(record, member.cloud.service, Tone.BAD, headline, now, refused.says, refused.next_step)
    return refused._replace(record=announced.model_copy(update={"apart": member.part.id}))
