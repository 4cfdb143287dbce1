"""What an object store must do for the journal and the telemetry, and one that lives in memory."""

import threading
from collections.abc import Callable
from typing import Protocol

from bluegreen.core.errors import Stale


class Objects(Protocol):
    """Keys are paths, bodies are bytes. Any call may raise `Unavailable`; then a write may or may not have landed."""

    def get(self, key: str) -> bytes | None:
        """The body, or None where there is no such key."""

    def create(self, key: str, body: bytes) -> None:
        """Writes a key that does not exist; `Stale` when it does. Exactly one of many writers at once succeeds."""

    def put(self, key: str, body: bytes) -> None:
        """Writes a key, whatever was there."""

    def keys(self, prefix: str) -> list[str]:
        """All keys below a prefix, sorted."""

    def ages(self, prefix: str) -> dict[str, float]:
        """Seconds since each key below a prefix was written, by the store's own clock."""


class MemoryObjects:
    """The same promises in memory, for tests."""

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

    def keys(self, prefix: str) -> list[str]:
        return sorted(key for key in self._bodies if key.startswith(prefix))

    def ages(self, prefix: str) -> dict[str, float]:
        now = self._seconds()
        return {key: now - self._written[key] for key in self.keys(prefix)}

    def _write(self, key: str, body: bytes) -> None:
        self._bodies[key], self._written[key] = body, self._seconds()
