"""What an object store must do for the journal and the telemetry."""

from typing import Protocol


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
