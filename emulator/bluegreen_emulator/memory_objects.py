"""An object store in memory: for tests, and where nothing is stored."""

import threading
from collections.abc import Callable

from bluegreen.core.errors import Stale


class MemoryObjects:
    """Keeps the promises of `bluegreen.clients.store.objects.Objects`. `seconds` is the store's own clock."""

    def __init__(self, seconds: Callable[[], float] = lambda: 0.0) -> None:
        self._seconds = seconds
        self._bodies: dict[str, bytes] = {}
        self._written: dict[str, float] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        return self._bodies.get(key)

    def create(self, key: str, body: bytes) -> None:
        with self._lock:
            if key in self._bodies:
                raise Stale(f"{key} exists")
            self._write(key, body)

    def put(self, key: str, body: bytes) -> None:
        with self._lock:
            self._write(key, body)

    def keys(self, prefix: str, after: str = "") -> list[str]:
        return sorted(key for key in self._bodies if key.startswith(prefix) and key > after)

    def folders(self, prefix: str) -> list[str]:
        below = (key.removeprefix(prefix).partition("/") for key in self.keys(prefix))
        return sorted({name for name, slash, _ in below if slash})

    def ages(self, prefix: str) -> dict[str, float]:
        now = self._seconds()
        return {key: now - self._written[key] for key in self.keys(prefix)}

    def versioning(self) -> str:
        return ""

    def _write(self, key: str, body: bytes) -> None:
        self._bodies[key], self._written[key] = body, self._seconds()
