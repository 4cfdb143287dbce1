"""Counts of the last minutes as lines of a chart: the share of failures, and the 95th percentile of response times.

Blocks of several places are summed into equal stretches of time. Where nothing was counted there is no point: a gap in
a line is no zero. A percentile is the upper bound of the bucket that it falls into, so 95 % took at most that long.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from bluegreen.core.config.thresholds import Level, Thresholds
from bluegreen.core.environment import Environment
from bluegreen.core.judge.current import p95
from bluegreen.core.judge.telemetry import BUCKETS_MS, Block, Counts
from bluegreen.page.view import ChartView, Line, Mark

SECONDS = 300
STRETCH = 15
_SLOWEST = 2 * BUCKETS_MS[-1]  # drawn where more than 5 % were beyond the last bucket


def charts(
    blocks: Iterable[Block], until: datetime, thresholds: Thresholds, marked: Iterable[tuple[datetime, str]]
) -> tuple[ChartView, ...]:
    """`marked`: moments and what happened then."""
    begin = until - timedelta(seconds=SECONDS)
    sums = _sums(blocks, begin)
    marks = tuple(Mark((at - begin).total_seconds(), name) for at, name in sorted(marked))
    marks = tuple(mark for mark in marks if 0 <= mark.at <= SECONDS)
    errors = ChartView(
        "errors",
        "Failed answers",
        "%",
        begin,
        SECONDS,
        _lines(sums, lambda c: 100 * c.share_failed),
        _levels(thresholds.error_rate),
        marks,
    )
    slow = ChartView(
        "p95",
        "Response time, 95th percentile",
        "ms",
        begin,
        SECONDS,
        _lines(sums, _percentile),
        _levels(thresholds.response_time_p95),
        marks,
    )
    return errors, slow


def _sums(blocks: Iterable[Block], begin: datetime) -> dict[tuple[Environment, int], Counts]:
    found: dict[tuple[Environment, int], Counts] = {}
    for block in blocks:
        number = int((block.at - begin).total_seconds() // STRETCH)
        if 0 <= number < SECONDS // STRETCH:
            for environment, counts in (*block.users.items(), *block.probes.items()):
                key = environment, number
                found[key] = found[key] + counts if key in found else counts
    return found


def _lines(sums: dict[tuple[Environment, int], Counts], value: Callable[[Counts], float | None]) -> tuple[Line, ...]:
    return tuple(
        Line(e.value, tuple((n * STRETCH, _value(sums.get((e, n)), value)) for n in range(SECONDS // STRETCH)))
        for e in Environment
    )


def _value(counts: Counts | None, value: Callable[[Counts], float | None]) -> float | None:
    return value(counts) if counts is not None and counts.requests else None


def _percentile(counts: Counts) -> float | None:
    if not sum(counts.buckets):
        return None
    found = p95(counts)
    return float(_SLOWEST if found is None else found)


def _levels(level: Level) -> tuple[tuple[str, float], ...]:
    return (("warning", level.warning), ("critical", level.critical))
