"""Native rollback: App Platform's own rollback of the active app, validated, asked for once, followed to its end.

The fallback where the idle environment cannot take production over.
"""

from datetime import datetime
from typing import NamedTuple

from bluegreen.clients.digitalocean_answers import AppDeployment
from bluegreen.cloud import Cloud
from bluegreen.core.environment import Environment, PreviousDeployment
from bluegreen.core.errors import Refused
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.record import Record
from bluegreen.core.release import NativeRollback
from bluegreen.sources.source import deployments_since
from bluegreen.steps import production
from bluegreen.steps.step import StepResult
from bluegreen.steps.turn import Turn
from bluegreen.traffic import PublicAnswer

_EVERY = 5.0
_KEPT = 38.0  # seconds of the invocation that are not spent on waiting: whoever asked is answered within thirty
_ENDED = ("ACTIVE", "ERROR", "CANCELED", "SUPERSEDED")


class NativeRollbackProgress(NamedTuple):
    """The rollback's deployment, and once it is live whether production follows."""

    made: str  # the deployment's id
    phase: str
    fault: str | None  # why what is live is not the release that it should be
    traffic: PublicAnswer | None  # once it is live


def planned(cloud: Cloud, active: Environment, stood: PreviousDeployment) -> NativeRollback:
    """The rollback, read and validated; `Refused` says why App Platform cannot do it."""
    app, api = cloud.service.app(active), cloud.clients.digitalocean
    commit = stood.commit or cloud.clients.github.commit_of(cloud.service.repository, stood.tag)
    digest = stood.digest or cloud.source.pin(stood.tag)
    existing = api.deployments(app)
    if not stood.deployment:
        raise Refused(f"it is not known which deployment of {active.value} was {stood.tag}")
    fault = cloud.source.fault(active, api.deployment(app, stood.deployment), commit, digest)
    fault = fault or api.rollback_fault(app, stood.deployment)
    if fault:
        raise Refused(f"App Platform cannot take {active.value} back to {stood.tag}: {fault}")
    before = tuple(deployment.id for deployment in existing)
    return NativeRollback(deployment=stood.deployment, tag=stood.tag, commit=commit, digest=digest, before=before)


def look(turn: Turn, plan: NativeRollback) -> NativeRollbackProgress:
    cloud, active = turn.cloud, turn.record.active
    made = _followed(cloud, active, _made(turn, plan))
    if made.phase != "ACTIVE":
        return NativeRollbackProgress(made.id, made.phase, None, None)
    fault = cloud.source.fault(active, made, plan.commit, plan.digest)
    if fault:
        return NativeRollbackProgress(made.id, made.phase, fault, None)
    production.send_traffic(cloud, turn.record)
    return NativeRollbackProgress(made.id, made.phase, None, production.verify_traffic(turn))


def judge(record: Record, plan: NativeRollback, seen: NativeRollbackProgress, now: datetime) -> StepResult:
    active = record.active
    record = record.with_release(native=plan.model_copy(update={"made": seen.made})).with_environment(
        active, pinned=seen.made
    )
    if seen.fault:
        return StepResult(record, Finding(verdict=Verdict.BAD, says=seen.fault))
    if seen.traffic is not None:
        record = _runs(record, plan, seen.made, now)
        verdict = Verdict.GOOD if seen.traffic.followed else Verdict.WAIT
        return StepResult(record, Finding(verdict=verdict, says=seen.traffic.says, again_in=2))
    says = f"deployment {seen.made}, App Platform's rollback of {active.value} to {plan.tag}, is {seen.phase}"
    verdict = Verdict.BAD if seen.phase in _ENDED else Verdict.WAIT
    return StepResult(record, Finding(verdict=verdict, says=says, again_in=_EVERY))


def _made(turn: Turn, plan: NativeRollback) -> AppDeployment:
    """The rollback's deployment. One that an earlier turn asked for is looked for first, and again after a refusal."""
    app, api = turn.cloud.service.app(turn.record.active), turn.cloud.clients.digitalocean
    if plan.made:
        return api.deployment(app, plan.made)
    made = _trace(turn.cloud, app, plan)
    if made is None:
        try:
            made = api.roll_back(app, plan.deployment)
        except Refused:
            made = _trace(turn.cloud, app, plan)
            if made is None:
                raise
    known, active = plan.model_copy(update={"made": made.id}), turn.record.active
    turn.change(
        f"App Platform rolls {active.value} back",
        lambda record: record.with_release(native=known).with_environment(active, pinned=known.made),
    )
    return made


def _trace(cloud: Cloud, app: str, plan: NativeRollback) -> AppDeployment | None:
    state = cloud.clients.digitalocean.app(app)
    pinned = state.pinned_deployment
    newest = [*([pinned] if pinned else []), *cloud.clients.digitalocean.deployments(app)]
    ours = deployments_since(state, newest, plan.before)
    unnamed = [deployment for deployment in ours if deployment == pinned and not deployment.cloned_from]
    return next((d for d in (*ours, *unnamed) if d.cloned_from == plan.deployment or d in unnamed), None)


def _followed(cloud: Cloud, active: Environment, made: AppDeployment) -> AppDeployment:
    app = cloud.service.app(active)
    while made.phase not in _ENDED and cloud.clock.remaining() > _KEPT + _EVERY:
        cloud.clock.sleep(_EVERY)
        made = cloud.clients.digitalocean.deployment(app, made.id)
    return made


def _runs(record: Record, plan: NativeRollback, made: str, now: datetime) -> Record:
    facts = {"tag": plan.tag, "commit": plan.commit, "digest": plan.digest, "deployment": made}
    return record.with_environment(record.active, **facts, before=None, since=now, proven=True)
