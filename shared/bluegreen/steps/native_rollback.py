"""The second line: App Platform's own rollback of the active app, validated, asked for once, followed to its end."""

from datetime import datetime
from typing import NamedTuple

from bluegreen.clients.digitalocean import Deployment
from bluegreen.cloud import Cloud
from bluegreen.core.environment import Environment, PreviousDeployment
from bluegreen.core.errors import Refused
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.record import Record
from bluegreen.core.release import NativeRollback
from bluegreen.sources.source import fresh
from bluegreen.steps.pointing import point
from bluegreen.steps.step import Ruling, Turn
from bluegreen.steps.switching import settled
from bluegreen.traffic import Seen

_EVERY = 5.0
_KEPT = 38.0  # seconds of the invocation that are not spent on waiting: whoever asked is answered within thirty
_ENDED = ("ACTIVE", "ERROR", "CANCELED", "SUPERSEDED")


class Progress(NamedTuple):
    made: str
    phase: str
    fault: str | None  # why what is live is not the release that it should be
    traffic: Seen | None  # once it is live


def planned(cloud: Cloud, active: Environment, stood: PreviousDeployment) -> NativeRollback:
    """The rollback, read and validated; `Refused` says why App Platform cannot do it."""
    app, api = cloud.service.app(active), cloud.digitalocean
    commit = stood.commit or cloud.github.commit_of(cloud.service.repository, stood.tag)
    digest = stood.digest or cloud.source.pin(stood.tag)
    there = api.deployments(app)
    if not stood.deployment:
        raise Refused(f"it is not known which deployment of {active.value} was {stood.tag}")
    fault = cloud.source.fault(active, api.deployment(app, stood.deployment), commit, digest)
    fault = fault or api.rollback_fault(app, stood.deployment)
    if fault:
        raise Refused(f"App Platform cannot take {active.value} back to {stood.tag}: {fault}")
    before = tuple(found.id for found in there)
    return NativeRollback(deployment=stood.deployment, tag=stood.tag, commit=commit, digest=digest, before=before)


def look(turn: Turn, way: NativeRollback) -> Progress:
    cloud, active = turn.cloud, turn.record.active
    made = _followed(cloud, active, _made(turn, way))
    if made.phase != "ACTIVE":
        return Progress(made.id, made.phase, None, None)
    fault = cloud.source.fault(active, made, way.commit, way.digest)
    if fault:
        return Progress(made.id, made.phase, fault, None)
    point(cloud, turn.record)
    return Progress(made.id, made.phase, None, settled(turn, active))


def judge(record: Record, way: NativeRollback, seen: Progress, now: datetime) -> Ruling:
    active = record.active
    record = record.with_release(native=way.model_copy(update={"made": seen.made})).with_environment(
        active, pinned=seen.made
    )
    if seen.fault:
        return Ruling(record, Finding(verdict=Verdict.BAD, says=seen.fault))
    if seen.traffic is not None:
        record = _stands(record, way, seen.made, now)
        verdict = Verdict.GOOD if seen.traffic.followed else Verdict.WAIT
        return Ruling(record, Finding(verdict=verdict, says=seen.traffic.says, again_in=2))
    says = f"deployment {seen.made}, App Platform's rollback of {active.value} to {way.tag}, is {seen.phase}"
    verdict = Verdict.BAD if seen.phase in _ENDED else Verdict.WAIT
    return Ruling(record, Finding(verdict=verdict, says=says, again_in=_EVERY))


def _made(turn: Turn, way: NativeRollback) -> Deployment:
    """The rollback's deployment. What an earlier turn may have asked for is looked for first, and after a refusal."""
    app, api = turn.cloud.service.app(turn.record.active), turn.cloud.digitalocean
    if way.made:
        return api.deployment(app, way.made)
    made = _trace(turn.cloud, app, way)
    if made is None:
        try:
            made = api.roll_back(app, way.deployment)
        except Refused:
            made = _trace(turn.cloud, app, way)
            if made is None:
                raise
    known, active = way.model_copy(update={"made": made.id}), turn.record.active
    turn.change(
        f"App Platform rolls {active.value} back",
        lambda record: record.with_release(native=known).with_environment(active, pinned=known.made),
    )
    return made


def _trace(cloud: Cloud, app: str, way: NativeRollback) -> Deployment | None:
    found = cloud.digitalocean.app(app)
    pinned = found.pinned_deployment
    ours = fresh(found, [*([pinned] if pinned else []), *cloud.digitalocean.deployments(app)], way.before)
    unnamed = [one for one in ours if one == pinned and not one.cloned_from]
    return next((one for one in (*ours, *unnamed) if one.cloned_from == way.deployment or one in unnamed), None)


def _followed(cloud: Cloud, active: Environment, made: Deployment) -> Deployment:
    app = cloud.service.app(active)
    while made.phase not in _ENDED and cloud.clock.remaining() > _KEPT + _EVERY:
        cloud.clock.sleep(_EVERY)
        made = cloud.digitalocean.deployment(app, made.id)
    return made


def _stands(record: Record, way: NativeRollback, made: str, now: datetime) -> Record:
    facts = {"tag": way.tag, "commit": way.commit, "digest": way.digest, "deployment": made}
    return record.with_environment(record.active, **facts, before=None, since=now, proven=True)
