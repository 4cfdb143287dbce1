"""What a function writes about its work."""

import json
import sys
from datetime import UTC, datetime
from typing import Any


class Log:
    """One JSON object a line on stdout, in words that a person greps for."""

    def __init__(self, function: str) -> None:
        self._function = function

    def __call__(self, what: str, level: str = "info", **facts: Any) -> None:
        line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": level, "what": what}
        sys.stdout.write(json.dumps({**line, "function": self._function, **facts}, default=str) + "\n")
        sys.stdout.flush()
