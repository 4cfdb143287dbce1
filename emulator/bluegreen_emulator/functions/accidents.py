"""What can befall an accepted asynchronous call: it never runs, or it runs twice."""

import random
import threading

from bluegreen_emulator.functions.settings import PlatformSettings


class Accidents:
    """By share of all calls (settings), or ordered for the next ones. `seed` makes the shares repeatable."""

    def __init__(self, settings: PlatformSettings, seed: int = 0) -> None:
        self._settings = settings
        self._random = random.Random(seed)
        self._lose = 0
        self._repeat = 0
        self._lock = threading.Lock()

    def lose_next(self, count: int = 1) -> None:
        with self._lock:
            self._lose += count

    def run_next_twice(self, count: int = 1) -> None:
        with self._lock:
            self._repeat += count

    def runs(self) -> int:
        """How often the call that was just accepted will run: 0, 1 or 2 times."""
        with self._lock:
            if self._lose:
                self._lose -= 1
                return 0
            if self._repeat:
                self._repeat -= 1
                return 2
            drawn = self._random.random()
        if drawn < self._settings.lose_accepted:
            return 0
        return 2 if drawn < self._settings.lose_accepted + self._settings.run_twice else 1
