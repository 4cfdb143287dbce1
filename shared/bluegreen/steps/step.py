"""A step, which is the work of one phase: what it observes, and what it concludes from that."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from bluegreen.clients import bounded
from bluegreen.core import progress
from bluegreen.core.checks.rounds import too_late
from bluegreen.core.errors import Later, Misconfigured, Never, Stale
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.steps import retrying
from bluegreen.steps.turn import Turn

_LONGEST_PAUSE = 60.0
_AFTER_A_BUG = 5.0  # seconds
_JUST_AFTER = 1.0  # seconds after a deadline, for the look that finds it passed
_TO_WRITE = 4.0  # seconds of the time that there is, in which what was seen is written down


class StepResult(NamedTuple):
    """What a step concludes: the record with what was observed written into it, and the finding."""

    record: Record
    finding: Finding


class Step(NamedTuple):
    """The work of one phase. `look` touches the world, `judge(record, seen, service, now)` only decides.
    `seen` is what `look` returned: a class of each step's own, as `CheckRounds` in checking.py.
    `lease`: seconds that a claim lasts where two at work do no harm; None: until its function is certainly over.
    """

    phase: Phase
    look: Callable[[Turn], Any]
    judge: Callable[[Record, Any, Any, Any], StepResult]
    lease: float | None = None
    before_bad: Callable[[Turn], None] | None = None  # writes what is not as it was, before production goes back


def observe(step: Step, turn: Turn) -> Callable[[Record], StepResult]:
    """Looks once. Returns a pure function that is applied again if another writer was faster; errors are findings."""
    service, clock = turn.cloud.service, turn.cloud.clock
    try:
        with bounded.within(min(clock.remaining(), bounded.left()) - _TO_WRITE):
            seen = step.look(turn)
    except Stale:
        raise
    except Later as error:
        return _waits(turn, f"waiting: {error}", error.delay)
    except Never as error:
        fails, ours = Finding(verdict=Verdict.BAD, says=str(error)), isinstance(error, Misconfigured)
        ours = ours or step.phase is Phase.SWITCHING  # what is refused there is the setting, not the release
        return lambda record: StepResult(record.with_release(misconfigured=ours), fails)
    except Exception as error:  # noqa: BLE001 - whatever it is, the release must not freeze
        return _waits(turn, f"waiting: {turn.met(error)}", _AFTER_A_BUG)
    now = clock.now()
    return lambda record: turn.shielded(
        lambda: _within_deadline(step.judge(retrying.answered(record), seen, service, now), turn),
        lambda says: _waits(turn, f"waiting: {says}", _AFTER_A_BUG)(record),
    )


def _waits(turn: Turn, says: str, delay: float) -> Callable[[Record], StepResult]:
    """Nothing is decided by this look; pauses grow with each one like it."""
    pause = min(delay * 1.5**turn.release.troubles, max(_LONGEST_PAUSE, delay))
    waits = Finding(verdict=Verdict.WAIT, says=says, again_in=pause)
    service, now, tell = turn.cloud.service, turn.cloud.clock.now(), retrying.unanswered
    return lambda record: _within_deadline(StepResult(tell(record, service, says, now, delay), waits), turn)


def _within_deadline(result: StepResult, turn: Turn) -> StepResult:
    """A phase that takes too long has failed; a release that nobody switches expires."""
    release = turn.release
    until = progress.deadline(release, turn.cloud.service) if result.finding.verdict is Verdict.WAIT else None
    left = math.inf if until is None else (until - turn.cloud.clock.now()).total_seconds()
    if until is None or left >= 0:
        soon = min(result.finding.again_in, left + _JUST_AFTER)
        return result._replace(finding=result.finding.model_copy(update={"again_in": soon}))
    return StepResult(result.record, too_late(result.finding, release.phase, release.phase_since, until))
