"""What the watch has gathered since the switch: small enough to be stored in the record, so that it survives any crash.

The named tuples are stored as JSON lists: the order of their fields is a format, their names are not. The models are
stored by field name; records written since 0.1.0 hold these names.
"""

from collections.abc import Iterable
from operator import not_
from typing import Any, Final, NamedTuple

from pydantic import Field, field_serializer

from bluegreen.core.judge.client_paths import ClientPath, heaviest
from bluegreen.core.judge.saturation import Saturation
from bluegreen.core.model import Frozen, Time

INTERVAL_SECONDS = 5
_COUNTS: Final = 14  # of an interval's fields, all but the last three
RETENTION_SECONDS = 300  # how long intervals are kept: the longest window that is compared


class Interval(NamedTuple):
    """Five seconds of counts: users and probes of the active environment, and probes of the other one, the baseline.

    `failed`: answered 5xx, or not at all. `timed`: answers whose response time is known; the slow are among these.
    """

    at: int  # when it begins, in seconds since the switch
    users: int = 0
    users_failed: int = 0
    users_timed: int = 0
    users_slow: int = 0  # above the critical response time
    probes: int = 0
    probes_failed: int = 0
    probes_timed: int = 0
    probes_slow: int = 0  # above the baseline's 95th percentile
    baseline: int = 0
    baseline_failed: int = 0
    baseline_timed: int = 0
    baseline_slow: int = 0  # above the critical response time
    baseline_above_p95: int = 0  # above its own 95th percentile
    client_paths: tuple[ClientPath, ...] = ()  # of the failed requests: who had most of them, where it is known
    mirrored: int = 0  # users' requests that the other environment was sent as well …
    mirrored_failed: int = 0  # … and how many of them failed there

    @property
    def end(self) -> int:
        return self.at + INTERVAL_SECONDS

    def plus(self, other: "Interval") -> "Interval":
        counts: tuple[Any, ...] = tuple(a + b for a, b in zip(self[1:_COUNTS], other[1:_COUNTS], strict=True))
        mirrored = self.mirrored + other.mirrored, self.mirrored_failed + other.mirrored_failed
        sums = Interval(self.at, *counts)._replace(mirrored=mirrored[0], mirrored_failed=mirrored[1])
        told = self.client_paths or other.client_paths
        return sums._replace(client_paths=heaviest((*self.client_paths, *other.client_paths))) if told else sums

    def without(self, key: int) -> "Interval":
        """As if one client had not asked on one path."""
        told = sum(failed for found, failed in self.client_paths if found == key)
        if not told:
            return self
        failed, rest = min(told, self.users_failed), tuple(each for each in self.client_paths if each.key != key)
        return self._replace(users=self.users - failed, users_failed=self.users_failed - failed, client_paths=rest)


def stored_rows(rows: Iterable[Interval]) -> list[tuple[Any, ...]]:
    """As they are stored: without the ends that say nothing."""
    return [row if row.mirrored else row[: _COUNTS + 1] if row.client_paths else row[:_COUNTS] for row in rows]


class SignalState(NamedTuple):
    """The state of one signal's sequential test. Logarithms of what may still be added are in `allowance`."""

    own: tuple[float, ...] = ()  # sums of likelihood ratios, one for each alternative to the tolerance (`likelihood`) …
    critical: tuple[float, ...] = ()  # … to the critical level …
    compared: tuple[float, ...] = ()  # … and of both environments against each other (`twins`)
    left: tuple[float, ...] = ()  # allowances: small and large alternatives, critical level, comparison


class Bursts(NamedTuple):
    """Faded sums over the intervals that are two minutes old (`burstiness`)."""

    weight: float = 0.0
    squares: float = 0.0  # what failures scatter beyond chance
    rates: float = 0.0  # of failures, an interval's whatever its trials
    other_rates: float = 0.0


class LeftOut(NamedTuple):
    """One client on one path, and the tests of all signals without it."""

    key: int
    tests: tuple[SignalState, ...]
    bursts: Bursts = Bursts()


class Proof(NamedTuple):
    """Users' requests that count towards the proof: without the time of shared outages."""

    users: int = 0
    failed: int = 0


