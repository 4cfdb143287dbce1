"""Ready and switching: production moves to the new environment, and outside looks prove that it did."""

from datetime import datetime
from typing import NamedTuple

from bluegreen.core import advice, pointing, progress
from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import Router
from bluegreen.core.errors import Unavailable
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.notices import Tone
from bluegreen.core.outbox import queue_notice
from bluegreen.core.phases import Phase
from bluegreen.core.record import SAYS_KEPT, Record
from bluegreen.core.release import Release
from bluegreen.core.sets.status import member_statuses
from bluegreen.core.sets.verdict import MemberVerdict, member_verdict
from bluegreen.core.standstill import held
from bluegreen.sources.redeployed import PutThere, can_be_compared, redeployed
from bluegreen.steps import production
from bluegreen.steps.checking import faults_of
from bluegreen.steps.lost_journal import why_lost
from bluegreen.steps.step import Step, StepResult
from bluegreen.steps.turn import Turn
from bluegreen.traffic import PublicAnswer

_OTHERS_AGAIN_IN = 30.0  # another of the set nudges; this is for nudges that are lost
_LAST_LOOKS = 3  # at an environment's health, right before production moves there


class Fitness(NamedTuple):
    """Whether the ready release may take over now."""

    wanted: bool  # it goes, and nothing holds it
    faults: tuple[str, ...]
    others: MemberVerdict | None = None  # what the others of its set let it do; None where it is released alone


def ready_look(turn: Turn) -> Fitness:
    """A last look: hours may have passed since the checks."""
    release, cloud = turn.release, turn.cloud
    if _waits(turn) or not _goes(release, cloud.service) or release.target is None:
        return Fitness(False, ())
    others = _others(turn)
    if others is not None and others.verdict is not Verdict.GOOD:
        return Fitness(True, (), others)
    lost = turn.shielded(lambda: why_lost(cloud, turn.version), lambda says: "")
    if lost:
        raise Unavailable(lost)
    other = _other_code(turn) if release.purpose.undo else ""
    if other:
        return Fitness(True, (other,), others)
    faults: tuple[str, ...] = ()
    for _ in range(_LAST_LOOKS):
        faults = faults_of(cloud, cloud.service.url(release.target), cloud.service.checks.health, release.tag)
        if not faults:
            break
        cloud.clock.sleep(1.0)
    return Fitness(True, faults, others)


def _goes(release: Release, service: Service) -> bool:
    """A person said switch, or auto_switch does, unless the service wants an approval by now."""
    return release.go or service.options_of(release.options, release.purpose.leads_back).auto_switch


def _waits(turn: Turn) -> bool:
    """It is not to be switched at all, or not now. Members of a set switch together, or not at all."""
    release, cloud = turn.release, turn.cloud
    still = held(turn.record, cloud.service, release.purpose, cloud.clock.now())
    return release.purpose.restore or (still is not None and release.set_release is None)


def _other_code(turn: Turn) -> str:
    """Where an undo leads, somebody may have deployed meanwhile."""
    release = turn.release
    ours = release.deployment.id if release.deployment else ""
    left = PutThere(release.goes_to, release.tag, release.commit, release.digest, ours)
    if not can_be_compared(turn.cloud.service, left):
        return ""
    app = turn.cloud.clients.digitalocean.app(turn.cloud.service.app(left.environment))
    return redeployed(app, left, deploying=True)


def ready_judge(record: Record, seen: Fitness, service: Service, now: datetime) -> StepResult:
    if record.in_flight.purpose.restore:
        says = "healthy again, as what production can go back to"
        return StepResult(record, Finding(verdict=Verdict.STAND_BY, says=says))
    if not _goes(record.in_flight, service):
        record = _with_approval(record, service, now)
    if not seen.wanted:
        still = held(record, service, record.in_flight.purpose, now)
        awaited = service.approval.awaited if service.approval else "waiting for a person to switch"
        says = f"checks passed; {still.says if still else awaited}"
        return StepResult(record, Finding(verdict=Verdict.WAIT, says=says[:SAYS_KEPT], again_in=60 if still else 300))
    if seen.others is not None and seen.others.verdict is not Verdict.GOOD:
        return StepResult(
            record, Finding(verdict=seen.others.verdict, says=seen.others.says, again_in=_OTHERS_AGAIN_IN)
        )
    if seen.faults:
        return StepResult(record, Finding(verdict=Verdict.BAD, says="; ".join(seen.faults)))
    return StepResult(record, Finding(verdict=Verdict.GOOD, says="healthy right before the switch"))


def _with_approval(record: Record, service: Service, now: datetime) -> Record:
    """An approval that bluegreen.yml asks for since the release was asked for. Who approves, and the others of its
    set, read the record; and nobody was told yet that somebody is waited for.
    """
    release = record.in_flight
    options = service.options_of(release.options, release.purpose.leads_back)
    if service.approval is None or options == release.options:
        return record
    record = record.with_release(options=options)
    release = record.in_flight
    step = advice.next_step(record, service, progress.deadline(release, service), now)
    reason = "bluegreen.yml has come to ask for an approval"
    headline = f"{release.tag} is {service.approval.awaited}"
    return queue_notice(record, service, Tone.WARNING, headline, now, reason, step, release)


def switching_look(turn: Turn) -> PublicAnswer | MemberVerdict:
    """A `MemberVerdict`: another of its set has failed since it was ready, so production is not moved."""
    release = turn.release
    others = _others(turn) if release.switched_at is None else None
    if others is not None and (others.goes_back or others.verdict is Verdict.BACK):
        return others
    settings = turn.cloud.service.traffic
    mirror = settings.mirror if isinstance(settings, Router) else 0.0
    turn.change(
        f"production moves to {release.goes_to.value}",
        lambda record: _moved(record, turn.cloud.clock.now()).with_release(mirror=mirror),
    )
    production.send_traffic(turn.cloud, turn.record)
    return production.verify_traffic(turn)


def switching_judge(record: Record, seen: PublicAnswer | MemberVerdict, service: Service, now: datetime) -> StepResult:
    if isinstance(seen, MemberVerdict):
        return StepResult(record, Finding(verdict=Verdict.BACK, says=seen.says))
    verdict = Verdict.GOOD if seen.followed else Verdict.WAIT
    record = production.with_idle_kept_free(record, seen, now)
    return StepResult(record, Finding(verdict=verdict, says=seen.says, again_in=2))


def _others(turn: Turn) -> MemberVerdict | None:
    """What the others of its set let it do, by their own journals."""
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
