"""The other environment as the measure: what the world does right now, and whether the two differ."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import NamedTuple

from bluegreen.core.judge.evidence import SPAN, Row
from bluegreen.core.judge.exact_tests import as_low_by_chance, surely_above, upper

WINDOWS = (10, 20, 40, 60, 120, 300)  # seconds, trailing
_THE_WORLD = (20, 120)
LONGEST_MEMORY = _THE_WORLD[-1]  # seconds for which a bad one over there counts
_SUFFERING = (20, 60)
# Less likely than this by chance: they differ. Stricter finds a fault of 5 % later than in half a minute, laxer takes
# more than one shared outage in a hundred for the release's (`make bench-judge`).
_BY_CHANCE = 0.02
_LASTING = 0.2
_MOMENTS = 3


class Share(NamedTuple):
    """Of one signal in one stretch of time: ours of the active environment, theirs of the other."""

    n: int
    bad: int
    theirs: int
    their_bad: int


Side = Callable[[Row], tuple[int, int]]  # of a row: how many there were, and how many of them bad
_AT, _BAD = itemgetter(0), itemgetter(1)


class Kind(NamedTuple):
    """A yes/no signal: how it is read off a row."""

    name: str  # what is wrong, for people
    ours: Side
    theirs: Side


class Apart(NamedTuple):
    seconds: int
    share: Share


def world(theirs: Side, rows: Sequence[Row]) -> float:
    """The share of bad ones that the other environment may have now; 0 where it had none of late."""
    p0 = 0.0
    for seconds in _THE_WORLD:
        n, bad = total(theirs, trailing(rows, seconds))
        if bad:
            p0 = max(p0, upper(bad, n))
    return p0


def apart(kind: Kind, rows: Sequence[Row], tolerance: float, least: int = _MOMENTS) -> Apart | None:
    """The shortest trailing window in which we are worse than they, beyond chance, at so many moments.

    Where nobody was asked over there for minutes, nothing speaks for them: any window will do.
    """
    unknown = not over(kind, rows, WINDOWS[-1]).theirs
    for seconds in WINDOWS:
        share = over(kind, rows, seconds)
        enough = moments(kind, rows, seconds, tolerance) >= least
        if enough and (unknown or (_worse(share) and (least < _MOMENTS or _lasting(kind, rows, seconds, share)))):
            return Apart(seconds, share)
    return None


def suffering(kind: Kind, rows: Sequence[Row], level: float) -> Apart | None:
    """The window in which both are certainly above a level."""
    for seconds in _SUFFERING:
        share = over(kind, rows, seconds)
        if surely_above(share.bad, share.n, level) and surely_above(share.their_bad, share.theirs, level):
            return Apart(seconds, share)
    return None


def over(kind: Kind, rows: Sequence[Row], seconds: int) -> Share:
    """The sum of a trailing window."""
    window = trailing(rows, seconds)
    return Share(*total(kind.ours, window), *total(kind.theirs, window))


def total(side: Side, rows: Sequence[Row]) -> tuple[int, int]:
    n = bad = 0
    for here, wrong in map(side, rows):
        n += here
        bad += wrong
    return n, bad


def moments(kind: Kind, rows: Sequence[Row], seconds: int, tolerance: float) -> int:
    """Rows in which more than a tolerable share was bad: a burst, however large, is one or two of them."""
    shares = map(kind.ours, trailing(rows, seconds))
    return sum(bad > n * tolerance for n, bad in shares)


def trailing(rows: Sequence[Row], seconds: int) -> Sequence[Row]:
    """The rows of the last seconds, the newest included."""
    return rows[bisect_left(rows, rows[-1].at + SPAN - seconds, key=_AT) :]


def _worse(share: Share) -> bool:
    if not share.theirs or share.bad * share.theirs <= share.their_bad * share.n:
        return False
    return as_low_by_chance(share.bad, share.n, share.their_bad, share.theirs) < _BY_CHANCE


def _lasting(kind: Kind, rows: Sequence[Row], seconds: int, share: Share) -> bool:
    """Still worse without its two worst rows: a bad start that is over, and one error since, is no third moment."""
    worst = sorted(map(kind.ours, trailing(rows, seconds)), key=_BAD)[-2:]
    n, bad = share.n - sum(n for n, _ in worst), share.bad - sum(bad for _, bad in worst)
    more = bad * share.theirs > share.their_bad * n
    return more and as_low_by_chance(bad, n, share.their_bad, share.theirs) < _LASTING
