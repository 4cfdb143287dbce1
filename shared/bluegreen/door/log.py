"""The log of a function."""

import json
import sys
from datetime import UTC, datetime
from typing import Any

from bluegreen.core.credentials import hidden


class Log:
    """Writes one JSON object per line to stdout, in words to grep for; credentials are hidden."""

    def __init__(self, function: str) -> None:
        self._function = function

    def __call__(self, what: str, level: str = "info", **facts: Any) -> None:
        line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": level, "what": hidden(what)}
        sys.stdout.write(json.dumps({**line, "function": self._function, **_told(facts)}, default=str) + "\n")
        sys.stdout.flush()


def _told(fact: Any) -> Any:
    """A fact with the credentials in its texts hidden."""
    match fact:
        case str():
            return hidden(fact)
        case dict():
            return {name: _told(value) for name, value in fact.items()}
        case list() | tuple():
            return [_told(value) for value in fact]
        case _:
            return fact
