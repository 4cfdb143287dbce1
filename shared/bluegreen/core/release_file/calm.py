"""A bake in which no test came to anything, in a few looks: most of the past is such, and judged in no time.

What such a bake ends in depends on sums and on time alone: on the looks at which a check was due, and on those after
the end of the bake. The others are left out; what was counted by then is added to the next look that is not, in one
interval. That no test came to anything is not assumed: each interval is tested first.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from operator import attrgetter

from bluegreen.core.judge.evidence import Interval, RunningCounts
from bluegreen.core.judge.hard_limits import Limits
from bluegreen.core.judge.leave_one_out import LeaveOneOut, SequentialResult, untested
from bluegreen.core.judge.proof import ProofCounts
from bluegreen.core.judge.verdict import limits
from bluegreen.core.judge.written_look import WrittenLook

_COUNTED = ("users", "users_failed", "probes", "probes_failed")


def shortened(looks: Sequence[WrittenLook]) -> list[WrittenLook] | None:
    """None where a check failed, something was silent, or a test came to anything."""
    counted = _tested(looks) if looks and all(map(_is_plain, looks)) and _is_one_test(looks) else None
    return None if counted is None else [*_decisive(looks, counted)]


def summed(counts: RunningCounts, fresh: Iterable[Interval], until: float, limits: Limits) -> SequentialResult:
    """As `leave_one_out.extended`, of looks that were shortened: no test comes to anything."""
    proof = ProofCounts(counts)
    for row in fresh:
        proof.add(row)
    return SequentialResult(counts.model_copy(update=proof.fields()), None, None)


def _is_plain(look: WrittenLook) -> bool:
    return look.asked and look.until is not None and not (look.check or look.other_check) and look.no_data is None


def _is_one_test(looks: Sequence[WrittenLook]) -> bool:
    """The same limits at each look, and what was usual before is known at the first."""
    first, *others = looks
    same = all(look.watch == first.watch and look.thresholds == first.thresholds for look in others)
    return same and (first.pre_switch is not None or not any(look.pre_switch for look in others))


def _tested(looks: Sequence[WrittenLook]) -> list[list[Interval]] | None:
    """The intervals that were complete at each look, each once; None where one of them, or a part, showed anything."""
    first, judged, until = looks[0], 0, 0.0
    test = LeaveOneOut(RunningCounts(before=first.pre_switch), limits(first.thresholds, first.watch), apart=False)
    waiting, found = list[Interval](), list[list[Interval]]()
    for look in looks:
        until = max(until, _until(look))
        waiting = untested(judged, waiting, look.intervals)
        complete = [row for row in waiting if row.end <= until]
        if any(test.add(row) is not None or test.doubted for row in complete):
            return None
        waiting, judged = waiting[len(complete) :], complete[-1].end if complete else judged
        if waiting and waiting[0].at < until and test.outage_so_far(waiting[0], int(until) - waiting[0].at):
            return None
        found.append(complete)
    return found


def _until(look: WrittenLook) -> float:
    """Seconds since the switch; as far as all is counted."""
    return (look.until - look.switched_at).total_seconds() if look.until is not None else 0.0


def _decisive(looks: Sequence[WrittenLook], counted: Sequence[list[Interval]]) -> Iterator[WrittenLook]:
    passed, rows = 0, list[Interval]()
    for look, complete in zip(looks, counted, strict=True):
        watch, since = look.watch, look.at - look.switched_at
        due = passed < watch.checks and since >= timedelta(seconds=passed * watch.over / watch.checks)
        passed += due
        rows += complete
        if due or look is looks[-1] or since >= timedelta(seconds=max(watch.bake, watch.over)):
            yield look.model_copy(update={"intervals": tuple(_sum(rows))})
            rows = []


def _sum(rows: Sequence[Interval]) -> Iterator[Interval]:
    """As one, at the time of the last in which anything was asked: what `summed` counts of it."""
    heard = [row for row in rows if row.users or row.probes]
    if heard:
        sums = {name: sum(map(attrgetter(name), heard)) for name in _COUNTED}
        yield heard[-1]._replace(**sums)
