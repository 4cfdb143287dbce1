"""The other environment as the measure: what the world does right now, and whether the two differ."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import NamedTuple

from bluegreen.core.judge.evidence import INTERVAL_SECONDS, Interval
from bluegreen.core.judge.exact_tests import fisher_p_value, significantly_above, upper_bound

WINDOWS = (10, 20, 40, 60, 120, 300)  # seconds, trailing
_THE_WORLD = (20, 120)
LONGEST_MEMORY = _THE_WORLD[-1]  # seconds for which a bad one over there counts
_SUFFERING = (20, 60)
# Less likely than this by chance: they differ. Stricter finds a fault of 5 % later than in half a minute, laxer takes
# more than one shared outage in a hundred for the release's (`make bench-judge`).
_BY_CHANCE = 0.02
_LASTING = 0.2
_MOMENTS = 3


class ContingencyTable(NamedTuple):
    """Of one signal in one stretch of time: ours of the active environment, theirs of the other."""

    n: int
    bad: int
    theirs: int
    their_bad: int


Selector = Callable[[Interval], tuple[int, int]]  # of a row: how many there were, and how many of them bad
_AT, _BAD = itemgetter(0), itemgetter(1)


class Metric(NamedTuple):
    """A yes/no signal: how it is read off a row."""

    name: str  # what is wrong, for people
    ours: Selector
    theirs: Selector


class Comparison(NamedTuple):
    seconds: int
    share: ContingencyTable


def baseline_rate(theirs: Selector, rows: Sequence[Interval]) -> float:
    """The share of bad ones that the other environment may have now; 0 where it had none of late."""
    p0 = 0.0
    for seconds in _THE_WORLD:
        n, bad = totals(theirs, trailing(rows, seconds))
        if bad:
            p0 = max(p0, upper_bound(bad, n))
    return p0


def significant_difference(
    kind: Metric, rows: Sequence[Interval], tolerance: float, least: int = _MOMENTS
) -> Comparison | None:
    """The shortest trailing window in which we are worse than they, beyond chance, at so many moments.

    Where nobody was asked over there for minutes, nothing speaks for them: any window will do.
    """
    unknown = not window_table(kind, rows, WINDOWS[-1]).theirs
    for seconds in WINDOWS:
        share = window_table(kind, rows, seconds)
        enough = failing_intervals(kind, rows, seconds, tolerance) >= least
        if enough and (unknown or (_worse(share) and (least < _MOMENTS or _lasting(kind, rows, seconds, share)))):
            return Comparison(seconds, share)
    return None


def shared_outage(kind: Metric, rows: Sequence[Interval], level: float) -> Comparison | None:
    """The window in which both are certainly above a level."""
    for seconds in _SUFFERING:
        share = window_table(kind, rows, seconds)
        if significantly_above(share.bad, share.n, level) and significantly_above(share.their_bad, share.theirs, level):
            return Comparison(seconds, share)
    return None


def window_table(kind: Metric, rows: Sequence[Interval], seconds: int) -> ContingencyTable:
    """The sum of a trailing window."""
    window = trailing(rows, seconds)
    return ContingencyTable(*totals(kind.ours, window), *totals(kind.theirs, window))


def totals(side: Selector, rows: Sequence[Interval]) -> tuple[int, int]:
    n = bad = 0
    for here, wrong in map(side, rows):
        n += here
        bad += wrong
    return n, bad


def failing_intervals(kind: Metric, rows: Sequence[Interval], seconds: int, tolerance: float) -> int:
    """Rows in which more than a tolerable share was bad: a burst, however large, is one or two of them."""
    shares = map(kind.ours, trailing(rows, seconds))
    return sum(bad > n * tolerance for n, bad in shares)


def trailing(rows: Sequence[Interval], seconds: int) -> Sequence[Interval]:
    """The rows of the last seconds, the newest included."""
    return rows[bisect_left(rows, rows[-1].at + INTERVAL_SECONDS - seconds, key=_AT) :]


def _worse(share: ContingencyTable) -> bool:
    if not share.theirs or share.bad * share.theirs <= share.their_bad * share.n:
        return False
    return fisher_p_value(share.bad, share.n, share.their_bad, share.theirs) < _BY_CHANCE


def _lasting(kind: Metric, rows: Sequence[Interval], seconds: int, share: ContingencyTable) -> bool:
    """Still worse without its two worst rows: a bad start that is over, and one error since, is no third moment."""
    worst = sorted(map(kind.ours, trailing(rows, seconds)), key=_BAD)[-2:]
    n, bad = share.n - sum(n for n, _ in worst), share.bad - sum(bad for _, bad in worst)
    more = bad * share.theirs > share.their_bad * n
    return more and fisher_p_value(bad, n, share.their_bad, share.theirs) < _LASTING
