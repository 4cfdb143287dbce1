"""Taking a turn at a release: read, claim, look, judge, write, wake the next function, deliver notices.

A function may be killed after any line; another one then takes the turn again. `take` is for a caller that ends
afterwards, `take_and_stay` for the watch, which looks again in seconds, `take_all` for several phases in a row.
"""

from itertools import zip_longest
from typing import NamedTuple

from bluegreen.cloud import Cloud
from bluegreen.core import progress
from bluegreen.core.admission import hotfix
from bluegreen.core.errors import Stale
from bluegreen.core.finding import Verdict
from bluegreen.core.inbound.nudges import nudge
from bluegreen.core.judge.evidence import RunningCounts
from bluegreen.core.outbox import queue_bugs
from bluegreen.core.phases import CARETAKER
from bluegreen.core.record import SAYS_KEPT, Record, Version
from bluegreen.core.release import Release
from bluegreen.core.upgrading import moved_apps
from bluegreen.steps import delivering
from bluegreen.steps.step import Step, StepResult, observe
from bluegreen.steps.turn import Turn, fresh_claim, wake


class TurnResult(NamedTuple):
    """`taken`: the turn was ours to take; `moved`: the release is in another phase now; `bad`: the verdict was BAD."""

    taken: bool
    moved: bool
    says: str
    version: Version | None = None
    bad: bool = False


class _Afterwards(NamedTuple):
    """What the caller will do after this turn."""

    looks_again: bool = False  # at the same phase, in seconds: it keeps its claim, and does not write every look
    claims_next: Step | None = None  # it takes this one next: claimed in the version that ends this phase
    wakes_next: bool = True  # it nudges the function of the next phase
    claims: bool = True  # False where two looks at once do no harm: a claim costs two requests per look


def take(step: Step, cloud: Cloud) -> TurnResult:
    """Takes one turn, if the release is in this step's phase, and wakes the function of the next phase."""
    return _take(step, cloud, None, _Afterwards())


def take_and_stay(step: Step, cloud: Cloud, version: Version, claims: bool = True) -> TurnResult:
    """As `take`, for a caller that has just read the newest version, and will look again soon (it, or another one)."""
    return _take(step, cloud, version, _Afterwards(looks_again=True, claims=claims))


def take_all(steps: tuple[Step, ...], cloud: Cloud) -> TurnResult:
    """Takes the turns of several phases, as long as each leads to the next; then wakes the next function.

    Each turn begins with the version that the previous one wrote: there is no read in between that could fail.
    """
    result, moved, version = TurnResult(False, False, "nothing to do"), False, None
    for step, following in zip_longest(steps, steps[1:]):
        latest = _take(step, cloud, version, _Afterwards(claims_next=following, wakes_next=False))
        version = latest.version if latest.taken else None
        moved = moved or latest.moved
        if latest.taken or not result.taken:
            result = latest
    release = result.version.record.release if result.version else None
    if moved and result.version and release and CARETAKER[release.phase] != cloud.caller.function:
        wake_next(cloud, result.version.record)
    return result


def wake_next(cloud: Cloud, record: Record) -> str | None:
    """Nudges the phase's caretaker. Returns why the platform refused, else None. A lost nudge is found by the watch."""
    release = record.release
    if release is None:
        return None
    event = nudge(record.service, release, release.phase, cloud.caller.function, cloud.clock.now())
    return wake(cloud, CARETAKER[release.phase], event)


def _take(step: Step, cloud: Cloud, version: Version | None, afterwards: _Afterwards) -> TurnResult:
    version = version or cloud.journal.newest()
    release = version.record.release if version else None
    if version is None or release is None or release.phase is not step.phase:
        return TurnResult(False, False, f"no release is {step.phase.value} now", version)
    if still := version.record.lost or moved_apps.says(version.record, cloud.service):
        return TurnResult(False, False, still, version)
    if release.claimed_by_other(cloud.caller.activation, cloud.clock.now()):
        return TurnResult(False, False, f"{release.tag} is in another's hands", version)
    turn = Turn(cloud, version)
    try:
        if afterwards.claims:
            turn.claim(step.lease)
        return _work(step, turn, afterwards)
    except Stale as error:
        return TurnResult(False, False, f"left to another: {error}", version)


def _work(step: Step, turn: Turn, afterwards: _Afterwards) -> TurnResult:
    begun, queued_before = turn.release, {notice.id for notice in turn.record.outbox}
    conclude = observe(step, turn)
    found = conclude(turn.record).finding  # pure: computed here for its reason, and again on the record that is written
    if found.verdict is Verdict.BAD and step.before_bad is not None:
        step.before_bad(turn)
        found = conclude(turn.record).finding
    says, bad = found.says, found.verdict is Verdict.BAD
    turn.change(f"{step.phase.value}: {says}"[:SAYS_KEPT], lambda r: _concluded(step, conclude(r), turn, afterwards))
    moved = turn.record.release is None or turn.record.release.phase is not step.phase
    facts = {"release": begun.id, "tag": begun.tag, "phase": step.phase.value, "moved": moved, "says": says}
    turn.cloud.log("turn taken", **facts, **({"level": "warning"} if bad else {}))
    if moved and afterwards.wakes_next:
        wake_next(turn.cloud, turn.record)
    new = [notice for notice in turn.record.outbox if notice.id not in queued_before]
    version = delivering.deliver(turn.cloud, turn.version, new) if new else turn.version
    return TurnResult(True, moved, says, version, bad)


def _concluded(step: Step, result: StepResult, turn: Turn, afterwards: _Afterwards) -> Record:
    """The record to write, with the claim that fits what the caller does next."""
    cloud, before, ours = turn.cloud, turn.record, turn.release
    now = cloud.clock.now()
    told = queue_bugs(result.record, cloud.service, turn.bugs, now)
    after = progress.advance(told, result.finding, cloud.service, cloud.caller.function, now)
    after = hotfix.go_ahead_if_due(after, cloud.service, now)
    if after.release is None or after.release.phase is not ours.phase:
        return _handed_on(after, ours, afterwards.claims_next, cloud)
    if not afterwards.looks_again:
        return after.with_release(claim=None)
    claim = fresh_claim(cloud, step.lease) if afterwards.claims else None
    return after.with_release(claim=claim) if _is_worth_writing(before, after, turn) else before


def _handed_on(after: Record, ours: Release, following: Step | None, cloud: Cloud) -> Record:
    """Claims the phase that the caller takes next in the same version: a separate claim costs two more requests."""
    release = after.release
    if following is None or release is None or (release.id, release.phase) != (ours.id, following.phase):
        return after
    return after.with_release(claim=fresh_claim(cloud, following.lease))


def _is_worth_writing(before: Record, after: Record, turn: Turn) -> bool:
    """While the caller keeps looking, facts are written at once, running counts only every `write_every` seconds."""
    age = (turn.cloud.clock.now() - turn.version.at).total_seconds()
    return age >= turn.cloud.service.watch.write_every or _facts(before) != _facts(after)


def _facts(record: Record) -> Record:
    """The record without what every look changes."""
    release = record.release
    if release is None:
        return record
    evidence = release.evidence.model_copy(update={"counted": RunningCounts()})
    steady = record.with_release(wake_at=release.requested_at, reason="", evidence=evidence)
    return steady.model_copy(update={"judged": None})
