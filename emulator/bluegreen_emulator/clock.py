"""The time that the emulated services live by."""

import time
from datetime import UTC, datetime


class Clock:
    """The wall clock. A test may give a service one of its own that stands still until it is told to move."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
