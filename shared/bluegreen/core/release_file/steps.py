"""What became of a release before its switch and after its bake, move by move: how much of each can be computed again.

Checks are: what their rounds came to is kept, and the limits of that day. What the record alone decides is as well: a
quarantined tag is not deployed, nor one below the floor. The rest follows from what DigitalOcean, GitHub or the
environment answered. Those answers are not kept: a move like that has to be one of the table, and its words stand in a
version whose hash the next one names.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import Enum
from itertools import pairwise
from typing import NamedTuple

from bluegreen.core import quarantine
from bluegreen.core.checks.rounds import WrittenRounds, judged, too_late
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.phases import Phase
from bluegreen.core.record import SAYS_KEPT, Record, Version
from bluegreen.core.release import Release
from bluegreen.core.table import move_for


class Basis(Enum):
    """What a step was computed again from."""

    LOOKS = "computed again from what the judge saw"
    ROUNDS = "computed again from the rounds of checks"
    RECORD = "computed again from the record"
    CHAIN = "not computed again"


class ReplayedStep(NamedTuple):
    """A move, written down in version `seq`. `why`: why it cannot be computed again; "" where it was."""

    seq: int
    at: datetime
    phase: Phase
    to: Phase
    basis: Basis
    why: str = ""
    differs: tuple[str, ...] = ()


_NOT_KEPT = {
    Phase.REQUESTED: "what GitHub and DigitalOcean answered is not kept",
    Phase.DEPLOYING: "what DigitalOcean answered is not kept",
    Phase.CHECKING: "its rounds were not kept",
    Phase.SMOKING: "its rounds were not kept",
    Phase.READY: "what the environment answered right before the switch is not kept",
    Phase.SWITCHING: "what was answered from outside is not kept",
    Phase.WATCHING: "no look led to it",
    Phase.ROLLING_BACK: "what was answered from outside is not kept",
}
_BY_A_PERSON = "a person or a notice from outside led to it"


def replayed_steps(versions: Sequence[Version], release: str) -> Iterator[ReplayedStep]:
    """`versions` in the order of their numbers; those of other releases, and of none, are passed over."""
    for before, after in pairwise(versions):
        was, to = before.record.release, phase_in(after.record, release)
        if was is None or was.id != release or to is None:
            continue
        rounds = _new_rounds(before.record, after.record, was)
        if to is not was.phase or (rounds is not None and _finding(rounds, after.at).verdict is not Verdict.WAIT):
            yield _step(before, after, was, to, rounds)


def phase_in(record: Record, release: str) -> Phase | None:
    if record.release is not None and record.release.id == release:
        return record.release.phase
    return next((past.outcome for past in record.past if past.id == release), None)


def _step(before: Version, after: Version, was: Release, to: Phase, rounds: WrittenRounds | None) -> ReplayedStep:
    found = ReplayedStep(after.seq, after.at, was.phase, to, Basis.CHAIN, _NOT_KEPT.get(was.phase, _BY_A_PERSON))
    if rounds is not None:
        differs = _of_rounds(_finding(rounds, after.at), after.record, was, to)
        return found._replace(basis=Basis.ROUNDS, why="", differs=tuple(differs))
    look = after.record.judged
    if was.phase is Phase.WATCHING and look is not None and look != before.record.judged:
        return found._replace(basis=Basis.LOOKS, why="")
    if to in (Phase.ABORTED, Phase.SUPERSEDED) or (to is Phase.ROLLING_BACK and was.phase is not Phase.SWITCHING):
        return found._replace(why=_BY_A_PERSON)
    refused = quarantine.refused(before.record, was.tag) if to is Phase.REJECTED else None
    if refused and _reason(after.record, was.id) == refused[:SAYS_KEPT]:
        return found._replace(basis=Basis.RECORD, why="")
    barred = [*_barred(before.record, was, to)]
    return found._replace(basis=Basis.RECORD, why="", differs=tuple(barred)) if barred else found


def _new_rounds(before: Record, after: Record, was: Release) -> WrittenRounds | None:
    rounds = after.checked
    fits = rounds is not None and rounds != before.checked and (rounds.release, rounds.phase) == (was.id, was.phase)
    return rounds if fits else None


def _finding(rounds: WrittenRounds, at: datetime) -> Finding:
    found = judged(rounds)
    if found.verdict is not Verdict.WAIT or rounds.until is None or at < rounds.until:
        return found
    return too_late(found, rounds.phase, rounds.since, rounds.until)


def _of_rounds(found: Finding, after: Record, was: Release, to: Phase) -> Iterator[str]:
    wanted = move_for(was.phase, found.verdict).next
    if wanted is not to:
        yield f"the checks lead to {wanted.value}, not to {to.value}: {found.says}"
    says = _reason(after, was.id)
    if wanted is to and says != found.says[:SAYS_KEPT]:
        yield f"the reason is {found.says[:SAYS_KEPT]!r}, not {says!r}"


def _reason(after: Record, release: str) -> str:
    if after.release is not None and after.release.id == release:
        return after.release.reason
    return next((past.reason for past in after.past if past.id == release), "")


def _barred(before: Record, was: Release, to: Phase) -> Iterator[str]:
    """What the record alone forbids."""
    if was.phase is Phase.REQUESTED and to is Phase.DEPLOYING and not was.purpose.lift and was.tag in before.quarantine:
        yield f"{was.tag} was quarantined: it is rejected, not deployed"
    if to is Phase.DEPLOYING and not was.purpose.leads_back and before.below_floor(was.tag):
        yield f"{was.tag} is below the rollback floor: it is rejected, not deployed"
