"""Deploying: one deployment of exactly this release, followed until it is live on the idle environment."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from bluegreen.clients.digitalocean import Deployment as Found
from bluegreen.clients.digitalocean import Step as ProgressStep
from bluegreen.cloud import Cloud
from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment
from bluegreen.core.errors import BluegreenError, Never, Refused, Unavailable
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.phases import Phase
from bluegreen.core.record import SAYS_KEPT, Record
from bluegreen.core.release import Deployment, Release
from bluegreen.steps import alike
from bluegreen.steps.step import Ruling, Step, Turn

_LOST_AFTER = timedelta(seconds=90)  # no trace by then: it was never made; a minute of it is for clocks that differ
_LOG_LINES = 5


class Seen(NamedTuple):
    id: str  # "" while it is not known whether there is one
    phase: str
    fault: str | None  # why what is live is not this release
    why: str  # DigitalOcean's own words on a failure


def look(turn: Turn) -> Seen:
    intent = turn.release.deployment
    if intent is None:
        return _started(turn)
    if intent.refused:
        raise Refused(intent.refused)
    if not intent.id:
        return _traced(turn, intent)
    return _followed(turn.cloud, turn.release, intent.id)


def judge(record: Record, seen: Seen, service: Service, now: datetime) -> Ruling:
    release = record.in_flight
    made = release.deployment or Deployment(intended_at=now)
    record = record.with_release(deployment=made.model_copy(update={"id": seen.id or made.id}))
    wait = Finding(verdict=Verdict.WAIT, says=f"deployment {seen.id} is {seen.phase}", again_in=service.watch.every)
    match seen.phase:
        case "ACTIVE" if seen.fault is None:
            says = f"{release.goes_to.value} runs {release.tag} ({release.commit[:12]})"
            return Ruling(_stands(record, release, now), Finding(verdict=Verdict.GOOD, says=says))
        case "ACTIVE":
            before = record.on(release.goes_to).as_previous
            record = record.with_environment(release.goes_to, tag="", commit="", digest="", before=before, proven=False)
            return Ruling(record, Finding(verdict=Verdict.BAD, says=str(seen.fault)))
        case "ERROR" | "CANCELED":
            ended = record.with_release(deployment=made.model_copy(update={"id": seen.id, "ended": True}))
            return Ruling(ended, Finding(verdict=Verdict.BAD, says=f"deployment {seen.id} is {seen.phase}{seen.why}"))
        case "SUPERSEDED":
            says = f"deployment {seen.id} was superseded by another before it was live"
            return Ruling(record, Finding(verdict=Verdict.BAD, says=says))
        case _:
            return Ruling(record, wait)


def cancelled(cloud: Cloud, release: Release, tries: int = 8, pause: float = 1.0) -> bool:
    """Stops the deployment in flight; True when it is certain that the environment still runs what it ran."""
    if release.deployment is None or release.deployment.ended:
        return True
    if not release.deployment.id or release.target is None or release.phase is not Phase.DEPLOYING:
        return False
    app, deployment = cloud.service.app(release.target), release.deployment.id
    try:
        phase = cloud.digitalocean.cancel(app, deployment).phase
        for _ in range(tries):
            if phase in ("ERROR", "CANCELED", "ACTIVE", "SUPERSEDED"):
                break
            cloud.clock.sleep(pause)
            phase = cloud.digitalocean.deployment(app, deployment).phase
    except BluegreenError as error:
        cloud.log("deployment could not be cancelled", deployment=deployment, why=str(error), level="warning")
        return False
    return phase in ("ERROR", "CANCELED")


def _started(turn: Turn) -> Seen:
    cloud, target = turn.cloud, turn.release.goes_to
    _is_still_free(turn, target)
    there = tuple(found.id for found in cloud.digitalocean.deployments(cloud.service.app(target)))
    intent = Deployment(intended_at=cloud.clock.now(), before=there)
    turn.change(f"about to deploy to {target.value}", lambda record: record.with_release(deployment=intent))
    try:
        _unpin(turn, target)
        like = alike.copied(cloud, target) if turn.release.purpose.fix else None
        made = cloud.source.start(target, turn.release.commit, turn.release.digest, like)
    except Never as error:
        refused = intent.model_copy(update={"ended": True, "refused": str(error)[:SAYS_KEPT]})
        turn.change("the deployment was refused", lambda record: record.with_release(deployment=refused))
        raise
    return Seen(made.id, made.phase, None, "")


def _is_still_free(turn: Turn, target: Environment) -> None:
    """The gates may have looked long ago, if the function that passed them has died."""
    cloud = turn.cloud
    lagging = None if cloud.traffic.follows_journal else cloud.traffic.lagging(turn.record, cloud.clock.now())
    if lagging:
        raise Unavailable(f"{target.value} may serve production again: {lagging}", delay=5.0)


def _unpin(turn: Turn, target: Environment) -> None:
    """App Platform refuses deployments of a pinned app. Only the pin of our own rollback is taken away: it is kept."""
    api, pinned = turn.cloud.digitalocean, turn.record.on(target).pinned
    if not pinned:
        return
    app = api.app(turn.cloud.service.app(target))
    if app.pinned_deployment is not None and app.pinned_deployment.id == pinned:
        api.commit_rollback(app.id)
    turn.change(f"{target.value} is no longer pinned", lambda record: record.with_environment(target, pinned=""))


def _traced(turn: Turn, intent: Deployment) -> Seen:
    """The intent is recorded, the answer is not: look for what the other turn may have left behind."""
    cloud, release = turn.cloud, turn.release
    found = cloud.source.trace(release.goes_to, release.commit, release.digest, intent.before)
    if found is not None:
        return _seen(cloud, release, found)
    if cloud.clock.now() - intent.intended_at < _LOST_AFTER:
        return Seen("", "not seen yet", None, "")
    turn.change("no trace of a deployment: starting again", lambda record: record.with_release(deployment=None))
    return _started(turn)


def _followed(cloud: Cloud, release: Release, deployment: str) -> Seen:
    return _seen(cloud, release, cloud.digitalocean.deployment(cloud.service.app(release.goes_to), deployment))


def _seen(cloud: Cloud, release: Release, found: Found) -> Seen:
    fault = None
    if found.phase == "ACTIVE":
        fault = cloud.source.fault(release.goes_to, found, release.commit, release.digest)
    why = _why(cloud, release, found) if found.phase in ("ERROR", "CANCELED") else ""
    return Seen(found.id, found.phase, fault, why)


def _why(cloud: Cloud, release: Release, found: Found) -> str:
    reasons = list(_reasons(found.progress.steps))
    told = f": {reasons[-1]}" if reasons else ""
    for kind in ("DEPLOY", "BUILD"):
        try:
            lines = cloud.digitalocean.build_log(cloud.service.app(release.goes_to), found.id, kind, _LOG_LINES)
        except BluegreenError:
            continue  # a phase that was never reached has no log
        if lines:
            return f"{told}; last lines of the {kind.lower()} log: {' / '.join(line[:160] for line in lines)}"
    return told


def _reasons(steps: list[ProgressStep]) -> Iterator[str]:
    """The reasons of failed steps, the deepest last."""
    for step in steps:
        if step.status == "ERROR":
            if step.reason and (step.reason.message or step.reason.code):
                yield step.reason.message or step.reason.code
            yield from _reasons(step.steps)


def _stands(record: Record, release: Release, now: datetime) -> Record:
    made = release.deployment.id if release.deployment else ""
    facts: dict[str, object] = {"tag": release.tag, "commit": release.commit, "digest": release.digest}
    facts |= {"deployment": made, "before": record.on(release.goes_to).as_previous}
    return record.with_environment(release.goes_to, **facts, since=now, proven=False)


STEP = Step(Phase.DEPLOYING, look, judge)
