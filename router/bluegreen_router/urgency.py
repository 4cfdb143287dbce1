"""When twin probes are multiplied: while the release under watch fails its users, and nobody has decided yet.

A fault that both environments share is told from one of the release by the probes of the other. A probe every 0.4 s
gives 50 of them in 20 s; 8 times as many give 50 in 2.5 s, which a comparison at a share of 5 % needs. That is more
load at a bad moment, so it ends after a time, and then there is a pause that is five times as long.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from bluegreen.core.judge.telemetry import Block, Counts
from bluegreen.core.phases import Phase
from bluegreen_router.probes import Probes
from bluegreen_router.route import Route

TOLERANCE = 0.005  # share of failures: the judge's own, unless bluegreen.yml says otherwise
_LEAST = 2  # failures: one is chance
_WINDOW = timedelta(seconds=10)
_PAUSE = 6  # times as long as it may last, from one beginning to the next


def failing(route: Route | None, blocks: tuple[Block, ...], now: datetime) -> bool:
    """Whether users of the release under watch have met more failures lately than anybody tolerates."""
    if route is None or route.phase is not Phase.WATCHING:
        return False
    late = (block.users.get(route.active, Counts()) for block in blocks if block.at > now - _WINDOW)
    found = sum(late, start=Counts())
    return found.failed >= _LEAST and found.share_failed > TOLERANCE


class Urgency:
    """Beside the ordinary probes, `make` gives those that come besides. `seconds` is how long they may be sent."""

    def __init__(self, make: Callable[[], Probes] | None, seconds: float) -> None:
        self._make, self._span = make, timedelta(seconds=seconds)
        self._began: datetime | None = None
        self._more: Probes | None = None

    @property
    def on(self) -> bool:
        return self._more is not None

    def settle(self, needed: bool, now: datetime) -> None:
        wanted = needed and self._make is not None and self.may(now)
        if wanted and self._more is None and self._make is not None:
            self._more = self._make()
            self._more.start()
        elif not wanted:
            self.stop()

    def may(self, now: datetime) -> bool:
        """Whether there is time left, of this beginning or a new one. A clock that was set back begins anew."""
        if self._began is None or not self._began <= now < self._began + _PAUSE * self._span:
            self._began = now
        return now < self._began + self._span

    def stop(self) -> None:
        """Does not wait for probes that are on their way."""
        more, self._more = self._more, None
        if more is not None:
            threading.Thread(target=more.stop, name="probes end", daemon=True).start()
