"""The one clock of the tests that stands still: for emulated services, and for a function (bluegreen.cloud.Clock)."""

import itertools
from datetime import datetime, timedelta

from bluegreen_emulator.clock import Clock
from tests.build import NOW


class StillClock(Clock):
    """Moves only when something sleeps or a test says so. An invocation has `limit` seconds from `begin`."""

    def __init__(self, time: datetime = NOW) -> None:
        self.time = time
        self._nonces = itertools.count(1)
        self.limit = 70.0
        self._begun = time

    def now(self) -> datetime:
        return self.time

    def seconds(self) -> float:
        return (self.time - NOW).total_seconds()

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    def move(self, **by: float) -> None:
        """As `timedelta` takes it."""
        self.time += timedelta(**by)

    def begin(self) -> None:
        self._begun = self.time

    def remaining(self) -> float:
        return self.limit - (self.time - self._begun).total_seconds()

    def nonce(self) -> str:
        return f"nonce-{next(self._nonces)}"
