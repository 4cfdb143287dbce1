"""What a router instance reports: which route it has applied, and what it counted, per environment.

Routers and functions are not deployed at the same moment, so fields that only a newer router writes are passed over.
Nothing is written back.
"""

from operator import add
from typing import NamedTuple

from pydantic import BaseModel, Field

from bluegreen.core.environment import Environment
from bluegreen.core.model import Frozen, Time

# Upper bounds in milliseconds; a last bucket holds what was slower.
BUCKETS_MS = (10, 25, 50, 100, 250, 500, 1000, 2000, 5000)
_BUCKETS = len(BUCKETS_MS) + 1


class NoData(NamedTuple):
    """Nothing is known, which is neither good nor bad."""

    why: str


class Counts(Frozen, extra="ignore"):
    """Answers of one environment. `failed`: 5xx, or no answer; `buckets` are not cumulative."""

    requests: int = 0
    failed: int = 0
    buckets: tuple[int, ...] = Field(default=(0,) * _BUCKETS, min_length=_BUCKETS, max_length=_BUCKETS)

    def __add__(self, other: "Counts") -> "Counts":
        requests, failed = self.requests + other.requests, self.failed + other.failed
        buckets = tuple(map(add, self.buckets, other.buckets))
        return self.model_copy(update={"requests": requests, "failed": failed, "buckets": buckets})

    @property
    def share_failed(self) -> float:
        return self.failed / self.requests if self.requests else 0.0

    def slower_than(self, milliseconds: float) -> int:
        """Answers that certainly took longer: those in buckets that begin at or above the bound."""
        return sum(n for lower, n in zip(BUCKETS_MS, self.buckets[1:], strict=True) if lower >= milliseconds)


class Block(Frozen, extra="ignore"):
    """A few seconds' counts: `users` are people's requests, `probes` the agent's own to both environments."""

    at: Time  # when it began
    seconds: float
    users: dict[Environment, Counts] = Field(default_factory=dict)
    probes: dict[Environment, Counts] = Field(default_factory=dict)


class AppliedEpoch(BaseModel):
    """Of a report only what it has followed: five minutes of counts are long, and are asked for less often."""

    epoch: int


class Telemetry(Frozen, extra="ignore"):
    """One router instance, written to `services/<service>/telemetry/<instance>.json` every few seconds."""

    service: str
    instance: str
    at: Time
    seq: int  # the newest journal version that it has read
    epoch: int  # of the route that it has applied
    active: Environment | None  # None: it has no route yet
    blocks: tuple[Block, ...] = ()  # oldest first, the last five minutes
