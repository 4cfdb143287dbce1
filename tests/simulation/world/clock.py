"""The virtual clock: time is a number that the event queue moves on, so that hours of releases take milliseconds."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.build import NOW


@dataclass
class VirtualClock:
    """Seconds since the run began; for the emulated services, a clock."""

    t: float = 0.0
    _last: tuple[float, datetime] = (0.0, NOW)  # the newest answer of now(), which is asked for often

    def now(self) -> datetime:
        if self._last[0] != self.t:
            self._last = (self.t, NOW + timedelta(seconds=self.t))
        return self._last[1]

    def at(self, t: float) -> datetime:
        return NOW + timedelta(seconds=t)

    def sleep(self, seconds: float) -> None:
        raise AssertionError("an emulated service must not wait")
