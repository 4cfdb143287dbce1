"""Users' failures by client and path: how many came from one client on one path, where a router tells it.

A client on a path is one number. The routers make it of address and path with a key that nobody else has, so neither
can be told from it; all instances make the same one. Only those with most failures are told: what is not told of here
came from others, or nobody knows from whom.
"""

from collections.abc import Iterable
from typing import Annotated, NamedTuple

from pydantic import Field

KEYS = 2**24
KEPT = 4  # of an interval
MOST_TOLD = 16  # of a block


class ClientPath(NamedTuple):
    """One client on one path. Stored, and written by routers, as a JSON list."""

    key: Annotated[int, Field(ge=0, lt=KEYS)]
    failed: Annotated[int, Field(ge=1, le=10**9)]


def heaviest(told: Iterable[ClientPath], most: int = KEPT) -> tuple[ClientPath, ...]:
    """Those with most failures, the same client on the same path added up."""
    failures: dict[int, int] = {}
    for key, failed in told:
        failures[key] = failures.get(key, 0) + failed
    found = sorted(failures.items(), key=lambda item: -item[1])
    return tuple(ClientPath(key, failed) for key, failed in found[:most])
