"""The blocks that the sources report, as intervals of five seconds since the switch."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from bluegreen.core.environment import Environment
from bluegreen.core.judge.client_paths import heaviest
from bluegreen.core.judge.evidence import INTERVAL_SECONDS, Interval, PreSwitch
from bluegreen.core.judge.statistics.usual import before_the_switch
from bluegreen.core.judge.telemetry import BUCKETS_MS, Block, Counts

Buckets = tuple[int, ...]  # counts of a histogram
_NOTHING = Counts()
_SLOWEST = 0.05  # the share of answers above the 95th percentile


class SlowBounds(NamedTuple):
    """Milliseconds above which an answer is slow."""

    critical: float
    warning: float
    warm_up: float = 0.0  # seconds after the switch in which slow answers do not count


class Period(NamedTuple):
    """Selects the blocks that began in it, and says when the release took over."""

    switched_at: datetime
    since: datetime
    until: datetime


class EarlierRow(NamedTuple):
    """Five seconds of the previous release: users' requests, and how long their answers took."""

    users: int
    failed: int
    times: tuple[int, ...]


class TimedIntervals(NamedTuple):
    """Intervals in the order of time, each once, and how long the answers in each took: by bucket, for three sides."""

    rows: tuple[Interval, ...]
    times: tuple[tuple[Buckets, Buckets, Buckets], ...]  # users, probes, probes of the other environment
    usual_p95: float  # of the other environment's probes


def timed_intervals(blocks: Iterable[Block], active: Environment, period: Period, bounds: SlowBounds) -> TimedIntervals:
    """What several instances counted in one interval is added up."""
    after = [block for block in blocks if block.at >= period.switched_at]
    usual = _p95(sum((block.probes.get(active.other, _NOTHING) for block in after), _NOTHING))
    found: dict[int, Interval] = {}
    times: dict[int, tuple[Counts, Counts, Counts]] = {}
    for block in after:
        if period.since <= block.at < period.until:
            row = _interval(block, active, period.switched_at, bounds, max(bounds.warning, usual))
            found[row.at] = found[row.at].plus(row) if row.at in found else row
            sides = block.users.get(active), block.probes.get(active), block.probes.get(active.other)
            before = times.get(row.at, (_NOTHING, _NOTHING, _NOTHING))
            users, probes, baseline = (a + (b or _NOTHING) for a, b in zip(before, sides, strict=True))
            times[row.at] = users, probes, baseline
    kept = tuple(_buckets(times[at], at >= bounds.warm_up) for at in sorted(found))
    return TimedIntervals(tuple(found[at] for at in sorted(found)), kept, usual)


def intervals(blocks: Iterable[Block], active: Environment, period: Period, bounds: SlowBounds) -> list[Interval]:
    return [*timed_intervals(blocks, active, period, bounds).rows]


def slower(
    row: Interval, users: Buckets, probes: Buckets, baseline: Buckets, critical: float, usual: float
) -> Interval:
    """An interval whose slow answers are counted by other bounds."""
    return row._replace(
        users_slow=_above(users, critical),
        probes_slow=_above(probes, usual),
        baseline_slow=_above(baseline, critical),
        baseline_above_p95=_above(baseline, usual),
    )


def pre_switch(
    blocks: Iterable[Block], active: Environment, switched_at: datetime, bounds: SlowBounds
) -> PreSwitch | None:
    """What users got from the other environment before the switch; None where it was not counted."""
    return summed_up(earlier(blocks, active, switched_at), bounds.critical)


def earlier(blocks: Iterable[Block], active: Environment, switched_at: datetime) -> tuple[EarlierRow, ...]:
    """What users got from the other environment before the switch, interval by interval."""
    counts: dict[int, Counts] = {}
    for block in blocks:
        users = block.users.get(active.other)
        if users is not None and block.at < switched_at:
            index = _index(block, switched_at)
            counts[index] = counts.get(index, _NOTHING) + users
    return tuple(
        EarlierRow(found.requests, min(found.failed, found.requests), found.buckets)
        for _, found in sorted(counts.items())
    )


def summed_up(rows: Iterable[EarlierRow], critical: float) -> PreSwitch | None:
    return before_the_switch([(row.users, row.failed, sum(row.times), _above(row.times, critical)) for row in rows])


def _interval(block: Block, active: Environment, switched_at: datetime, bounds: SlowBounds, p95: float) -> Interval:
    users, probes = block.users.get(active, _NOTHING), block.probes.get(active, _NOTHING)
    baseline, at = block.probes.get(active.other, _NOTHING), _index(block, switched_at) * INTERVAL_SECONDS
    warm, mirrored = at >= bounds.warm_up, block.mirrored.get(active.other, _NOTHING)
    return Interval(
        at,
        *_columns(users, bounds.critical, warm),
        *_columns(probes, p95, warm),
        *_columns(baseline, bounds.critical, warm),
        baseline.slower_than(p95) if warm else 0,
        heaviest(users.client_paths),
        mirrored.requests,
        min(mirrored.failed, mirrored.requests),
    )


def _columns(counts: Counts, slow_above: float, timed: bool) -> tuple[int, int, int, int]:
    """A failure that was counted before its request cannot be held against this block's others."""
    times = (sum(counts.buckets), counts.slower_than(slow_above)) if timed else (0, 0)
    return counts.requests, min(counts.failed, counts.requests), *times


def _buckets(sides: tuple[Counts, Counts, Counts], timed: bool) -> tuple[Buckets, Buckets, Buckets]:
    """None where slow answers did not count: they are not to count by other bounds either."""
    users, probes, baseline = (side.buckets if timed and any(side.buckets) else () for side in sides)
    return users, probes, baseline


def _above(buckets: Buckets, milliseconds: float) -> int:
    """As `Counts.slower_than`; the empty last buckets may be left out."""
    return sum(n for lower, n in zip(BUCKETS_MS, buckets[1:], strict=False) if lower >= milliseconds)


def _index(block: Block, switched_at: datetime) -> int:
    """Of the block's interval; negative before the switch."""
    return int((block.at - switched_at).total_seconds() // INTERVAL_SECONDS)


def _p95(counts: Counts) -> float:
    """The upper bound of the histogram bucket that holds it, in milliseconds; 0 where nothing was timed."""
    left = _SLOWEST * sum(counts.buckets)
    bounds = (*BUCKETS_MS, BUCKETS_MS[-1])
    for bound, n in zip(reversed(bounds), reversed(counts.buckets), strict=True):
        left -= n
        if left < 0:
            return float(bound)
    return 0.0
