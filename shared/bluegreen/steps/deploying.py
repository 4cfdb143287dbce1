"""Deploying: one deployment of exactly this release, followed until it is live on the idle environment."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from bluegreen.clients.digitalocean_answers import AppDeployment, DeploymentStep
from bluegreen.cloud import Cloud
from bluegreen.core import progress
from bluegreen.core.config.service import Service
from bluegreen.core.config.units import spoken
from bluegreen.core.environment import Environment
from bluegreen.core.errors import BluegreenError, Never, Refused, Unavailable, described
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.phases import Phase
from bluegreen.core.record import SAYS_KEPT, Record
from bluegreen.core.release import Deployment, Release
from bluegreen.steps import app_log, drift_gate
from bluegreen.steps.step import Step, StepResult
from bluegreen.steps.turn import Turn

_LOST_AFTER = timedelta(seconds=90)  # without a trace it was never made; a minute of it is for clocks that differ


class DeploymentObservation(NamedTuple):
    """App Platform's deployment of this release, as it was last read."""

    id: str  # "" while it is not known whether there is one
    phase: str  # DigitalOcean's word, such as BUILDING or ACTIVE
    fault: str | None  # why what is live is not this release
    why: str  # what went wrong, in a sentence
    log: str = ""  # what the app said last


def look(turn: Turn) -> DeploymentObservation:
    intent = turn.release.deployment
    if intent is None:
        return _started(turn)
    if intent.refused:
        raise Refused(intent.refused)
    if not intent.id:
        return _traced(turn, intent)
    cloud, release = turn.cloud, turn.release
    until = progress.deadline(release, cloud.service)
    if until is not None and cloud.clock.now() > until and cancelled(cloud, release):
        limit = spoken((until - release.phase_since).total_seconds())
        return DeploymentObservation(intent.id, "CANCELED", None, f": not done within {limit}, so it was cancelled")
    return _observed(
        cloud, release, cloud.clients.digitalocean.deployment(cloud.service.app(release.goes_to), intent.id)
    )


def judge(record: Record, seen: DeploymentObservation, service: Service, now: datetime) -> StepResult:
    release = record.in_flight
    made = release.deployment or Deployment(intended_at=now)
    record = record.with_release(deployment=made.model_copy(update={"id": seen.id or made.id}))
    wait = Finding(verdict=Verdict.WAIT, says=f"deployment {seen.id} is {seen.phase}", again_in=service.watch.every)
    match seen.phase:
        case "ACTIVE" if seen.fault is None:
            says = f"{release.goes_to.value} runs {release.tag} ({release.commit[:12]})"
            return StepResult(_runs(record, release, now), Finding(verdict=Verdict.GOOD, says=says))
        case "ACTIVE":
            return StepResult(_unknown(record, release), Finding(verdict=Verdict.BAD, says=str(seen.fault)))
        case "ERROR" | "CANCELED":
            ended = record.with_release(deployment=made.model_copy(update={"id": seen.id, "ended": True}), log=seen.log)
            return StepResult(
                ended, Finding(verdict=Verdict.BAD, says=f"deployment {seen.id} is {seen.phase}{seen.why}")
            )
        case "SUPERSEDED":
            says = f"deployment {seen.id} was superseded by another before it was live"
            return StepResult(_unknown(record, release), Finding(verdict=Verdict.BAD, says=says))
        case _:
            return StepResult(record, wait)


def cancelled(cloud: Cloud, release: Release, tries: int = 8, pause: float = 1.0) -> bool:
    """Stops the deployment in flight; True when it is certain that the environment still runs what it ran."""
    if release.deployment is None or release.deployment.ended:
        return True
    if not release.deployment.id or release.target is None or release.phase is not Phase.DEPLOYING:
        return False
    app, deployment = cloud.service.app(release.target), release.deployment.id
    try:
        phase = cloud.clients.digitalocean.cancel(app, deployment).phase
        for _ in range(tries):
            if phase in ("ERROR", "CANCELED", "ACTIVE", "SUPERSEDED"):
                break
            cloud.clock.sleep(pause)
            phase = cloud.clients.digitalocean.deployment(app, deployment).phase
    except Exception as error:  # noqa: BLE001 - a way back is never blocked by what it stops first
        why = str(error) if isinstance(error, BluegreenError) else described(error)
        cloud.log("deployment could not be cancelled", deployment=deployment, why=why, level="warning")
        return False
    return phase in ("ERROR", "CANCELED")


