"""What users and probes are getting now, for a person who asks. Nothing is decided by it: that is for `verdict`.

The last half minute is summed: long enough for a rate, short enough that trouble of the last fifteen seconds fills half
of it. A percentile is the upper bound of the bucket that it falls into, so 95 % of answers took at most that long.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from operator import add
from typing import Any, NamedTuple

from bluegreen.core.config.thresholds import Thresholds
from bluegreen.core.environment import Environment
from bluegreen.core.judge.telemetry import BUCKETS_MS, Block, Counts

SECONDS = 30
_P95 = 0.95
_FEWEST = 3  # failures; one or two are no trouble


class Current(NamedTuple):
    """Sums of the last `SECONDS`; `age` is how old the newest count is, in seconds."""

    users: dict[Environment, Counts]
    probes: dict[Environment, Counts]
    age: float

    def facts(self) -> dict[str, Any]:
        """For `status`, as JSON; `p95_ms` is null where more than 5 % of the answers were beyond the last bucket."""
        sides = {"users": self.users, "probes": self.probes}
        counts = {who: {e.value: _facts(counts) for e, counts in side.items()} for who, side in sides.items()}
        return {**counts, "seconds": SECONDS, "age_seconds": round(self.age, 1)}


def current(blocks: Iterable[Block], until: datetime, now: datetime) -> Current:
    since = until - timedelta(seconds=SECONDS)
    newest = [block for block in blocks if block.at + timedelta(seconds=block.seconds) > since]
    users = {e: reduce(add, (b.users[e] for b in newest if e in b.users), Counts()) for e in Environment}
    probes = {e: reduce(add, (b.probes[e] for b in newest if e in b.probes), Counts()) for e in Environment}
    return Current(users, probes, max((now - until).total_seconds(), 0.0))


def p95(counts: Counts) -> int | None:
    """Milliseconds that 95 % of the answers took at most; None where more than 5 % were beyond the last bucket."""
    total, below = sum(counts.buckets), 0
    for bound, number in zip(BUCKETS_MS, counts.buckets, strict=False):
        below += number
        if below >= _P95 * total:
            return bound
    return None


def trouble(found: Current, active: Environment, thresholds: Thresholds) -> str:
    """That production fails more than `error_rate.warning` allows, in words; "" where it does not, or nobody asks."""
    for counts, who in ((found.users[active], "requests"), (found.probes[active], "probes")):
        if counts.failed >= _FEWEST and 100 * counts.share_failed > thresholds.error_rate.warning:
            return f"{active.value} fails: {counts.failed:,} of {counts.requests:,} {who} in {SECONDS} s"
    return ""


def no_better(found: Current, active: Environment, thresholds: Thresholds) -> str:
    """That the other environment fails as much as production does, in words; "" where it may be better off there."""
    here, there = found.users[active], found.probes[active.other]
    here = here if here.requests else found.probes[active]
    return trouble(found, active.other, thresholds) if there.share_failed >= here.share_failed else ""


def _facts(counts: Counts) -> dict[str, Any]:
    slowest = {"p95_ms": p95(counts)} if counts.requests else {}
    return {"requests": counts.requests, "failed": counts.failed, **slowest}
