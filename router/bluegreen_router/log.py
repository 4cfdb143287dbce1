"""What the router says: one JSON object a line on standard output."""

import json
import sys
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime

_SAME_AGAIN = 30.0  # seconds


class Log:
    def __init__(self, service: str, instance: str) -> None:
        self._fixed = {"service": service, "instance": instance}
        self._state: dict[str, str] = {}  # by topic: what was said last
        self._said: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    def say(self, level: str, what: str, **more: object) -> None:
        line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": level, **self._fixed}
        text = json.dumps({**line, "what": what, **more}, default=str)
        with self._lock, suppress(OSError):
            sys.stdout.write(text + "\n")
            sys.stdout.flush()

    def trouble(self, topic: str, what: str) -> None:
        """Said when it changes, and the same words no more than every half minute; "" means that the topic is well."""
        now = time.monotonic()
        with self._lock:
            self._said = {key: at for key, at in self._said.items() if now < at + _SAME_AGAIN}
            if what == self._state.get(topic, "") or (topic, what) in self._said:
                return
            self._state[topic], self._said[topic, what] = what, now
        if what:
            self.say("warning", what, topic=topic)
        else:
            self.say("info", f"{topic} is well again", topic=topic)
