"""What the router says: one JSON object a line on standard output."""

import json
import sys
import threading
from datetime import UTC, datetime


class Log:
    def __init__(self, service: str, instance: str) -> None:
        self._fixed = {"service": service, "instance": instance}
        self._said: dict[str, str] = {}
        self._lock = threading.Lock()

    def say(self, level: str, what: str, **more: object) -> None:
        line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": level, **self._fixed}
        text = json.dumps({**line, "what": what, **more}, default=str)
        with self._lock:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()

    def trouble(self, topic: str, what: str) -> None:
        """Said once, and again only when it changes; "" means that the topic is well."""
        with self._lock:
            before = self._said.get(topic, "")
            self._said[topic] = what
        if what and what != before:
            self.say("warning", what, topic=topic)
        if before and not what:
            self.say("info", f"{topic} is well again", topic=topic)
