"""Time as a function sees it."""

import os
import time
import uuid
from datetime import UTC, datetime

_UNLIMITED = 60.0  # seconds, where the platform names no deadline


class WallClock:
    """Real time, and how much of it this invocation has left."""

    def __init__(self, context: object) -> None:
        self._context = context
        self._begun = time.monotonic()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def seconds(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(max(seconds, 0.0))

    def remaining(self) -> float:
        deadline = getattr(self._context, "deadline", None) or os.environ.get("__OW_DEADLINE")
        if deadline:
            return int(deadline) / 1000 - time.time()
        return _UNLIMITED - (time.monotonic() - self._begun)

    def nonce(self) -> str:
        return uuid.uuid4().hex
