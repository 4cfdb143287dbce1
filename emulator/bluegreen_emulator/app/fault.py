"""The fault switch: what the app does wrong, how often, and to whom."""

import math
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ALLOWED = {
    "share": "a number from 0 to 1: the share of requests answered 500",
    "slow_ms": "a whole number of milliseconds, 0 to 60000",
    "db": "'up' or 'down'",
    "redis": "'up' or 'down'",
    "crash": "true or false",
    "when": "'always' or 'production' (requests that came through the router)",
}
_GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True)
class Fault:
    share: float = 0.0
    slow_ms: int = 0
    db: str = "up"
    redis: str = "up"
    crash: bool = False
    when: str = "always"

    def applies(self, headers: Mapping[str, str]) -> bool:
        """Whether the fault concerns a request with these headers; the router's twin probes are not production."""
        if self.when == "always":
            return True
        return bool(headers.get("x-forwarded-host")) and "x-bluegreen-probe" not in headers


def parse(given: Any) -> Fault:
    """The fault that a JSON value describes. Raises ValueError with every problem and what is allowed."""
    if not isinstance(given, dict):
        raise ValueError(f"expected an object with any of: {_allowed()}")
    problems = [f"{name}: not known" for name in given if name not in ALLOWED]
    problems += [f"{name}: {value!r} is not {ALLOWED[name]}" for name, value in given.items() if not _fits(name, value)]
    if problems:
        raise ValueError(f"{'; '.join(problems)}. Allowed: {_allowed()}")
    return Fault(**given)


class Spread:
    """Says which requests fail, so that any run of them holds the wanted share, without a beat.

    Multiples of the golden ratio fill the unit interval evenly: https://en.wikipedia.org/wiki/Low-discrepancy_sequence
    """

    def __init__(self) -> None:
        self._count = 0
        self._lock = threading.Lock()

    def fails(self, share: float) -> bool:
        with self._lock:
            self._count += 1
            return (self._count * _GOLDEN) % 1.0 < share


def _fits(name: str, value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match name:
        case "share":
            return number and 0 <= value <= 1
        case "slow_ms":
            return isinstance(value, int) and number and 0 <= value <= 60_000
        case "db" | "redis":
            return value in ("up", "down")
        case "crash":
            return isinstance(value, bool)
        case "when":
            return value in ("always", "production")
    return True


def _allowed() -> str:
    return "; ".join(f"{name} = {what}" for name, what in ALLOWED.items())
