"""One turn at a release: read, claim, look, judge, record, wake, tell.

A turn may be killed after any line and taken again by another: the record is the truth, the claim only saves work.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import zip_longest
from typing import NamedTuple

from bluegreen.cloud import Cloud
from bluegreen.core import progress
from bluegreen.core.config.units import spoken
from bluegreen.core.errors import Later, Never, Stale
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.inbound.nudges import nudge
from bluegreen.core.judge.evidence import RunningCounts
from bluegreen.core.phases import CARETAKER, Phase
from bluegreen.core.record import SAYS_KEPT, Record, Version
from bluegreen.core.release import Claim, Release
from bluegreen.steps import outbox
from bluegreen.steps.step import Ruling, Step, Turn

# Seconds that a claim outlasts the function's time limit: a minute for clocks that differ, and five to be sure.
_CLAIM_MARGIN = 65.0
_LONGEST_PAUSE = 60.0


class _Holding(NamedTuple):
    """What the caller holds on to: `stays` in this phase to look again, or takes that step `then`."""

    stays: bool
    then: Step | None


class Done(NamedTuple):
    """What became of a turn. `taken`: it was ours to take; `moved`: the release is in another phase now."""

    taken: bool
    moved: bool
    says: str
    version: Version | None = None


def take_all(steps: tuple[Step, ...], cloud: Cloud) -> Done:
    """Takes the turns of several phases, one after the other, as far as they lead on; then wakes whoever is next.

    The next turn begins with the version that the one before has written: nothing is read that could fail in between.
    """
    done = Done(False, False, "nothing to do")
    moved, version = False, None
    for step, then in zip_longest(steps, steps[1:]):
        this = take(step, cloud, version=version, wakes=False, then=then)
        version = this.version if this.taken else None
        moved = moved or this.moved
        if this.taken or not done.taken:
            done = this
    release = done.version.record.release if done.version else None
    if moved and done.version and release and CARETAKER[release.phase] != cloud.caller.function:
        wake_next(cloud, done.version.record)
    return done


def take(
    step: Step,
    cloud: Cloud,
    stays: bool = False,
    version: Version | None = None,
    wakes: bool = True,
    then: Step | None = None,
) -> Done:
    """Takes one turn, if it is this step's. `stays`: the caller looks again soon, so it keeps its claim.

    `wakes`: whoever looks after the next phase is woken; otherwise the caller sees to it. `then`: the step that the
    caller takes next, which is claimed with what this one concludes.
    """
    version = version or cloud.journal.newest()
    release = version.record.release if version else None
    if version is None or release is None or release.phase is not step.phase:
        return Done(False, False, f"no release is {step.phase.value} now", version)
    if release.claimed_by_other(cloud.caller.activation, cloud.clock.now()):
        return Done(False, False, f"{release.tag} is in another's hands", version)
    turn = Turn(cloud, version)
    try:
        _claim(step, turn)
        return _work(step, turn, _Holding(stays, then), wakes)
    except Stale as error:
        return Done(False, False, f"left to another: {error}", version)


def _claim(step: Step, turn: Turn) -> None:
    cloud, held = turn.cloud, turn.release.claim
    if held is not None and held.owner == cloud.caller.activation and held.until > cloud.clock.now():
        return
    claim = _fresh_claim(step, cloud)
    turn.change(f"claimed by {cloud.caller.function}", lambda record: record.with_release(claim=claim))


def _fresh_claim(step: Step, cloud: Cloud) -> Claim:
    lasts = cloud.clock.remaining() + _CLAIM_MARGIN if step.lease is None else step.lease
    return Claim(owner=cloud.caller.activation, until=cloud.clock.now() + timedelta(seconds=lasts))


def _work(step: Step, turn: Turn, holding: _Holding, wakes: bool) -> Done:
    begun = turn.release
    rule = _looked(step, turn)
    says = rule(turn.record).finding.says
    outbox_before = {notice.id for notice in turn.record.outbox}
    turn.change(f"{step.phase.value}: {says}"[:SAYS_KEPT], lambda record: _next(step, rule(record), turn, holding))
    moved = turn.record.release is None or turn.record.release.phase is not step.phase
    turn.cloud.log("turn taken", release=begun.id, tag=begun.tag, phase=step.phase.value, moved=moved, says=says)
    if moved and wakes:
        wake_next(turn.cloud, turn.record)
    new = [notice for notice in turn.record.outbox if notice.id not in outbox_before]
    version = outbox.deliver(turn.cloud, turn.version, new) if new else turn.version
    return Done(True, moved, says, version)


def _looked(step: Step, turn: Turn) -> Callable[[Record], Ruling]:
    """The look, as a rule for whichever record it will be written on. Errors are findings too."""
    service, clock = turn.cloud.service, turn.cloud.clock
    try:
        seen = step.look(turn)
    except Stale:
        raise
    except Later as error:
        pause = min(error.delay * 1.5**turn.release.troubles, max(_LONGEST_PAUSE, error.delay))
        waits = Finding(verdict=Verdict.WAIT, says=f"waiting: {error}", again_in=pause)
        return lambda record: _timed(Ruling(_troubled(record), waits), turn)
    except Never as error:
        fails = Finding(verdict=Verdict.BAD, says=str(error))
        return lambda record: Ruling(record, fails)
    now = clock.now()
    return lambda record: _timed(step.judge(record, seen, service, now), turn)


def _timed(ruling: Ruling, turn: Turn) -> Ruling:
    """A phase that takes too long has failed; a release that nobody switches expires."""
    release = turn.release
    until = progress.deadline(release, turn.cloud.service) if ruling.finding.verdict is Verdict.WAIT else None
    if until is None or turn.cloud.clock.now() <= until:
        return ruling
    limit = spoken((until - release.phase_since).total_seconds())
    verdict = Verdict.EXPIRED if release.phase is Phase.READY else Verdict.BAD
    return Ruling(ruling.record, Finding(verdict=verdict, says=f"not done within {limit}: {ruling.finding.says}"))


def _next(step: Step, ruling: Ruling, turn: Turn, holding: _Holding) -> Record:
    cloud, before = turn.cloud, turn.record
    after = progress.advance(ruling.record, ruling.finding, cloud.service, cloud.caller.function, cloud.clock.now())
    if after.release is None or after.release.phase is not turn.release.phase:
        return _held(after, turn.release, holding.then, cloud)
    if not holding.stays:
        return after.with_release(claim=None)
    return after.with_release(claim=_fresh_claim(step, cloud)) if _worth_writing(before, after, turn) else before


def _held(after: Record, ours: Release, then: Step | None, cloud: Cloud) -> Record:
    """What the caller takes next is claimed in the same version: to append the claim by itself takes two requests."""
    now = after.release
    if then is None or now is None or (now.id, now.phase) != (ours.id, then.phase):
        return after
    return after.with_release(claim=_fresh_claim(then, cloud))


def _worth_writing(before: Record, after: Record, turn: Turn) -> bool:
    """While somebody stays and looks, only what matters is written: facts at once, running counts now and then."""
    if (turn.cloud.clock.now() - turn.version.at).total_seconds() >= turn.cloud.service.watch.write_every:
        return True
    return _facts(before) != _facts(after)


def _facts(record: Record) -> Record:
    release = record.release
    if release is None:
        return record
    evidence = release.evidence.model_copy(update={"counted": RunningCounts()})
    same = {"wake_at": release.requested_at, "reason": "", "evidence": evidence}
    return record.with_release(**same)


def _troubled(record: Record) -> Record:
    return record.with_release(troubles=min(record.release.troubles + 1, 10)) if record.release else record


def let_go(cloud: Cloud) -> None:
    """Gives up a claim that was kept, so that the next one need not wait until it runs out."""
    version = cloud.journal.newest()
    release = version.record.release if version else None
    if version is None or release is None or release.claim is None or release.claim.owner != cloud.caller.activation:
        return
    with suppress(Stale):  # whoever was faster has the release in hand
        Turn(cloud, version).change("the claim is given up", lambda record: record.with_release(claim=None))


def wake_next(cloud: Cloud, record: Record) -> None:
    """Nudges whoever looks after the phase. If it is lost, the watch finds the release overdue."""
    release = record.release
    if release is None:
        return
    event = nudge(record.service, release, release.phase, cloud.caller.function, cloud.clock.now())
    lost = cloud.functions.wake(CARETAKER[release.phase], event)
    if lost:
        cloud.log("wake-up not accepted", release=release.id, phase=release.phase.value, why=lost)
