"""Keeping a set together: members that have to stop or go back because of another do so, each in its own journal."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from bluegreen.cloud import Cloud
from bluegreen.core import orders
from bluegreen.core.errors import BluegreenError
from bluegreen.core.finding import Verdict
from bluegreen.core.inbound.nudges import nudge
from bluegreen.core.notices import Tone
from bluegreen.core.orders import Outcome
from bluegreen.core.outbox import queue_notice
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record, Version
from bluegreen.core.release import SetRelease
from bluegreen.core.sets.status import member_statuses
from bluegreen.core.sets.verdict import MemberVerdict, member_verdict
from bluegreen.ordering.cancelling import cancel_deployment, with_deployment_ended
from bluegreen.ordering.placing import confirmed, deliver_notices, place
from bluegreen.steps.bug_report import report
from bluegreen.steps.take_turn import wake_next
from bluegreen.steps.turn import wake


class _Member(NamedTuple):
    """One service of a set release, and what was read of all of them."""

    cloud: Cloud
    set_release: SetRelease
    tag: str
    records: Mapping[str, Record | None]

    def verdict(self, record: Record, now: datetime) -> MemberVerdict:
        me = self.cloud.service.name
        statuses = member_statuses({**self.records, me: record}, self.set_release, self.tag)
        return member_verdict(me, statuses, now, self.cloud.service.traffic.settle)


def keep_together(clouds: list[Cloud], versions: Mapping[str, Version]) -> bool:
    """True where something was done, or is to be done soon. `versions`: what was just read of each service."""
    busy = False
    for cloud in clouds:
        version = versions.get(cloud.service.name)
        found = version.record.set_under_way if version else None
        if version is None or found is None:
            continue
        try:
            busy = _kept_together(_member(cloud, found, versions), version) or busy
        except BluegreenError as error:
            cloud.log("the set was not looked after", set=found[0].name, why=str(error), level="warning")
        except Exception as error:  # noqa: BLE001 - the other members are to be looked after
            report(cloud, error)
    return busy


def nudge_watch(cloud: Cloud, record: Record) -> None:
    """The watch looks at the others of a set at once; without it they follow within a minute."""
    if record.set_under_way is not None:
        event = nudge(cloud.service.name, None, Phase.WATCHING, cloud.caller.function, cloud.clock.now())
        wake(cloud, "ops/watch", event)


def _member(cloud: Cloud, found: tuple[SetRelease, str], versions: Mapping[str, Version]) -> _Member:
    set_release, tag = found
    read = {name: _newest(cloud, name, versions.get(name)) for name in set_release.members}
    return _Member(
        cloud, set_release, tag, {name: version.record if version else None for name, version in read.items()}
    )


def _newest(cloud: Cloud, service: str, seen: Version | None) -> Version | None:
    """What is in flight may have moved since it was read; what rests has not."""
    rests = seen is not None and seen.record.release is None
    return seen if rests else cloud.journal_of(service).newest()


def _kept_together(member: _Member, version: Version) -> bool:
    cloud, release = member.cloud, version.record.release
    seen = member.verdict(version.record, cloud.clock.now())
    if seen.verdict is Verdict.WAIT:
        return seen.goes_back
    if seen.verdict is Verdict.GOOD:
        taken = release is None or release.claimed_by_other(cloud.caller.activation, cloud.clock.now())
        if cloud.can_wake and not taken:
            wake_next(cloud, version.record)
        return False
    stops = seen.verdict is Verdict.STOP and cancel_deployment(cloud, release)
    if seen.verdict is Verdict.BACK:
        confirmed(cloud, version)
    placed = place(
        cloud, f"set {member.set_release.name}: {seen.says}", lambda r, now: _order(member, r, now, version, stops)
    )
    deliver_notices(cloud, placed)
    if placed.written:
        wake_next(cloud, placed.version.record)
    return placed.written and placed.outcome.ok


def _order(member: _Member, record: Record, now: datetime, seen: Version, stops: bool) -> Outcome:
    """Decided anew on the newest record: a person, or another watch, may have been faster."""
    found, service = record.set_under_way, member.cloud.service
    if found is None or not member.set_release.same_as(found[0]):
        return Outcome(True, record, "another release is under way")
    decided, by = member.verdict(record, now), f"set {member.set_release.name}"
    why = f"{by}: {decided.says}"
    if decided.verdict is Verdict.STOP and record.release is not None:
        return orders.abort(with_deployment_ended(record, seen.record.release, stops), service, by, now, why)
    if decided.verdict is not Verdict.BACK:
        return Outcome(True, record, decided.says)
    done = orders.rollback(record, service, by, now, why=why)
    return done if done.ok else _apart(member, record, why, done, now)


def _apart(member: _Member, record: Record, why: str, refused: Outcome, now: datetime) -> Outcome:
    """It cannot follow: people are told once."""
    if record.apart == member.set_release.id:
        return refused
    headline = f"{member.tag} stays in production although {why}"
    told = queue_notice(record, member.cloud.service, Tone.BAD, headline, now, refused.says, refused.next_step)
    return refused._replace(record=told.model_copy(update={"apart": member.set_release.id}))
