"""The last five minutes of counts, minute by minute: what users and probes got here, and probes of the other side."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from bluegreen.core.config.thresholds import Thresholds
from bluegreen.core.environment import Environment
from bluegreen.core.judge.telemetry import Block, Counts

MINUTES = 5
_SLOW_SHARE = 0.05  # of answers, above the 95th percentile


class Tally(NamedTuple):
    asked: int = 0
    bad: int = 0

    @property
    def share(self) -> float:
        return self.bad / self.asked if self.asked else 0.0

    def plus(self, other: "Tally") -> "Tally":
        return Tally(self.asked + other.asked, self.bad + other.bad)


class Measure(NamedTuple):
    """A yes/no question about answers. `critical`: the share of bad ones that is critical, `well`: that is well."""

    name: str  # as the end of "3 of 7 requests …"
    critical: float
    well: float
    tally: Callable[[Counts], Tally]
    usual: bool  # the release's bake has told what is usual


class Sides(NamedTuple):
    """Of one measure: users and probes of what serves production, and probes of the other environment."""

    users: Tally = Tally()
    probes: Tally = Tally()
    other: Tally = Tally()

    def plus(self, more: "Sides") -> "Sides":
        return Sides(self.users.plus(more.users), self.probes.plus(more.probes), self.other.plus(more.other))


class Window(NamedTuple):
    """What one look has seen. `minutes`: newest last; one in which nothing was counted is not there."""

    epoch: int  # of the record that was looked at
    active: Environment
    minutes: tuple[tuple[Block, ...], ...]

    def sides(self, measure: Measure) -> list[Sides]:
        """Minute by minute."""
        return [self._sides(measure, blocks) for blocks in self.minutes]

    def _sides(self, measure: Measure, blocks: Iterable[Block]) -> Sides:
        total = Sides()
        for block in blocks:
            counts = (block.users.get(self.active), block.probes.get(self.active), block.probes.get(self.active.other))
            total = total.plus(Sides(*(measure.tally(each) if each else Tally() for each in counts)))
        return total


def measures(thresholds: Thresholds) -> tuple[Measure, ...]:
    rate, slow = thresholds.error_rate, thresholds.response_time_p95.critical
    return (
        Measure(
            "failed",
            rate.critical / 100,
            rate.warning / 100,
            lambda counts: Tally(counts.requests, min(counts.failed, counts.requests)),
            usual=True,
        ),
        Measure(
            f"took longer than {slow:g} ms",
            _SLOW_SHARE,
            _SLOW_SHARE / 2,
            lambda counts: Tally(sum(counts.buckets), counts.slower_than(slow)),
            usual=False,
        ),
    )


def window(blocks: Iterable[Block], epoch: int, active: Environment, since: datetime | None, until: datetime) -> Window:
    """`since`: when production was pointed here; what was counted before belongs to another release."""
    found: dict[int, list[Block]] = {}
    for block in blocks:
        if block.at < until and (since is None or block.at >= since):
            middle = block.at + timedelta(seconds=block.seconds / 2)
            ago = max(int((until - middle) / timedelta(minutes=1)), 0)
            found.setdefault(ago, []).append(block)
    return Window(epoch, active, tuple(tuple(found[ago]) for ago in sorted(found, reverse=True) if ago < MINUTES))
