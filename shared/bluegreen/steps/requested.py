"""Requested: may this tag be deployed, where to, and what exactly is it?"""

from datetime import datetime
from typing import NamedTuple

from bluegreen.core import advice, long_memory, quarantine
from bluegreen.core.config.database.migrations import MigrationPolicy
from bluegreen.core.config.drift import DriftPolicy
from bluegreen.core.config.options import Target
from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment
from bluegreen.core.errors import NotFound
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.migrations.kept import Migrations
from bluegreen.core.notices import ToldBefore, Tone
from bluegreen.core.outbox import queue_notice
from bluegreen.core.phases import Phase
from bluegreen.core.record import SAYS_KEPT, Record
from bluegreen.core.release import Release
from bluegreen.core.twins import pins
from bluegreen.steps import drift_gate, migration_gate
from bluegreen.steps.drift_gate import Specs
from bluegreen.steps.lost_journal import why_lost
from bluegreen.steps.step import Step, StepResult
from bluegreen.steps.turn import Turn

_NAMED = 5  # differences that a notice shows


class RequestObservation(NamedTuple):
    """What decides whether the tag may be deployed now."""

    target: Environment
    commit: str  # "" where the tag does not exist (any more)
    digest: str
    pinned: str  # the deployment that the app is pinned to by a native rollback, "" if none
    busy: str  # a deployment of somebody else that is under way on the target
    lagging: str  # who still sends production to the target, "" where nobody is known to
    runs: str = ""  # the deployment that is live on the target
    specs: Specs = Specs()
    was: str = ""  # the commit that the tag had when it was released, where only the long memory knows
    quarantined: str = ""  # whose image or commit it is, where only the long memory knows of the quarantine
    behind: bool = False  # the commit is an ancestor of the active one
    migrations: Migrations = Migrations()


def look(turn: Turn) -> RequestObservation:
    cloud, release = turn.cloud, turn.release
    target = target_of(release, turn.record)
    app = cloud.clients.digitalocean.app(cloud.service.app(target))
    coming = app.in_progress_deployment or app.pending_deployment
    known = (app.pinned_deployment, coming, app.active_deployment)
    pinned, busy, runs = (each.id if each else "" for each in known)
    try:
        commit = cloud.clients.github.commit_of(cloud.service.repository, release.tag)
    except NotFound:
        commit = ""
    digest = cloud.source.pin(release.tag) if commit else ""
    lagging = cloud.traffic.why_lagging(turn.record, cloud.clock.now()) or why_lost(cloud, turn.version)
    specs = drift_gate.look(cloud, target, app.spec, release.purpose.fix)
    was, quarantined = _recalled(turn, commit, digest)
    behind = _is_behind(turn, commit)
    # What has to wait anyway is looked at every few seconds: its migrations are read once it need not.
    migrations = Migrations() if busy or lagging else migration_gate.look(turn, commit)
    found = (pinned, busy, lagging, runs, specs, was, quarantined, behind, migrations)
    return RequestObservation(target, commit, digest, *found)


def _recalled(turn: Turn, commit: str, digest: str) -> tuple[str, str]:
    """`was` and `quarantined` of the observation. Admission has asked for an announced tag already."""
    journal, record, purpose = turn.cloud.journal, turn.record, turn.release.purpose
    was, quarantined = None, ""
    if not purpose.announced and not record.commit_of(turn.release.tag):
        was = long_memory.release(journal.recalled(long_memory.release_key(turn.release.tag)))
    if commit and not purpose.lift:
        image = quarantine.image_of(commit, digest)
        quarantined = long_memory.quarantined(journal.recalled(long_memory.quarantine_key(image)))
    return was.commit if was else "", quarantined


def _is_behind(turn: Turn, commit: str) -> bool:
    """Asked only of what was announced: a person may release older code. An adopted environment has no commit yet."""
    github, repository, active = (
        turn.cloud.clients.github,
        turn.cloud.service.repository,
        turn.record.on(turn.record.active),
    )
    if not commit or not turn.release.purpose.announced or not (active.commit or active.tag):
        return False
    try:
        base = active.commit or github.commit_of(repository, active.tag)
    except NotFound:
        return False
    return base != commit and github.is_behind(repository, commit, base)


def judge(record: Record, seen: RequestObservation, service: Service, now: datetime) -> StepResult:
    release = record.in_flight
    target = seen.target.value
    refused = _refused(record, release, seen, service)
    if refused:
        return StepResult(record, Finding(verdict=Verdict.BAD, says=refused, for_asker=not seen.commit))
    barred = quarantine.refused(record, release.tag, seen.commit, seen.digest) or _barred(record, seen, service)
    if barred:
        record = record.with_release(commit=seen.commit, digest=seen.digest, safe_way=seen.migrations.safe_way)
        return StepResult(record, Finding(verdict=Verdict.BAD, says=barred))
    waits = _not_free(record, seen, now)
    if waits:
        return StepResult(record, waits)
    record = record.with_release(target=seen.target, commit=seen.commit, digest=seen.digest)
    as_before = record.told is not None and bool(seen.specs.known_by) and seen.specs.known_by == record.told.drift
    record = record.with_environment(seen.target, deployment=record.on(seen.target).deployment or seen.runs)
    record = _noted(record, service, seen, now)
    what = f"{release.tag} is commit {seen.commit[:12]}" + (f", image {seen.digest[:19]}" if seen.digest else "")
    apart = f"; {', '.join(seen.specs.foreign)}, which no release changes" if seen.specs.foreign else ""
    goes = f"it goes to {target}{'; blue and green differ as before' if as_before else ''}{apart}"
    return StepResult(record, Finding(verdict=Verdict.GOOD, says=f"{what}; {goes}"[:SAYS_KEPT]))


