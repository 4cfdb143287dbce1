"""The counts that the proof at the end of the bake rests on."""

from collections.abc import Sequence
from typing import Any

from bluegreen.core.judge.evidence import INTERVAL_SECONDS, Interval, Proof, RunningCounts

_AROUND_OUTAGE = 20  # seconds before a shared outage is seen, and after its end, that do not count either


class ProofCounts:
    """The time of a shared outage says nothing about the release, so it does not count towards the proof."""

    def __init__(self, counts: RunningCounts) -> None:
        self.outage_until = counts.suffering
        self._heard = counts.heard
        self._users, self._users_failed = counts.requests, counts.bad
        self._trials, self._failures = counts.asked, counts.refused
        self._proof_users, self._proof_failed = counts.proof

    def exclude_outage(self, end: int, tested: Sequence[Interval]) -> None:
        """A shared outage is seen, so far until `end`; it began before it was seen, so that time is taken out again."""
        seen = end - INTERVAL_SECONDS
        for interval in tested:
            if seen - _AROUND_OUTAGE <= interval.at < seen and self._counts(interval):
                self._count(interval, -1)
        self.outage_until = end

    def add(self, interval: Interval) -> None:
        if interval.users or interval.probes:
            self._heard = interval.end
        self._users += interval.users
        self._users_failed += interval.users_failed
        if self._counts(interval):
            self._count(interval, 1)

    def _counts(self, interval: Interval) -> bool:
        return self.outage_until is None or interval.at >= self.outage_until + _AROUND_OUTAGE

    def _count(self, interval: Interval, sign: int) -> None:
        self._trials += sign * (interval.users + interval.probes)
        self._failures += sign * (interval.users_failed + interval.probes_failed)
        self._proof_users += sign * interval.users
        self._proof_failed += sign * interval.users_failed

    def fields(self) -> dict[str, Any]:
        """Of `RunningCounts`."""
        return {
            "heard": self._heard,
            "requests": self._users,
            "bad": self._users_failed,
            "asked": self._trials,
            "refused": self._failures,
            "proof": Proof(self._proof_users, self._proof_failed),
            "suffering": self.outage_until,
        }
