"""The phases checking and smoking: requests of bluegreen.yml are sent to the idle environment, all at once."""

from datetime import datetime
from typing import NamedTuple

from bluegreen.clients import bounded
from bluegreen.clients.web import compared
from bluegreen.cloud import Cloud
from bluegreen.core import pointing, progress
from bluegreen.core.checks.rounds import WrittenRounds, judged
from bluegreen.core.checks.workflow_run import RunSeen
from bluegreen.core.config.checks import CheckGroup
from bluegreen.core.config.service import Service
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.core.release import Release
from bluegreen.steps import workflow
from bluegreen.steps.step import Step, StepResult
from bluegreen.steps.turn import Turn

_MARGIN = 5.0  # seconds kept for writing the result


class CheckRounds(NamedTuple):
    """What the rounds have shown so far, those of earlier turns in this phase included. A round sends every request."""

    in_a_row: int  # rounds that passed, counted back from the newest
    failed: int  # rounds that failed after the start-up grace
    faults: tuple[str, ...]  # of the last round
    skipped: str = ""  # why there were no rounds
    run: RunSeen | None = None  # of the smoke tests' workflow


def health_look(turn: Turn) -> CheckRounds:
    return _rounds(turn, turn.cloud.service.checks.health)


def smoke_look(turn: Turn) -> CheckRounds:
    if turn.release.options.skip_smoke_tests:
        return CheckRounds(0, 0, (), skipped="as asked")
    if pointing.returns_to_served(turn.record):
        return CheckRounds(0, 0, (), skipped=f"{turn.release.tag} served production before")
    group = turn.cloud.service.checks.smoke
    if not group.workflow:
        return _rounds(turn, group)
    seen = _rounds(turn, group) if turn.release.smoke_run is None else CheckRounds(group.successes, 0, ())
    return seen if seen.in_a_row < group.successes else seen._replace(run=workflow.look(turn))


def faults_of(cloud: Cloud, url: str, group: CheckGroup, tag: str) -> tuple[str, ...]:
    """One round: sends every request of the group at once. A sentence for each fault, in the group's order."""
    replies = cloud.clients.at_once(lambda check: cloud.clients.web.check(url, check), group.requests)
    faults = (compared(check, reply.answer, tag) for check, reply in zip(group.requests, replies, strict=True))
    return tuple(filter(None, faults))


def _rounds(turn: Turn, group: CheckGroup) -> CheckRounds:
    cloud, release = turn.cloud, turn.release
    url = cloud.service.url(release.goes_to)
    longest = max((check.timeout for check in group.requests), default=0.0) + group.interval + _MARGIN
    known = turn.record.checked  # a turn may not have time for all rounds: the next one continues the count
    goes_on = known and (known.release, known.phase, known.since) == (release.id, release.phase, release.phase_since)
    in_a_row, failed = (known.in_a_row, known.failed) if known and goes_on else (0, 0)
    while True:
        faults = faults_of(cloud, url, group, release.tag)
        in_a_row = 0 if faults else in_a_row + 1
        failed += bool(faults) and not _in_grace(release, group, cloud.clock.now())
        left = min(cloud.clock.remaining(), bounded.left())
        if in_a_row >= group.successes or failed > group.retries or left < longest:
            return CheckRounds(in_a_row, failed, faults)
        cloud.clock.sleep(group.interval)


def judge(record: Record, seen: CheckRounds, service: Service, now: datetime) -> StepResult:
    """Decides from the rounds as they are written, so that a replay of the journal comes to the same verdict."""
    release = record.in_flight
    checks = service.checks
    group = checks.health if release.phase is Phase.CHECKING else checks.smoke
    written = WrittenRounds(
        release=release.id,
        phase=release.phase,
        at=now,
        since=release.phase_since,
        until=progress.deadline(release, service),
        in_a_row=seen.in_a_row,
        failed=seen.failed,
        faults="; ".join(seen.faults),
        skipped=seen.skipped,
        run=seen.run,
        requests=len(group.requests),
        successes=group.successes,
        retries=group.retries,
        grace=group.grace,
        interval=group.interval,
    )
    return StepResult(record.model_copy(update={"checked": written}), judged(written))


def _in_grace(release: Release, group: CheckGroup, now: datetime) -> bool:
    return (now - release.phase_since).total_seconds() < group.grace


HEALTH = Step(Phase.CHECKING, health_look, judge)
SMOKE = Step(Phase.SMOKING, smoke_look, judge)