class Doubt(NamedTuple):
    """The release fails too much, and it is not known whether going back would help. Seconds since the switch."""

    since: int
    until: int


class Withheld(NamedTuple):
    """Alarms that only one client on one path gave rise to. Times in seconds since the switch."""

    key: int
    since: int
    until: int


class PreSwitch(NamedTuple):
    """What users got from the previous release in the minutes before the switch."""

    users: int = 0
    failed: int = 0
    timed: int = 0
    slow: int = 0
    dispersion: float = 1.0  # written by versions before 0.3; not used
    usual_failed: float = 0.0  # what the release may have, where users always got it (`usual`); 0: nothing is known
    usual_slow: float = 0.0
    set_aside: int = 0  # seconds of an outage that do not count in it
    minutes: tuple[tuple[int, int], ...] = ()  # users' requests and failed ones, without those of an outage


_OLD_PRE_SWITCH: Final = 5  # fields


def _nothing(value: tuple[float, ...]) -> bool:
    return not any(value)


class RunningCounts(Frozen):
    """Not worth a write of their own: after a crash the telemetry of the last minutes gives them again."""

    until: Time | None = None  # everything before this moment is counted; None: nothing is
    judged: int = 0  # intervals that begin before this are tested, in seconds since the switch
    heard: int = 0  # until when the active environment was counted, in seconds since the switch
    rows: tuple[Interval, ...] = ()  # the intervals of the last minutes, oldest first
    streams: tuple[Any, ...] = ()  # written by versions before 0.3; not used
    unspent: float = 1.0  # like this
    before: PreSwitch | None = None
    requests: int = 0  # users' requests answered by the new release since the switch …
    bad: int = 0  # … and how many of them failed
    asked: int = 0  # requests and probes that count towards the proof …
    refused: int = 0  # … and how many of them failed
    suffering: int | None = None  # end of the last interval of a shared outage, in seconds since the switch
    suspects: tuple[Any, ...] = Field(default=(), exclude_if=not_)  # written by versions before 0.3; not used
    withheld: Withheld | None = Field(default=None, exclude_if=not_)
    tests: tuple[SignalState, ...] = Field(
        default=(), exclude_if=not_
    )  # one for each signal, in the order of `SIGNALS`
    bursts: Bursts = Field(default=Bursts(), exclude_if=_nothing)
    left_out: tuple[LeftOut, ...] = Field(default=(), exclude_if=not_)
    doubt: Doubt | None = Field(default=None, exclude_if=not_)
    proof: Proof = Field(default=Proof(), exclude_if=_nothing)
    minutes: tuple[tuple[int, int], ...] = Field(
        default=(), exclude_if=not_
    )  # since the switch that are over: users' requests and failed ones

    @field_serializer("rows")
    def _without_unknown(self, rows: tuple[Interval, ...]) -> list[tuple[Any, ...]]:
        """As 0.1.0 wrote them where nothing is known of clients, and nothing is mirrored."""
        return stored_rows(rows)

    @field_serializer("before")
    def _as_before(self, before: PreSwitch | None) -> tuple[Any, ...] | None:
        """Like the rows, where nothing of the new is known."""
        return before if before is None or any(before[_OLD_PRE_SWITCH:]) else before[:_OLD_PRE_SWITCH]


class Evidence(Frozen):
    looks: int = 0  # post-switch checks made
    passed: int = 0
    failed_in_a_row: int = 0
    alone_in_a_row: int = 0  # those of them that the other environment passed at the same time
    failing_since: Time | None = Field(default=None, exclude_if=not_)  # the first of those that failed in a row
    holds: bool = Field(default=False, exclude_if=not_)  # the newest look did
    held: bool = False  # people were notified of a shared outage, at any time of the bake …
    held_for_one: bool = Field(default=False, exclude_if=not_)  # … of the one client whose requests fail
    held_total: bool = Field(default=False, exclude_if=not_)  # … that production answers almost nobody
    told: int = Field(default=0, exclude_if=not_)  # notices of holds in this bake …
    told_at: Time | None = Field(default=None, exclude_if=not_)  # … and when the last was
    silent_since: Time | None = None  # None: signals are coming in
    counted: RunningCounts = RunningCounts()
    saturation: Saturation = Saturation()
