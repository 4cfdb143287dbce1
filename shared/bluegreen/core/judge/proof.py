"""The counts that the proof at the end of the bake rests on."""

from typing import Any

from bluegreen.core.judge.evidence import Interval, RunningCounts

_AFTER_OUTAGE = 20  # seconds after a shared outage that do not count either


class ProofCounts:
    """The time of a shared outage says nothing about the release, so it does not count towards the proof."""

    def __init__(self, counts: RunningCounts) -> None:
        self.outage_until = counts.suffering
        self._heard = counts.heard
        self._users, self._users_failed = counts.requests, counts.bad
        self._trials, self._failures = counts.asked, counts.refused

    def add(self, interval: Interval) -> None:
        if interval.users or interval.probes:
            self._heard = interval.end
        self._users += interval.users
        self._users_failed += interval.users_failed
        if self.outage_until is None or interval.at >= self.outage_until + _AFTER_OUTAGE:
            self._trials += interval.users + interval.probes
            self._failures += interval.users_failed + interval.probes_failed

    def fields(self) -> dict[str, Any]:
        """Of `RunningCounts`."""
        return {
            "heard": self._heard,
            "requests": self._users,
            "bad": self._users_failed,
            "asked": self._trials,
            "refused": self._failures,
            "suffering": self.outage_until,
        }
