"""Which processes are warm: idle ones are kept for their function's next call, then thrown away."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable

from bluegreen_emulator.functions.container import Container
from bluegreen_emulator.functions.entities import Key
from bluegreen_emulator.functions.settings import PlatformSettings

Test = Callable[[Key, Container], bool]


class Pool:
    """Idle processes by the deployed function they hold; safe from any thread."""

    def __init__(self, settings: PlatformSettings) -> None:
        self._settings = settings
        self._idle: dict[Key, list[Container]] = defaultdict(list)
        self._lock = threading.Lock()

    def take(self, key: Key) -> Container | None:
        """The one used last, thawed; None when a new one is needed. Processes of older deployments go."""
        self.discard(lambda other, container: self._is_old(other, container, key))
        with self._lock:
            container = self._idle[key].pop() if self._idle[key] else None
        if container and self._settings.freeze:
            container.thaw()
        return container

    def give(self, key: Key, container: Container) -> bool:
        """Keeps the process for the next call, unless each call is to be cold."""
        if self._settings.cold:
            return False
        if self._settings.freeze:
            container.freeze()
        container.idle_since = time.monotonic()
        with self._lock:
            self._idle[key].append(container)
        return True

    def discard(self, which: Test = lambda _key, _container: True) -> None:
        with self._lock:
            gone = [(key, c) for key, idle in self._idle.items() for c in idle if which(key, c)]
            for key, container in gone:
                self._idle[key].remove(container)
        for _, container in gone:
            container.end()

    def _is_old(self, other: Key, container: Container, key: Key) -> bool:
        replaced = other[0] == key[0] and other != key
        return replaced or time.monotonic() - container.idle_since > self._settings.keep_warm
