"""From the blocks that sources tell to rows of five seconds, counted from the switch."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from bluegreen.core.environment import Environment
from bluegreen.core.judge.dispersion import variance_over_mean
from bluegreen.core.judge.evidence import INTERVAL_SECONDS, Interval, PreSwitch
from bluegreen.core.judge.telemetry import BUCKETS_MS, Block, Counts

_NOTHING = Counts()


class SlowBounds(NamedTuple):
    """Milliseconds above which an answer is slow."""

    critical: float
    warning: float
    warm_up: float = 0.0  # seconds after the switch in which nobody is blamed for being slow


class Period(NamedTuple):
    """Which blocks are meant: those that began in it, of a release that took over when it did."""

    switched_at: datetime
    since: datetime
    until: datetime


def intervals(blocks: Iterable[Block], active: Environment, span: Period, bars: SlowBounds) -> list[Interval]:
    """One row a block; those of the same five seconds are yet to be added up. Before the switch there are none."""
    after = [block for block in blocks if block.at >= span.switched_at]
    theirs = sum((block.probes.get(active.other, _NOTHING) for block in after), _NOTHING)
    slower = max(bars.warning, _p95(theirs))
    fresh = [block for block in after if span.since <= block.at < span.until]
    return [_row(block, active, span.switched_at, bars, slower) for block in fresh]


def pre_switch(
    blocks: Iterable[Block], active: Environment, switched_at: datetime, bars: SlowBounds
) -> PreSwitch | None:
    """What users got from the other environment before the switch; None where nobody counted it."""
    found: dict[int, Counts] = {}
    for block in blocks:
        users = block.users.get(active.other)
        if users is not None and block.at < switched_at:
            place = _place(block, switched_at)
            found[place] = found.get(place, _NOTHING) + users
    users = sum(found.values(), _NOTHING)
    if not users.requests:
        return None
    scatter = variance_over_mean([counts.failed for counts in found.values()])
    slow = users.slower_than(bars.critical)
    return PreSwitch(users.requests, users.failed, sum(users.buckets), slow, scatter)


def _row(block: Block, active: Environment, switched_at: datetime, bars: SlowBounds, slower: float) -> Interval:
    users, probes = block.users.get(active, _NOTHING), block.probes.get(active, _NOTHING)
    theirs, at = block.probes.get(active.other, _NOTHING), _place(block, switched_at) * INTERVAL_SECONDS
    warm = at >= bars.warm_up
    return Interval(
        at,
        *_counted(users, bars.critical, warm),
        *_counted(probes, slower, warm),
        *_counted(theirs, bars.critical, warm),
        theirs.slower_than(slower) if warm else 0,
    )


def _counted(counts: Counts, bar: float, timed: bool) -> tuple[int, int, int, int]:
    times = (sum(counts.buckets), counts.slower_than(bar)) if timed else (0, 0)
    return counts.requests, counts.failed, *times


def _place(block: Block, switched_at: datetime) -> int:
    return int((block.at - switched_at).total_seconds() // INTERVAL_SECONDS)


def _p95(counts: Counts) -> float:
    """The upper bound of the bucket that holds it, in milliseconds; 0 where nothing was timed."""
    left = 0.05 * sum(counts.buckets)
    bounds = (*BUCKETS_MS, BUCKETS_MS[-1])
    for bound, n in zip(reversed(bounds), reversed(counts.buckets), strict=True):
        left -= n
        if left < 0:
            return float(bound)
    return 0.0