def _barred(record: Record, seen: RequestObservation, service: Service) -> str:
    """Why what the tag stands for is not released, by what the record itself does not know."""
    tag, active = record.in_flight.tag, record.on(record.active)
    if seen.quarantined:
        return f"the {'image' if seen.digest else 'commit'} of {tag} is {seen.quarantined}"[:SAYS_KEPT]
    if seen.behind:
        says = f"{tag} is commit {seen.commit[:12]}, which lies behind {active.tag or 'the release'} in production"
        return f"{says}; {advice.invoke('deploy', record.service, tag=tag)} releases it all the same"
    refuses = service.migrations.policy is MigrationPolicy.REFUSE
    return f"migration {seen.migrations.refused}"[:SAYS_KEPT] if seen.migrations.refused and refuses else ""


def _noted(record: Record, service: Service, seen: RequestObservation, now: datetime) -> Record:
    """What people are told before it is deployed, and what is kept of its migrations."""
    found, told = seen.migrations, record.told or ToldBefore()
    if told.drift != seen.specs.known_by:
        record = record.model_copy(update={"told": told.model_copy(update={"drift": seen.specs.known_by})})
        record = _warned(record, service, seen.specs, now) if seen.specs.known_by else record
    if found.refused:
        headline, what = "a dangerous migration is released all the same", found.refused[:SAYS_KEPT]
        record = queue_notice(record, service, Tone.WARNING, headline, now, what, found.safe_way, record.in_flight)
    for headline, what in (
        ("what its migration takes away may still be named", found.told),
        ("its migrations were judged without knowing what runs", found.base),
    ):
        if what:
            record = queue_notice(record, service, Tone.WARNING, headline, now, what, release=record.in_flight)
    left = {"clean_ups": found.clean_ups, "cleaned": found.cleaned}
    return record.with_release(reviewed=found.reviewed, contract=found.contract, floor=found.floor, **left)


def _warned(record: Record, service: Service, specs: Specs, now: datetime) -> Record:
    headline, reason, release = drift_gate.headline(service), _named(specs.drift), record.in_flight
    return queue_notice(record, service, Tone.WARNING, headline, now, reason, _way_out(record, specs), release)


def _named(drift: tuple[str, ...]) -> str:
    more = f"; and {len(drift) - _NAMED} more" if len(drift) > _NAMED else ""
    return "; ".join(drift[:_NAMED])[: SAYS_KEPT - len(more)] + more


def _way_out(record: Record, specs: Specs) -> str:
    """Names `fix` only where it would be done."""
    if specs.unfixable:
        return f"name what is meant in `drift.ignore`, or make them equal by hand ({specs.unfixable})"[:SAYS_KEPT]
    fix = advice.invoke("deploy", record.service, tag=record.in_flight.tag, fix="true")
    return f"{fix} (or name what is meant in `drift.ignore`)"


def _not_free(record: Record, seen: RequestObservation, now: datetime) -> Finding | None:
    """What has to be waited for before anything is deployed to the target."""
    target, free_at = seen.target.value, record.on(seen.target).free_at
    if seen.lagging:
        says = f"{target} may still serve production: {seen.lagging}"
        return Finding(verdict=Verdict.WAIT, says=says, again_in=5)
    if free_at is not None and now < free_at:
        says = f"{target} is free when the function that was at work there is certainly over, and nobody led there"
        return Finding(verdict=Verdict.WAIT, says=says, again_in=(free_at - now).total_seconds())
    if seen.busy:
        says = f"{target} is busy with deployment {seen.busy}, which is not ours"
        return Finding(verdict=Verdict.WAIT, says=says, again_in=10)
    return None


def target_of(release: Release, record: Record) -> Environment:
    wanted = release.options.target
    return record.idle if wanted is Target.AUTO else Environment(wanted.value)


def _refused(record: Record, release: Release, seen: RequestObservation, service: Service) -> str | None:
    if seen.target is record.active:
        return f"target {seen.target.value} is the active environment: nothing is ever deployed there"
    if not seen.commit:
        return f"tag {release.tag} does not exist in {service.repository} (was it deleted?)"
    before = record.commit_of(release.tag) or seen.was
    if before and before != seen.commit:
        return f"tag {release.tag} was moved: it was {before[:12]}, it is {seen.commit[:12]} now; push a new tag"
    if release.tag == record.on(record.active).tag:
        return f"{release.tag} is active already"
    if release.purpose.fix and seen.specs.unfixable:
        return seen.specs.unfixable[:SAYS_KEPT]
    if seen.specs.unfit:
        return seen.specs.unfit[:SAYS_KEPT]
    if seen.specs.drift and service.drift.policy is DriftPolicy.REFUSE and not release.purpose.fix:
        headline, differ = drift_gate.headline(service), _named(seen.specs.drift[:2])
        return f"{headline}: {differ}; {_how_to_fix(seen)}"
    if seen.pinned and seen.pinned != record.on(seen.target).pinned:
        return pins.pin_explanation(seen.target, service.app(seen.target), seen.pinned)
    return None


def _how_to_fix(seen: RequestObservation) -> str:
    return seen.specs.unfixable or f"-p fix:true makes {seen.target.value} equal"


STEP = Step(Phase.REQUESTED, look, judge)
