"""Ready and switching: production moves to the new environment, and outside looks prove that it did."""

from datetime import datetime, timedelta
from typing import NamedTuple

from bluegreen.core import pointing
from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.core.sets.status import member_statuses
from bluegreen.core.sets.verdict import MemberVerdict, member_verdict
from bluegreen.steps.checking import faults_of
from bluegreen.steps.pointing import point
from bluegreen.steps.step import Ruling, Step, Turn
from bluegreen.traffic import Seen

_MARGIN = 8.0
_OTHERS_AGAIN_IN = 30.0  # somebody of the set nudges; this is for nudges that are lost
_CLOCKS = timedelta(minutes=1)  # that two functions may differ by
_LAST_LOOKS = 3  # at an environment's health, right before production moves there


class Fitness(NamedTuple):
    wanted: bool  # somebody said go, or auto_switch does
    faults: tuple[str, ...]
    others: MemberVerdict | None = None  # of its set: what they leave it to do; None where it is released alone


def ready_look(turn: Turn) -> Fitness:
    """A last look: hours may have passed since the checks."""
    release, cloud = turn.release, turn.cloud
    if not (release.go or release.options.auto_switch) or release.target is None:
        return Fitness(False, ())
    others = _others(turn)
    if others is not None and others.verdict is not Verdict.GOOD:
        return Fitness(True, (), others)
    faults: tuple[str, ...] = ()
    for _ in range(_LAST_LOOKS):
        faults = faults_of(cloud, cloud.service.url(release.target), cloud.service.checks.health, release.tag)
        if not faults:
            break
        cloud.clock.sleep(1.0)
    return Fitness(True, faults, others)


def ready_judge(record: Record, seen: Fitness, service: Service, now: datetime) -> Ruling:
    if not seen.wanted:
        says = "checks passed; waiting for a person to switch"
        return Ruling(record, Finding(verdict=Verdict.WAIT, says=says, again_in=300))
    if seen.others is not None and seen.others.verdict is not Verdict.GOOD:
        return Ruling(record, Finding(verdict=seen.others.verdict, says=seen.others.says, again_in=_OTHERS_AGAIN_IN))
    if seen.faults:
        return Ruling(record, Finding(verdict=Verdict.BAD, says="; ".join(seen.faults)))
    return Ruling(record, Finding(verdict=Verdict.GOOD, says="healthy right before the switch"))


def switching_look(turn: Turn) -> Seen | MemberVerdict:
    """A verdict: another of its set was lost since it was ready, so production is not moved any more."""
    release = turn.release
    others = _others(turn) if release.switched_at is None else None
    if others is not None and (others.goes_back or others.verdict is Verdict.BACK):
        return others
    turn.change(f"production moves to {release.goes_to.value}", lambda record: _moved(record, turn.cloud.clock.now()))
    point(turn.cloud, turn.record)
    return settled(turn, turn.record.active)


def switching_judge(record: Record, seen: Seen | MemberVerdict, service: Service, now: datetime) -> Ruling:
    if isinstance(seen, MemberVerdict):
        return Ruling(record, Finding(verdict=Verdict.BACK, says=seen.says))
    verdict = Verdict.GOOD if seen.followed else Verdict.WAIT
    return Ruling(left(record, seen, now), Finding(verdict=verdict, says=seen.says, again_in=2))


def left(record: Record, seen: Seen, now: datetime) -> Record:
    """Users who still go by an old answer are at the idle environment. What was sent may be much younger than the
    version that moved production, where the function that had to send it died."""
    return record.kept_free(now + timedelta(seconds=seen.tail) + _CLOCKS) if seen.tail else record


def settled(turn: Turn, environment: Environment) -> Seen:
    """Looks from outside until production follows, or the time to settle is over."""
    cloud = turn.cloud
    begun, limit, pause = cloud.clock.seconds(), cloud.service.traffic.settle, cloud.traffic.look_every
    while True:
        seen = cloud.traffic.verify(environment, turn.record.epoch, cloud.clock.now())
        if seen.followed or cloud.clock.seconds() - begun > limit or cloud.clock.remaining() < pause + _MARGIN:
            return seen
        if seen.again:
            point(cloud, turn.record)
        cloud.clock.sleep(pause)


def _others(turn: Turn) -> MemberVerdict | None:
    """How the others of its set stand, by their own journals."""
    cloud, release = turn.cloud, turn.release
    set_release, me = release.set_release, cloud.service.name
    if set_release is None:
        return None
    versions = {name: cloud.journal_of(name).newest() for name in set_release.members if name != me}
    records = {name: version.record if version else None for name, version in versions.items()}
    statuses = member_statuses({**records, me: turn.record}, set_release, release.tag)
    return member_verdict(me, statuses, cloud.clock.now(), cloud.service.traffic.settle)


def _moved(record: Record, now: datetime) -> Record:
    release = record.in_flight
    if release.switched_at is not None:
        return record
    record = record.with_release(previous=record.active, switched_at=now)
    return pointing.point_at(record, release.goes_to, now)


READY = Step(Phase.READY, ready_look, ready_judge)
SWITCHING = Step(Phase.SWITCHING, switching_look, switching_judge)
