"""The blocks that the sources report, as intervals of five seconds since the switch."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from bluegreen.core.environment import Environment
from bluegreen.core.judge.client_paths import heaviest
from bluegreen.core.judge.evidence import INTERVAL_SECONDS, Interval, PreSwitch
from bluegreen.core.judge.statistics.usual import before_the_switch
from bluegreen.core.judge.telemetry import BUCKETS_MS, Block, Counts

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


def intervals(blocks: Iterable[Block], active: Environment, period: Period, bounds: SlowBounds) -> list[Interval]:
    """One for each block; several may begin at the same second and are still to be added up."""
    after = [block for block in blocks if block.at >= period.switched_at]
    baseline = sum((block.probes.get(active.other, _NOTHING) for block in after), _NOTHING)
    p95 = max(bounds.warning, _p95(baseline))
    selected = [block for block in after if period.since <= block.at < period.until]
    return [_interval(block, active, period.switched_at, bounds, p95) for block in selected]


def pre_switch(
    blocks: Iterable[Block], active: Environment, switched_at: datetime, bounds: SlowBounds
) -> PreSwitch | None:
    """What users got from the other environment before the switch; None where it was not counted."""
    counts: dict[int, Counts] = {}
    for block in blocks:
        users = block.users.get(active.other)
        if users is not None and block.at < switched_at:
            index = _index(block, switched_at)
            counts[index] = counts.get(index, _NOTHING) + users
    rows = [
        (found.requests, min(found.failed, found.requests), sum(found.buckets), found.slower_than(bounds.critical))
        for _, found in sorted(counts.items())
    ]
    return before_the_switch(rows)


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
