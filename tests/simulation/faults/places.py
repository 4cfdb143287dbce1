"""Places: where in the product a fault may strike, and which faults make sense there.

A place is one side (before, after) of one client method as one function calls it: *deploy after objects.create*. A run
crosses the same place many times; each crossing is an interruption point with its own number (engine/interruption.py).
"""

from functools import cache
from typing import NamedTuple

BEFORE, AFTER = "before", "after"
TRICKLES, SLOW = "trickles", "slow"  # an answer that is never complete; one that is, when the time is almost over
ANYWHERE = ("kill", "pause", "interleave", "raises")  # faults that are possible at every place


class Place(NamedTuple):
    function: str
    method: str
    side: str

    def __str__(self) -> str:
        return f"{self.function} {self.side} {self.method}"


@cache
def sides(function: str, method: str) -> tuple[Place, Place]:
    """The places before and after a call."""
    return Place(function, method, BEFORE), Place(function, method, AFTER)


@cache
def possible(place: Place) -> tuple[str, ...]:
    """The faults of this place's service, besides those that are possible anywhere."""
    return _refusals(place) if place.side == BEFORE else (*_refusals(place), TRICKLES, SLOW)


def _refusals(place: Place) -> tuple[str, ...]:
    client = place.method.split(".")[0]
    if client == "functions":
        return ("503",) if place.side == BEFORE else ("lose", "twice", "late", "time out")
    if client == "web":
        return ("time out", "503") if place.side == BEFORE else ()
    if place.method == "objects.create":
        return ("time out", "503", "429", "412") if place.side == BEFORE else ("time out", "412")
    if client == "slack":
        return ("time out", "503", "429", "422") if place.side == BEFORE else ("time out",)
    return ("time out", "503", "429") if place.side == BEFORE else ("time out",)
