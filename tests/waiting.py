"""Waiting for what must come true, for a bounded time: the one place in the tests that sleeps.

A limit here proves only that something does not take for ever; it is so generous that no slow machine reaches it.
"""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_LOOK = 0.01  # seconds between two looks, at the least
_REST = 6  # times as long as a look took: what waits leaves the machine to what it waits for
_LONGEST = 0.5  # seconds


def until(
    condition: Callable[[], T], within: float = 60.0, what: str = "it", seen: Callable[[], object] | None = None
) -> T:
    """What the condition found in the end. A failure says `what` did not come true, and what was last seen: the
    condition's own answer, or what `seen` says."""
    begun = time.monotonic()
    end = begun + within
    while not (found := condition()):
        looked = time.monotonic()
        if looked >= end:
            last = repr(found) if seen is None else str(seen())
            raise AssertionError(f"{what} did not come true within {within:g} s; last seen: {last}")
        time.sleep(min(max(_LOOK, _REST * (looked - begun)), _LONGEST))
        begun = time.monotonic()
    return found


def stays(condition: Callable[[], object], seconds: float, what: str = "it") -> None:
    """For the opposite: what must not happen within `seconds`. A slow machine only looks for longer."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if not found:
            raise AssertionError(f"{what} did not stay true for {seconds:g} s; last seen: {found!r}")
        time.sleep(_LOOK)
