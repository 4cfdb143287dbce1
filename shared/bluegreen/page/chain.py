"""A release as the chain that it is: each step with its time, and what was found in it."""

import re
from collections.abc import Iterator

from bluegreen.core.phases import CARETAKER, Phase
from bluegreen.core.record import PastRelease
from bluegreen.core.release import HistoryLine, Release
from bluegreen.page.view import DeedView, Mood, StepView

_CHAIN = (
    Phase.REQUESTED,
    Phase.DEPLOYING,
    Phase.CHECKING,
    Phase.SMOKING,
    Phase.READY,
    Phase.SWITCHING,
    Phase.WATCHING,
    Phase.LIVE,
)
_RESTORING = (*_CHAIN[: _CHAIN.index(Phase.SWITCHING)], Phase.RESTORED)
# Why a version was written in which nobody has done anything: all of it, for a person's words may hold any of these.
BOOKKEEPING = re.compile(
    r"claimed by [\w/]+|the claim is given up|a beat was heard|looks are paced by .*"
    r"|\d+ notices delivered|old notices|\d+ versions kept in .*'s file|no versions left to be kept of what is over"
    r"|the apps were noted|the deployments of what was adopted were noted|the store was tested|GitHub's tags noted"
)
_MOODS = {
    Phase.LIVE: Mood.GOOD,
    Phase.UNPROVEN: Mood.WARNING,
    Phase.READY: Mood.WARNING,
    Phase.ROLLING_BACK: Mood.BAD,
    Phase.ROLLED_BACK: Mood.BAD,
    Phase.STUCK: Mood.BAD,
    Phase.FAILED: Mood.BAD,
    Phase.REJECTED: Mood.WARNING,
    Phase.ABORTED: Mood.WARNING,
    Phase.EXPIRED: Mood.WARNING,
    Phase.SUPERSEDED: Mood.QUIET,
    Phase.RESTORED: Mood.GOOD,
}


def mood(phase: Phase) -> Mood:
    return _MOODS.get(phase, Mood.BUSY)


def steps(release: Release, ended: PastRelease | None) -> tuple[StepView, ...]:
    """`ended`: what became of it, once it is over. A line of the history says what the step before it has found.

    So what the newest line says is told of the step before it alone, until the newest step has found something itself.
    """
    lines = [line for line in release.history if line.phase is not Phase.REQUESTED or line is release.history[0]]
    begun = [HistoryLine(at=release.requested_at, phase=Phase.REQUESTED, by=release.by, says="")]
    lines = lines if lines else begun
    if ended is not None and lines[-1].phase is not ended.outcome:
        lines = [*lines, HistoryLine(at=ended.at, phase=ended.outcome, by="", says=ended.reason)]
    return (*_made(lines, release, ended is not None), *_to_come(lines[-1].phase, release.purpose.restore))


def deeds(release: Release) -> tuple[DeedView, ...]:
    """Who did what to a release, newest first."""
    return tuple(DeedView(line.at, line.by, line.says) for line in reversed(release.history))


def _made(lines: list[HistoryLine], release: Release, over: bool) -> Iterator[StepView]:
    for number, line in enumerate(lines):
        is_last = number + 1 == len(lines)
        says = _found(line, release, over) if is_last else lines[number + 1].says
        by = line.by if is_last else lines[number + 1].by
        state = "bad" if not is_last and _found_bad(line, lines[number + 1]) else _state(line.phase, is_last, over)
        yield StepView(line.phase.value, state, line.at, says, by)


def _found(newest: HistoryLine, release: Release, over: bool) -> str:
    if over:
        return newest.says
    return "" if newest.phase is not Phase.REQUESTED and release.reason == newest.says else release.reason


def _found_bad(line: HistoryLine, following: HistoryLine) -> bool:
    """By the step itself: a person who takes a release back says nothing against what was found."""
    return mood(following.phase) is Mood.BAD and following.by == CARETAKER.get(line.phase)


def _state(phase: Phase, is_last: bool, over: bool) -> str:
    if mood(phase) is Mood.BAD and (over or not is_last):
        return "bad"
    if is_last and not over:
        return "now"
    return "done"


def _to_come(last: Phase, restore: bool) -> Iterator[StepView]:
    chain = _RESTORING if restore else _CHAIN
    following = chain[chain.index(last) + 1 :] if last in chain else ()
    if last is Phase.ROLLING_BACK:
        following = (Phase.ROLLED_BACK,)
    for phase in following:
        yield StepView(phase.value, "next", None, "", "")
