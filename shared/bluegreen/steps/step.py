"""A step: the work of one phase. It observes, and concludes a finding from what it saw."""

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
_JUST_AFTER = 1.0  # seconds after a deadline at which the next look finds it passed
_TO_WRITE = 4.0  # seconds of the invocation that are kept for writing the result


class StepResult(NamedTuple):
    """What a step concludes. `record` has what was observed written into it."""

    record: Record
    finding: Finding


class Step(NamedTuple):
    """The work of one phase. `look` does the I/O; `judge(record, seen, service, now)` is pure.

    `seen` is what `look` returned, in a class of the step's own, for example `CheckRounds` in checking.py.
    `lease`: seconds that a claim lasts, where two functions at once do no harm; None: until the function must be over.
    """

    phase: Phase
    look: Callable[[Turn], Any]
    judge: Callable[[Record, Any, Any, Any], StepResult]
    lease: float | None = None
    before_bad: Callable[[Turn], None] | None = None  # looks at the way back before BAD is written


def observe(step: Step, turn: Turn) -> Callable[[Record], StepResult]:
    """Looks once. Returns a pure function, applied again if another writer was faster. An error is a finding too."""
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
    except Exception as error:  # noqa: BLE001 - a bug must not freeze the release
        return _waits(turn, f"waiting: {turn.met(error)}", _AFTER_A_BUG)
    now = clock.now()
    return lambda record: turn.shielded(
        lambda: _within_deadline(step.judge(retrying.answered(record), seen, service, now), turn),
        lambda says: _waits(turn, f"waiting: {says}", _AFTER_A_BUG)(record),
    )


def _waits(turn: Turn, says: str, delay: float) -> Callable[[Record], StepResult]:
    """The finding after an error: wait. The pause grows with each error in a row."""
    pause = min(delay * 1.5**turn.release.troubles, max(_LONGEST_PAUSE, delay))
    waits = Finding(verdict=Verdict.WAIT, says=says, again_in=pause)
    service, now, tell = turn.cloud.service, turn.cloud.clock.now(), retrying.unanswered
    return lambda record: _within_deadline(StepResult(tell(record, service, says, now, delay), waits), turn)


def _within_deadline(result: StepResult, turn: Turn) -> StepResult:
    """A phase that exceeds its deadline fails; a release that nobody switches expires."""
    release = turn.release
    until = progress.deadline(release, turn.cloud.service) if result.finding.verdict is Verdict.WAIT else None
    left = math.inf if until is None else (until - turn.cloud.clock.now()).total_seconds()
    if until is None or left >= 0:
        soon = min(result.finding.again_in, left + _JUST_AFTER)
        return result._replace(finding=result.finding.model_copy(update={"again_in": soon}))
    return StepResult(result.record, too_late(result.finding, release.phase, release.phase_since, until))