def _started(turn: Turn) -> DeploymentObservation:
    cloud, target = turn.cloud, turn.release.goes_to
    _is_still_free(turn, target)
    existing = cloud.clients.digitalocean.deployments(cloud.service.app(target))
    intent = Deployment(intended_at=cloud.clock.now(), before=tuple(deployment.id for deployment in existing))
    turn.change(
        f"about to deploy to {target.value}",
        lambda record: record.with_release(deployment=intent).with_floor(intent.intended_at),
    )
    try:
        _unpin(turn, target)
        like = drift_gate.fixed_spec(cloud, target) if turn.release.purpose.fix else None
        made = cloud.source.start(target, turn.release.commit, turn.release.digest, like)
    except Never as error:
        refused = intent.model_copy(update={"ended": True, "refused": str(error)[:SAYS_KEPT]})
        turn.change("the deployment was refused", lambda record: record.with_release(deployment=refused))
        raise
    return DeploymentObservation(made.id, made.phase, None, "")


def _is_still_free(turn: Turn, target: Environment) -> None:
    """The step before looked at this too, but long ago if the function that took it has died."""
    cloud = turn.cloud
    lagging = cloud.traffic.why_lagging(turn.record, cloud.clock.now()) if cloud.has_traffic_setting else None
    if lagging:
        raise Unavailable(f"{target.value} may serve production again: {lagging}", delay=5.0)


def _unpin(turn: Turn, target: Environment) -> None:
    """App Platform refuses to deploy to a pinned app. Only the pin of our own rollback is removed, by committing it."""
    api, pinned = turn.cloud.clients.digitalocean, turn.record.on(target).pinned
    if not pinned:
        return
    app = api.app(turn.cloud.service.app(target))
    if app.pinned_deployment is not None and app.pinned_deployment.id == pinned:
        api.commit_rollback(app.id)
    turn.change(f"{target.value} is no longer pinned", lambda record: record.with_environment(target, pinned=""))


def _traced(turn: Turn, intent: Deployment) -> DeploymentObservation:
    """The intent is recorded, the answer is not: look for the deployment that an earlier turn may have started."""
    cloud, release = turn.cloud, turn.release
    deployment = cloud.source.trace(release.goes_to, release.commit, release.digest, intent.before)
    if deployment is not None:
        return _observed(cloud, release, deployment)
    if cloud.clock.now() - intent.intended_at < _LOST_AFTER:
        return DeploymentObservation("", "not seen yet", None, "")
    turn.change("no trace of a deployment: starting again", lambda record: record.with_release(deployment=None))
    return _started(turn)


def _observed(cloud: Cloud, release: Release, deployment: AppDeployment) -> DeploymentObservation:
    fault = None
    if deployment.phase == "ACTIVE":
        fault = cloud.source.fault(release.goes_to, deployment, release.commit, release.digest)
    if deployment.phase not in ("ERROR", "CANCELED"):
        return DeploymentObservation(deployment.id, deployment.phase, fault, "")
    app = cloud.service.app(release.goes_to)
    log = app_log.excerpt(cloud.clients.digitalocean, app, deployment.id)
    return DeploymentObservation(deployment.id, deployment.phase, fault, _why(deployment, log), log)


def _why(deployment: AppDeployment, log: str) -> str:
    """The app's own last words first, then the deepest reason that DigitalOcean gives."""
    reasons, words = list(_reasons(deployment.progress.steps)), app_log.last_words(log)
    if not words:
        return f": {reasons[-1]}" if reasons else ""
    return f": {words}" + (f" ({reasons[-1]})" if reasons else "")


def _reasons(steps: list[DeploymentStep]) -> Iterator[str]:
    """The reasons of failed steps, the deepest last."""
    for step in steps:
        if step.status == "ERROR":
            if step.reason and (step.reason.message or step.reason.code):
                yield step.reason.message or step.reason.code
            yield from _reasons(step.steps)


def _unknown(record: Record, release: Release) -> Record:
    """Something else than the release runs on its target now; what ran there before is what was lost."""
    before = record.on(release.goes_to).as_previous
    return record.with_environment(release.goes_to, tag="", commit="", digest="", before=before, proven=False)


def _runs(record: Record, release: Release, now: datetime) -> Record:
    found = record.in_flight.deployment  # by now with its id, where the answer to the request was lost
    made = found.id if found else ""
    facts: dict[str, object] = {"tag": release.tag, "commit": release.commit, "digest": release.digest}
    facts |= {"deployment": made, "before": record.on(release.goes_to).as_previous}
    return record.with_environment(release.goes_to, **facts, since=now, proven=False)


STEP = Step(Phase.DEPLOYING, look, judge)
