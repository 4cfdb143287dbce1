"""What the judge said of a release, computed again from the versions that were kept; and where that differs.

Each written look says what was seen, the version before it what was known then: the verdict follows from both. So do
the evidence in the version that it was written with, and the phase that the release was in from then on. What led from
phase to phase besides is in `steps`.

That holds for looks that were judged by the rule that this Bluegreen follows. By another rule a look may come out
otherwise, and that says nothing against the record.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from bluegreen.core.finding import Verdict
from bluegreen.core.judge.evidence import Evidence
from bluegreen.core.judge.look import judged
from bluegreen.core.judge.written_look import RULE, WrittenLook
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record, Version
from bluegreen.core.release_file.steps import ReplayedStep, phase_in, replayed_steps
from bluegreen.core.table import TABLE, move_for

# Those fields of the evidence that the judge computes; the others are what people were told.
_COMPUTED = (
    "looks",
    "passed",
    "failed_in_a_row",
    "alone_in_a_row",
    "failing_since",
    "silent_since",
    "counted",
)


class ReplayedLook(NamedTuple):
    """A look that was written down in version `seq`: what was said, and in words how the computed again differs; where
    another rule said it, that is in `otherwise`."""

    seq: int
    at: datetime
    verdict: Verdict
    says: str
    differs: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()


class Replay(NamedTuple):
    """`moves`: phases that followed one another though no row of the table leads there. `whole`: nothing differs."""

    looks: tuple[ReplayedLook, ...]
    moves: tuple[str, ...]
    steps: tuple[ReplayedStep, ...] = ()

    @property
    def whole(self) -> bool:
        differing = (each.differs for each in self.looks), (each.differs for each in self.steps)
        return not self.moves and not any(map(any, differing))

    @property
    def other_rule(self) -> str:
        """Of looks that this Bluegreen judges otherwise than the one that wrote them; "" where there are none."""
        found = [look for look in self.looks if look.otherwise]
        if not found:
            return ""
        says = "judged by the rule of another Bluegreen and come out otherwise by this one's"
        first = f"the first is version {found[0].seq}: {found[0].otherwise[0]}"
        return f"{len(found)} of {len(self.looks)} were {says}, which says nothing against the record; {first}"

    @property
    def same(self) -> bool:
        return self.whole and not self.other_rule


def replayed(versions: Sequence[Version], release: str) -> Replay:
    """`versions` in the order of their numbers; those of other releases, and of none, are passed over."""
    steps = replayed_steps(versions, release)
    return Replay(tuple(_looks(versions, release)), tuple(_odd_moves(versions, release)), tuple(steps))


def looks_in(versions: Iterable[Version], release: str) -> Iterator[tuple[Version, Version, WrittenLook]]:
    """The version before each written look, the one that it was written with, and the look."""
    for before, after in pairwise(versions):
        look = after.record.judged
        if look is not None and look.release == release and look != before.record.judged:
            yield before, after, look


def _looks(versions: Sequence[Version], release: str) -> Iterator[ReplayedLook]:
    for before, after, look in looks_in(versions, release):
        known, found = before.record.release, ReplayedLook(after.seq, look.at, look.verdict, look.says)
        if known is None or known.id != release:
            yield found._replace(differs=("the version before it holds no evidence",))
            continue
        differs = tuple(_differences(before.record, after.record, look, known.evidence))
        yield found._replace(differs=differs) if look.rule == RULE else found._replace(otherwise=differs)


def _differences(before: Record, after: Record, look: WrittenLook, evidence: Evidence) -> Iterator[str]:
    finding, computed, _ = judged(look, evidence)
    if finding.verdict is not look.verdict:
        yield f"the verdict is {finding.verdict.value}, not {look.verdict.value}: {finding.says}"
    elif finding.says != look.says:
        yield f"the reason is {finding.says!r}, not {look.says!r}"
    kept = after.release
    if kept is not None and kept.id == look.release:
        ours, theirs = kept.evidence, computed
        others = (name for name in _COMPUTED if getattr(ours, name) != getattr(theirs, name))
        yield from (f"`{name}` of the evidence is another" for name in others)
    to, wanted = phase_in(after, look.release), move_for(Phase.WATCHING, _unless_barred(before, finding.verdict)).next
    if wanted is not Phase.WATCHING and to is not wanted:
        yield f"it leads to {wanted.value}, not to {to.value if to else 'nothing known'}"


def _unless_barred(record: Record, verdict: Verdict) -> Verdict:
    """As the watch has it: nothing goes back to what production must not go back to."""
    to = record.in_flight.previous or record.active
    return Verdict.BARRED if verdict is Verdict.BAD and record.barred(to) else verdict


def _odd_moves(versions: Sequence[Version], release: str) -> Iterator[str]:
    known = {(move.phase, move.next) for move in TABLE}
    for before, after in pairwise(versions):
        start, end = phase_in(before.record, release), phase_in(after.record, release)
        if start is not None and end is not None and start is not end and (start, end) not in known:
            yield f"version {after.seq}: no move leads from {start.value} to {end.value}"
