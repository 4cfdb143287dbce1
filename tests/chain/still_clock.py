"""A clock that moves only when somebody sleeps."""

import itertools
from datetime import datetime, timedelta

from bluegreen_emulator.clock import Clock
from tests.build import NOW


class StillClock(Clock):
    """Moves only when something sleeps or a test says so. Each invocation has a minute."""

    def __init__(self) -> None:
        self.time = NOW
        self._nonces = itertools.count(1)
        self.limit = 70.0
        self._begun = NOW

    def now(self) -> datetime:
        return self.time

    def seconds(self) -> float:
        return (self.time - NOW).total_seconds()

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    def begin(self) -> None:
        self._begun = self.time

    def remaining(self) -> float:
        return self.limit - (self.time - self._begun).total_seconds()

    def nonce(self) -> str:
        return f"nonce-{next(self._nonces)}"
