"""A bake in which nothing failed and nothing was slow, in a few looks: most of the past is such, and judged in no time.

No alarm, hold or doubt begins without a failure or a slow answer of the release. So what such a bake ends in depends on
sums and on time alone: on the looks at which a check was due, and on those after the end of the bake. The others are
left out; what they had counted is added to the next look that is not, in one interval, as far as it was complete then.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import reduce

from bluegreen.core.judge.evidence import Interval
from bluegreen.core.judge.look import WrittenLook


def shortened(looks: Sequence[WrittenLook]) -> Sequence[WrittenLook]:
    """All of them where anything failed or was slow."""
    return [*_decisive(looks)] if looks and all(map(_is_calm, looks)) else looks


def _is_calm(look: WrittenLook) -> bool:
    if look.check or look.other_check or not look.asked or look.no_data is not None or look.until is None:
        return False
    return not any(row.users_failed or row.probes_failed or row.users_slow or row.probes_slow for row in look.intervals)


def _decisive(looks: Sequence[WrittenLook]) -> Iterator[WrittenLook]:
    passed, rows = 0, list[Interval]()
    for look in looks:
        watch, since = look.watch, look.at - look.switched_at
        due = passed < watch.checks and since >= timedelta(seconds=passed * watch.over / watch.checks)
        passed += due
        rows += look.intervals
        if due or look is looks[-1] or since >= timedelta(seconds=max(watch.bake, watch.over)):
            yield look.model_copy(update={"intervals": tuple(_summed(rows, look))})
            rows = []


def _summed(rows: Sequence[Interval], look: WrittenLook) -> Iterator[Interval]:
    """The complete ones as one, at the time of the last."""
    until = (look.until - look.switched_at).total_seconds() if look.until is not None else 0.0
    complete = [row for row in rows if row.end <= until]
    if complete:
        yield reduce(Interval.plus, complete[:-1], complete[-1])
    yield from (row for row in rows if row.end > until)
