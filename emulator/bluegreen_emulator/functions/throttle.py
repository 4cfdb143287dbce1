"""The namespace's two limits, invocations a minute and at once: what is over them is refused, not queued."""

import threading
from collections import deque

from bluegreen_emulator.clock import Clock
from bluegreen_emulator.functions.refusals import ApiError
from bluegreen_emulator.functions.settings import PlatformSettings


class Throttle:
    def __init__(self, clock: Clock, settings: PlatformSettings) -> None:
        self._clock = clock
        self._a_minute = settings.invocations_per_minute
        self._at_once = settings.concurrent_invocations
        self._recent: deque[float] = deque()
        self._in_flight = 0
        self._lock = threading.Lock()

    def enter(self) -> None:
        """Counts an invocation in, or refuses it with 429."""
        now = self._clock.now().timestamp()
        with self._lock:
            while self._recent and self._recent[0] <= now - 60:
                self._recent.popleft()
            if len(self._recent) >= self._a_minute:
                count = f"(count: {len(self._recent) + 1}, allowed: {self._a_minute})"
                raise ApiError(429, f"Too many requests in the last minute {count}.")
            if self._in_flight >= self._at_once:
                count = f"(count: {self._in_flight + 1}, allowed: {self._at_once})"
                raise ApiError(429, f"Too many concurrent requests in flight {count}.")
            self._recent.append(now)
            self._in_flight += 1

    def leave(self) -> None:
        with self._lock:
            self._in_flight -= 1
